/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.internal;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Gives out the mandate of the current term, and ends it. Thread-safe. */
public final class Mandates {
  private final AtomicReference<@Nullable Mandate> current = new AtomicReference<>();

  /** A term begins, under {@code mandate}. */
  public void begin(Mandate mandate) {
    current.set(mandate);
  }

  /** A term begins that ends when {@link #end} is called. */
  public void begin() {
    current.set(
        new Mandate() {
          @Override
          public boolean holds() {
            return current.get() == this;
          }
        });
  }

  /** The term is over. */
  public void end() {
    current.set(null);
  }

  /** The mandate of the current term, while it holds. */
  public Optional<Mandate> current() {
    return Optional.ofNullable(current.get()).filter(Mandate::holds);
  }
}

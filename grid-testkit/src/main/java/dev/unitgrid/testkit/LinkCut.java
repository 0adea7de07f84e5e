/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A link that is cut until this is closed. Watches that it broke stay broken. Thread-safe. */
public final class LinkCut implements AutoCloseable {
  private final @Nullable String user;
  private final boolean silent;
  private final Consumer<LinkCut> heal;

  LinkCut(@Nullable String user, boolean silent, Consumer<LinkCut> heal) {
    this.user = user;
    this.silent = silent;
    this.heal = heal;
  }

  boolean meets(String asking) {
    return user == null || user.equals(asking);
  }

  boolean silent() {
    return silent;
  }

  /** Heals the link. */
  @Override
  public void close() {
    heal.accept(this);
  }
}

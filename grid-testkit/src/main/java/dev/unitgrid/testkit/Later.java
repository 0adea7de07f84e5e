/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A sink whose target is known only when the server has accepted the watch. */
final class Later implements Door.Stream {
  private Door.@Nullable Stream target;

  void to(Door.Stream sink) {
    target = sink;
  }

  @Override
  public void frame(byte[] frame) {
    Objects.requireNonNull(target).frame(frame);
  }

  @Override
  public void caughtUp() {
    Objects.requireNonNull(target).caughtUp();
  }

  @Override
  public void end() {
    Objects.requireNonNull(target).end();
  }

  @Override
  public void breakOff(byte[] half) {
    Objects.requireNonNull(target).breakOff(half);
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import dev.unitgrid.api.Grid;
import dev.unitgrid.controllers.internal.Answer;
import dev.unitgrid.controllers.internal.Sending;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The grid of one plan, read again from the API server: once for all children that ask, and not at
 * all if none does. Confined to the loop.
 */
final class GridReading {
  private final Sending sending;
  private final Grid planned;
  private @Nullable CompletableFuture<Answer> answer;

  GridReading(Sending sending, Grid planned) {
    this.sending = sending;
    this.planned = planned;
  }

  /** What the API server says, by a consistent read that began after the plan was made. */
  CompletableFuture<Answer> answer() {
    CompletableFuture<Answer> known = answer;
    if (known == null) {
      known = sending.read(Requests.read(planned));
      answer = known;
    }
    return known;
  }

  /** Whether the grid that was planned from does not live any more, or not for long. */
  boolean isGone(Answer read) {
    if (read instanceof Answer.Success success) {
      Grid living = Grid.parse(planned.kind(), success.body());
      return !living.uid().equals(planned.uid()) || living.deleting();
    }
    return read.isRefusedAs(404, null);
  }
}

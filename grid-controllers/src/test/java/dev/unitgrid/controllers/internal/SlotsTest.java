/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SlotsTest {
  @Test
  void no_more_than_its_size_is_under_way_and_the_rest_follows_in_order() {
    Slots slots = new Slots(2);
    List<CompletableFuture<Integer>> started = new ArrayList<>();
    List<CompletableFuture<Integer>> results = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      results.add(
          slots.run(
              () -> {
                CompletableFuture<Integer> work = new CompletableFuture<>();
                started.add(work);
                return work;
              }));
    }
    assertThat(started).hasSize(2);
    started.get(1).complete(7);
    assertThat(started).hasSize(3);
    assertThat(results.get(1)).isCompletedWithValue(7);
    started.get(0).completeExceptionally(new IllegalStateException("broken"));
    assertThat(started).hasSize(4);
    assertThat(results.get(0)).isCompletedExceptionally();
  }

  @Test
  void ten_thousand_works_that_end_at_once_need_no_stack() {
    Slots slots = new Slots(1);
    CompletableFuture<Integer> first = new CompletableFuture<>();
    CompletableFuture<Integer> head = slots.run(() -> first);
    List<CompletableFuture<Integer>> tail = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      tail.add(slots.run(() -> CompletableFuture.completedFuture(1)));
    }
    first.complete(1);
    assertThat(head).isCompleted();
    assertThat(tail).allMatch(CompletableFuture::isDone);
  }
}

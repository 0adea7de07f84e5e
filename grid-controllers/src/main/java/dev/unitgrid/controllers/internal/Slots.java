/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.internal;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Lets a bounded number of requests be under way; others wait in order. Confined to the loop. */
public final class Slots {
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int free;
  private boolean starting;

  /** Room for {@code size} at a time. */
  public Slots(int size) {
    this.free = size;
  }

  /** Starts {@code work}, now or when there is room; its future must complete on the loop. */
  public <T> CompletableFuture<T> run(Supplier<CompletableFuture<T>> work) {
    CompletableFuture<T> done = new CompletableFuture<>();
    waiting.add(
        () ->
            Loop.letGo(
                work.get()
                    .whenComplete(
                        (result, thrown) -> {
                          free++;
                          complete(done, result, thrown);
                          startWaiting();
                        })));
    startWaiting();
    return done;
  }

  /** A loop instead of recursion: a thousand works may end at once when a term ends. */
  private void startWaiting() {
    if (starting) {
      return;
    }
    starting = true;
    while (free > 0 && !waiting.isEmpty()) {
      free--;
      waiting.remove().run();
    }
    starting = false;
  }

  private static <T> void complete(
      CompletableFuture<T> done, T result, @Nullable Throwable thrown) {
    if (thrown == null) {
      done.complete(result);
    } else {
      done.completeExceptionally(thrown);
    }
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.cache;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/** Holds tasks back until it is opened, then lets them through in their order. Loop only. */
final class Gate implements Executor {
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private boolean isOpen;

  @Override
  public void execute(Runnable task) {
    if (isOpen) {
      task.run();
    } else {
      waiting.add(task);
    }
  }

  /** Lets everything through from now on. */
  void open() {
    isOpen = true;
    while (!waiting.isEmpty()) {
      waiting.remove().run();
    }
  }
}

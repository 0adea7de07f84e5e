/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.internal;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Hands messages to one reader, one at a time and in order, on the thread of whoever put the first
 * one: others leave theirs and go on. So a state machine needs neither a lock nor a thread, and a
 * message that is put from within the reader waits its turn.
 */
public final class Mailbox<M> {
  private final Queue<M> messages = new ConcurrentLinkedQueue<>();
  private final AtomicInteger unread = new AtomicInteger();
  private final Consumer<M> reader;

  /** A mailbox that {@code reader} reads, which must not throw. */
  public Mailbox(Consumer<M> reader) {
    this.reader = reader;
  }

  /** Leaves {@code message}; returns after it was read, or at once if another thread reads. */
  public void put(M message) {
    messages.add(message);
    if (unread.getAndIncrement() > 0) {
      return;
    }
    do {
      read();
    } while (unread.decrementAndGet() > 0);
  }

  private void read() {
    M message = messages.poll();
    if (message == null) {
      throw new IllegalStateException("counted a message that is not there");
    }
    reader.accept(message);
  }
}

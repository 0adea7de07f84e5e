/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.TransportException;
import dev.unitgrid.runtime.transport.Watch;
import dev.unitgrid.runtime.transport.WatchListener;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Tells one listener of one watch, in order, one call after the other. Thread-safe. */
final class WatchDelivery implements Watch, Door.Stream {
  private final Scheduler scheduler;
  private final Latency latency;
  private final WatchListener listener;
  private final Deque<Runnable> queue = new ArrayDeque<>();
  private Runnable closeServerSide = () -> {};
  private boolean busy;
  private boolean closed;
  private boolean ended;

  WatchDelivery(Scheduler scheduler, Latency latency, WatchListener listener) {
    this.scheduler = scheduler;
    this.latency = latency;
    this.listener = listener;
  }

  void opened(Runnable close) {
    boolean late;
    synchronized (this) {
      closeServerSide = close;
      late = closed;
    }
    if (late) {
      scheduler.execute(close);
    }
    deliver(listener::onOpen, false);
  }

  void refused(ApiResponse response) {
    deliver(() -> listener.onRefused(response), true);
  }

  void broken(String why) {
    TransportException cause = new TransportException(why, null);
    deliver(() -> listener.onClosed(cause), true);
  }

  @Override
  public void frame(byte[] frame) {
    deliver(() -> listener.onFrame(frame), false);
  }

  @Override
  public void end() {
    deliver(() -> listener.onClosed(null), true);
  }

  @Override
  public void breakOff(byte[] half) {
    broken("the stream broke" + (half.length == 0 ? "" : " in the middle of a frame"));
  }

  @Override
  public void close() {
    Runnable close;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      queue.clear();
      close = closeServerSide;
    }
    // Not here: the caller must not wait for the server's lock.
    scheduler.execute(close);
  }

  private synchronized void deliver(Runnable call, boolean last) {
    if (closed || ended) {
      return;
    }
    ended = last;
    queue.addLast(call);
    if (!busy) {
      busy = true;
      scheduler.schedule(latency.next(), this::deliverNext);
    }
  }

  private void deliverNext() {
    Runnable call = take();
    if (call == null) {
      return;
    }
    try {
      call.run();
    } finally {
      scheduleNext();
    }
  }

  private synchronized @Nullable Runnable take() {
    if (closed || queue.isEmpty()) {
      busy = false;
      return null;
    }
    return queue.removeFirst();
  }

  private synchronized void scheduleNext() {
    if (queue.isEmpty()) {
      busy = false;
    } else {
      scheduler.schedule(latency.next(), this::deliverNext);
    }
  }
}

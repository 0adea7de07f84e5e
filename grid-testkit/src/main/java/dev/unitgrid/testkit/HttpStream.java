/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Writes the frames of one watch, on a thread only while there are some. A client that reads more
 * slowly than things change loses its watch, as on a real server. Thread-safe.
 */
final class HttpStream implements Door.Stream {
  /** So many bytes of changes may wait for a client; what a watch begins with is not counted. */
  static final long MOST_WAITING = 16L << 20;

  private final HttpConnection connection;
  private final Executor threads;
  private final Runnable gone;
  private final Deque<Write> queue = new ArrayDeque<>();
  private long waiting;
  private boolean counts;
  private boolean busy;
  private boolean over;

  /** What is to be written, and how many of its bytes count. */
  private record Write(Part part, long counted) {}

  @FunctionalInterface
  private interface Part {
    void to(HttpConnection connection) throws IOException;
  }

  HttpStream(HttpConnection connection, Executor threads, Runnable gone) {
    this.connection = connection;
    this.threads = threads;
    this.gone = gone;
    connection.whenLeft(this::leave);
    enqueue(out -> out.begin(200, Map.of("Content-Type", "application/json")), 0, false);
  }

  @Override
  public void frame(byte[] frame) {
    // Not copied: other watches wait with the same frame.
    if (enqueue(out -> out.line(frame), frame.length, false)) {
      // Elsewhere: the caller holds the server's lock, and perhaps its other watches.
      execute(this::leave);
    }
  }

  @Override
  public synchronized void caughtUp() {
    counts = true;
  }

  @Override
  public void end() {
    enqueue(HttpConnection::end, 0, true);
  }

  @Override
  public void breakOff(byte[] half) {
    enqueue(
        out -> {
          out.part(half);
          throw new IOException("cut by a fault");
        },
        0,
        true);
  }

  /** Answers whether the client was too slow for this. */
  private synchronized boolean enqueue(Part part, long bytes, boolean last) {
    if (over) {
      return false;
    }
    long counted = counts ? bytes : 0;
    if (waiting + counted > MOST_WAITING) {
      over = true;
      queue.clear();
      return true;
    }
    over = last;
    waiting += counted;
    queue.addLast(new Write(part, counted));
    if (!busy) {
      busy = true;
      execute(this::drain);
    }
    return false;
  }

  private void execute(Runnable task) {
    try {
      threads.execute(task);
    } catch (RejectedExecutionException closed) {
      connection.close();
    }
  }

  private void drain() {
    Write write = take();
    while (write != null) {
      try {
        write.part().to(connection);
      } catch (IOException clientLeft) {
        leave();
        return;
      }
      write = take();
    }
  }

  private synchronized @Nullable Write take() {
    Write next = queue.pollFirst();
    busy = next != null;
    waiting -= next == null ? 0 : next.counted();
    return next;
  }

  private void leave() {
    synchronized (this) {
      over = true;
      queue.clear();
    }
    gone.run();
    connection.close();
  }
}

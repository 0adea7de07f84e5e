/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Writes the frames of one watch, on a thread only while there are some. Thread-safe. */
final class HttpStream implements Door.Stream {
  private final HttpConnection connection;
  private final Executor threads;
  private final Runnable gone;
  private final Deque<Write> queue = new ArrayDeque<>();
  private boolean busy;
  private boolean over;

  @FunctionalInterface
  private interface Write {
    void to(HttpConnection connection) throws IOException;
  }

  HttpStream(HttpConnection connection, Executor threads, Runnable gone) {
    this.connection = connection;
    this.threads = threads;
    this.gone = gone;
    connection.whenLeft(this::leave);
    enqueue(out -> out.begin(200, Map.of("Content-Type", "application/json")), false);
  }

  @Override
  public void frame(byte[] frame) {
    byte[] line = Arrays.copyOf(frame, frame.length + 1);
    line[frame.length] = '\n';
    enqueue(out -> out.part(line), false);
  }

  @Override
  public void end() {
    enqueue(HttpConnection::end, true);
  }

  @Override
  public void breakOff(byte[] half) {
    enqueue(
        out -> {
          out.part(half);
          throw new IOException("cut by a fault");
        },
        true);
  }

  private synchronized void enqueue(Write write, boolean last) {
    if (over) {
      return;
    }
    over = last;
    queue.addLast(write);
    if (!busy) {
      busy = true;
      start();
    }
  }

  private void start() {
    try {
      threads.execute(this::drain);
    } catch (RejectedExecutionException closed) {
      connection.close();
    }
  }

  private void drain() {
    Write write = take();
    while (write != null) {
      try {
        write.to(connection);
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

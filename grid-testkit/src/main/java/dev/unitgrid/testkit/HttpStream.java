/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Writes the frames of one watch, on a thread only while there are some. Thread-safe. */
final class HttpStream implements Door.Stream {
  private final HttpExchange exchange;
  private final Executor threads;
  private final Runnable gone;
  private final Deque<Write> queue = new ArrayDeque<>();
  private boolean busy;
  private boolean over;

  @FunctionalInterface
  private interface Write {
    void to(HttpExchange exchange) throws IOException;
  }

  HttpStream(HttpExchange exchange, Executor threads, Runnable gone) {
    this.exchange = exchange;
    this.threads = threads;
    this.gone = gone;
    enqueue(
        out -> {
          out.getResponseHeaders().set("Content-Type", "application/json");
          out.sendResponseHeaders(200, 0);
          out.getResponseBody().flush();
        },
        false);
  }

  @Override
  public void frame(byte[] frame) {
    enqueue(
        out -> {
          out.getResponseBody().write(frame);
          out.getResponseBody().write('\n');
          out.getResponseBody().flush();
        },
        false);
  }

  @Override
  public void end() {
    enqueue(HttpExchange::close, true);
  }

  @Override
  public void breakOff(byte[] half) {
    enqueue(
        out -> {
          out.getResponseBody().write(half);
          out.getResponseBody().flush();
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
      exchange.close();
    }
  }

  private void drain() {
    Write write = take();
    while (write != null) {
      try {
        write.to(exchange);
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
    exchange.close();
  }
}

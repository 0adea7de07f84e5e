/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * One connection of a client. The door's one thread reads it; a request is answered on a thread of
 * its own, which waits where the client reads slowly. Thread-safe.
 */
final class HttpConnection {
  private static final long MUCH = 64L << 20;
  private static final byte[] GO_ON = ascii("HTTP/1.1 100 Continue\r\n\r\n");

  private final SocketChannel channel;
  private final SelectionKey key;
  private final Executor threads;
  private final BiConsumer<HttpRequest, HttpConnection> handler;
  private final Consumer<HttpConnection> closed;
  private final HttpReading reading;
  private final Object writing = new Object();
  private byte[] early = new byte[0];
  private Runnable left = () -> {};
  private boolean answering;
  private boolean toldToGoOn;
  private boolean keepsAlive;
  private boolean chunked;
  private boolean bodiless;
  private boolean hasRoom;
  private long thrownAway = -1;

  HttpConnection(
      SocketChannel channel,
      SelectionKey key,
      Executor threads,
      int longestBody,
      BiConsumer<HttpRequest, HttpConnection> handler,
      Consumer<HttpConnection> closed) {
    this.channel = channel;
    this.key = key;
    this.threads = threads;
    this.reading = new HttpReading(longestBody);
    this.handler = handler;
    this.closed = closed;
  }

  /** Something came, or the client left. {@code buffer} is for this call. */
  void readable(ByteBuffer buffer) {
    try {
      buffer.clear();
      int count = channel.read(buffer);
      buffer.flip();
      if (count < 0) {
        clientLeft();
      } else {
        came(buffer);
      }
    } catch (IOException broken) {
      clientLeft();
    }
  }

  private synchronized void came(ByteBuffer bytes) throws IOException {
    if (thrownAway >= 0) {
      throwAway(bytes.remaining());
    } else if (answering) {
      keep(bytes);
      // The next request can wait until this one is answered.
      ignore(SelectionKey.OP_READ);
    } else {
      advance(bytes);
    }
  }

  private void throwAway(int count) {
    thrownAway += count;
    if (thrownAway > MUCH) {
      close();
    }
  }

  private void keep(ByteBuffer bytes) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(early);
    all.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    early = all.toByteArray();
  }

  private void advance(ByteBuffer bytes) throws IOException {
    try {
      Optional<HttpRequest> request = reading.next(bytes);
      early = new byte[0];
      if (request.isPresent()) {
        keep(bytes);
        answer(request.get());
      } else if (reading.awaitsGoOn() && !toldToGoOn) {
        toldToGoOn = true;
        channel.write(ByteBuffer.wrap(GO_ON));
      }
    } catch (HttpReading.RefusedException refused) {
      refuse(refused.status());
    }
  }

  private void answer(HttpRequest request) {
    answering = true;
    toldToGoOn = false;
    keepsAlive = request.keepsAlive();
    chunked = request.version().equals("HTTP/1.1");
    bodiless = request.method().equals("HEAD");
    try {
      threads.execute(() -> handler.accept(request, this));
    } catch (RejectedExecutionException noMoreThreads) {
      close();
    }
  }

  /** As Go's server: a line of text, the end, and nobody listens any more. */
  private void refuse(String status) throws IOException {
    channel.write(
        ByteBuffer.wrap(
            ascii(
                "HTTP/1.1 "
                    + status
                    + "\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"
                    + status)));
    channel.shutdownOutput();
    // To close while the client writes would take its answer from it.
    thrownAway = 0;
  }

  /** {@code gone} is run when the client leaves before its answer is finished. */
  synchronized void whenLeft(Runnable gone) {
    left = gone;
  }

  private void clientLeft() {
    close();
    Runnable gone;
    synchronized (this) {
      gone = left;
      left = () -> {};
    }
    gone.run();
  }

  /** Sends a whole answer. */
  void send(int status, Map<String, String> headers, byte[] body) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head(status, headers, "Content-Length: " + body.length));
    if (!bodiless) {
      all.writeBytes(body);
    }
    write(all.toByteArray());
    finish();
  }

  /** Begins an answer without an end in sight. */
  void begin(int status, Map<String, String> headers) throws IOException {
    keepsAlive &= chunked;
    write(head(status, headers, chunked ? "Transfer-Encoding: chunked" : "Connection: close"));
  }

  private static byte[] head(int status, Map<String, String> headers, String length) {
    StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append(" \r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    return head.append(length).append("\r\n\r\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Sends a part of an answer that has begun: {@code bytes} and a line end. */
  void line(byte[] bytes) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream(bytes.length + 16);
    if (chunked) {
      all.writeBytes(ascii(Integer.toHexString(bytes.length + 1) + "\r\n"));
    }
    all.writeBytes(bytes);
    all.writeBytes(ascii(chunked ? "\n\r\n" : "\n"));
    write(all.toByteArray());
  }

  /** Sends a part of an answer that has begun. */
  void part(byte[] bytes) throws IOException {
    if (!chunked) {
      write(bytes);
      return;
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(ascii(Integer.toHexString(bytes.length) + "\r\n"));
    all.writeBytes(bytes);
    all.writeBytes(ascii("\r\n"));
    write(all.toByteArray());
  }

  /** Ends an answer that has begun. */
  void end() throws IOException {
    if (chunked) {
      write(ascii("0\r\n\r\n"));
    }
    finish();
  }

  private synchronized void finish() throws IOException {
    left = () -> {};
    answering = false;
    if (!keepsAlive) {
      close();
      return;
    }
    advance(ByteBuffer.wrap(early));
    if (!answering) {
      await(SelectionKey.OP_READ);
    }
  }

  private void await(int operation) throws IOException {
    try {
      key.interestOpsOr(operation);
      key.selector().wakeup();
    } catch (CancelledKeyException closedMeanwhile) {
      throw new IOException("closed", closedMeanwhile);
    }
  }

  private void ignore(int operation) throws IOException {
    try {
      key.interestOpsAnd(~operation);
    } catch (CancelledKeyException closedMeanwhile) {
      throw new IOException("closed", closedMeanwhile);
    }
  }

  private void write(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    synchronized (writing) {
      while (buffer.hasRemaining()) {
        if (channel.write(buffer) == 0) {
          awaitRoom();
        }
      }
    }
  }

  private void awaitRoom() throws IOException {
    hasRoom = false;
    await(SelectionKey.OP_WRITE);
    try {
      while (!hasRoom && key.isValid()) {
        writing.wait();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }

  /** The client has read something. */
  void writable() {
    try {
      synchronized (writing) {
        // First: who is woken may wait for room again, and would not be told.
        ignore(SelectionKey.OP_WRITE);
        hasRoom = true;
        writing.notifyAll();
      }
    } catch (IOException gone) {
      clientLeft();
    }
  }

  /** Breaks the connection, so that the client is told. */
  void reset() {
    try {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException gone) {
      // Then there is nothing to break.
    }
    close();
  }

  void close() {
    key.cancel();
    try {
      channel.close();
    } catch (IOException gone) {
      // It is closed either way.
    }
    key.selector().wakeup();
    closed.accept(this);
    synchronized (writing) {
      writing.notifyAll();
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}

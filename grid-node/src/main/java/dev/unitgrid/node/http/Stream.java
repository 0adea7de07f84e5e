/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.http;

import dev.unitgrid.node.NodeMetrics;
import dev.unitgrid.node.serve.Body;
import dev.unitgrid.runtime.metrics.Metrics;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;
import org.xnio.channels.StreamSinkChannel;

/**
 * Writes one answer to one client, on the client's I/O thread and never waiting: bits are asked of
 * the body as fast as the client takes them, and copied once, into a buffer that is held only while
 * there is something to write. All but {@link #wake} runs on that thread.
 */
final class Stream {
  private static final Logger LOG = LoggerFactory.getLogger(Stream.class);
  private static final long STALLED_SECONDS = 60;

  private final HttpServerExchange exchange;
  private final Metrics metrics;
  private final AtomicBoolean awake = new AtomicBoolean();
  private @Nullable Body body;
  private @Nullable StreamSinkChannel channel;
  private @Nullable PooledByteBuffer buffer;
  private XnioExecutor.@Nullable Key stallCheck;
  private final Pieces pieces = new Pieces();
  private boolean ending;
  private boolean closed;

  Stream(HttpServerExchange exchange, Metrics metrics) {
    this.exchange = exchange;
    this.metrics = metrics;
  }

  /** There may be something to write. Any thread may say so, and as often as it likes. */
  void wake() {
    if (awake.compareAndSet(false, true)) {
      exchange.getIoThread().execute(this::run);
    }
  }

  private void run() {
    awake.set(false); // before it is looked: what comes after this wakes it again
    pump();
  }

  /** Begins to write; headers are set. */
  void start(Body body) {
    this.body = body;
    StreamSinkChannel sink = exchange.getResponseChannel();
    channel = sink;
    sink.getWriteSetter().set(writable -> pump());
    exchange.getConnection().addCloseListener(connection -> close());
    pump();
  }

  private void pump() {
    Body from = body;
    StreamSinkChannel to = channel;
    if (closed || from == null || to == null) {
      return;
    }
    try {
      write(from, to);
    } catch (IOException gone) {
      LOG.debug("A client went away", gone);
      abort();
    } catch (RuntimeException bug) {
      LOG.error("The answer to {} broke off", exchange.getRequestURI(), bug);
      abort();
    }
  }

  private void write(Body from, StreamSinkChannel to) throws IOException {
    while (true) {
      if (!flushBuffer(to)) {
        to.resumeWrites();
        return;
      }
      if (ending) {
        end(to);
        return;
      }
      Body.Next next = fill(from);
      if (next == Body.Next.EVICTED) {
        abort();
        return;
      }
      ending = next == Body.Next.END;
      if (next == Body.Next.LATER && isEmpty()) {
        rest(to);
        return;
      }
    }
  }

  /** Asks for bits until there is a buffer full. */
  private Body.Next fill(Body from) {
    PooledByteBuffer pooled = buffer;
    if (pooled == null) {
      pooled = exchange.getConnection().getByteBufferPool().allocate();
      buffer = pooled;
    }
    ByteBuffer into = pooled.getBuffer();
    into.clear();
    Body.Next next = Body.Next.MORE;
    pieces.fill(into);
    while (into.hasRemaining() && next == Body.Next.MORE) {
      next = from.next(pieces);
      pieces.fill(into);
    }
    into.flip();
    // What is left over of a piece comes first, whatever comes after it.
    boolean finished = next == Body.Next.END && !pieces.isEmpty();
    return finished ? Body.Next.MORE : next;
  }

  private boolean isEmpty() {
    return pieces.isEmpty() && (buffer == null || !buffer.getBuffer().hasRemaining());
  }

  private boolean flushBuffer(StreamSinkChannel to) throws IOException {
    PooledByteBuffer pooled = buffer;
    if (pooled == null) {
      return true;
    }
    ByteBuffer from = pooled.getBuffer();
    while (from.hasRemaining()) {
      if (to.write(from) == 0) {
        checkForStall();
        return false;
      }
      progress();
    }
    return true;
  }

  /** Nothing to do until it is woken; the headers of a watch without events go out all the same. */
  private void rest(StreamSinkChannel to) throws IOException {
    releaseBuffer();
    if (to.flush()) {
      to.suspendWrites();
    } else {
      to.resumeWrites();
    }
  }

  private void end(StreamSinkChannel to) throws IOException {
    close();
    to.shutdownWrites();
    if (!to.flush()) {
      to.getWriteSetter().set(null);
      exchange.endExchange();
    } else {
      exchange.endExchange();
    }
  }

  private void abort() {
    close();
    IoUtils.safeClose(exchange.getConnection());
  }

  private void close() {
    if (closed) {
      return;
    }
    closed = true;
    progress();
    releaseBuffer();
    pieces.clear();
    if (body != null) {
      body.close();
      body = null; // the server's timers hold this stream for a minute and a half
    }
  }

  private void releaseBuffer() {
    if (buffer != null) {
      buffer.close();
      buffer = null;
    }
  }

  /** A client that takes nothing for a minute is gone, or holds what others need. */
  private void checkForStall() {
    if (stallCheck == null) {
      stallCheck =
          exchange.getIoThread().executeAfter(this::stalled, STALLED_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void progress() {
    if (stallCheck != null) {
      stallCheck.remove();
      stallCheck = null;
    }
  }

  private void stalled() {
    if (!closed) {
      metrics.count(NodeMetrics.STALLED_ANSWERS);
      abort();
    }
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.passthrough;

import dev.unitgrid.runtime.time.Scheduler;
import io.undertow.UndertowOptions;
import io.undertow.client.ClientCallback;
import io.undertow.client.ClientConnection;
import io.undertow.client.UndertowClient;
import io.undertow.connector.ByteBufferPool;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.ServerConnection;
import io.undertow.util.AttachmentKey;
import io.undertow.util.WorkerUtils;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;
import org.xnio.ssl.XnioSsl;

/**
 * Connections to the API server: one behind each client's connection, never shared between clients,
 * so that there are never more of them, and no client waits for another. All of it happens on the
 * client connection's I/O thread, except that names are looked up on a worker.
 */
final class UpstreamConnections {
  private static final OptionMap OPTIONS =
      OptionMap.builder()
          .set(UndertowOptions.ENDPOINT_IDENTIFICATION_ALGORITHM, "HTTPS")
          .set(Options.TCP_NODELAY, true)
          .set(Options.KEEP_ALIVE, true)
          .getMap();

  /** A TLS record and its frame. */
  private static final int TLS_BUFFER = 17 * 1024;

  private static final int KEPT_TLS_BUFFERS = 32;

  private final AttachmentKey<Slot> slots = AttachmentKey.create(Slot.class);
  private final Upstream upstream;
  private final Scheduler scheduler;
  private final PassLimits limits;
  private final @Nullable XnioSsl ssl;

  UpstreamConnections(Upstream upstream, Scheduler scheduler, PassLimits limits) {
    this.upstream = upstream;
    this.scheduler = scheduler;
    this.limits = limits;
    // Direct buffers are not in the heap, which is small; few are kept, for few talk at a time.
    ByteBufferPool buffers = new DefaultByteBufferPool(true, TLS_BUFFER, KEPT_TLS_BUFFERS, 2);
    this.ssl =
        upstream
            .tls()
            .map(
                context ->
                    new UndertowXnioSsl(Xnio.getInstance(), OptionMap.EMPTY, buffers, context))
            .orElse(null);
  }

  /** Takes a connection, or learns that there is none. */
  interface Taker {
    /** {@code reused} if it was used before: then it may be dead without having said so. */
    void connected(ClientConnection connection, boolean reused);

    void failed(IOException failure);
  }

  /** The connection behind a client's connection. */
  private static final class Slot implements ServerConnection.CloseListener {
    private @Nullable ClientConnection connection;
    private Duration idleSince = Duration.ZERO;

    @Override
    public void closed(ServerConnection client) {
      abort(connection);
    }
  }

  /** Hands {@code taker} the connection behind {@code exchange}'s, or a new one. */
  void take(HttpServerExchange exchange, Taker taker) {
    Slot slot = slot(exchange.getConnection());
    ClientConnection kept = slot.connection;
    boolean fresh = scheduler.elapsed().minus(slot.idleSince).compareTo(limits.idle()) < 0;
    if (kept != null && kept.isOpen() && fresh) {
      taker.connected(kept, true);
      return;
    }
    open(exchange, taker);
  }

  /** Hands {@code taker} a new connection. */
  void open(HttpServerExchange exchange, Taker taker) {
    Slot slot = slot(exchange.getConnection());
    abort(slot.connection);
    slot.connection = null;
    Opening opening = new Opening(exchange, slot, taker);
    opening.timeout =
        WorkerUtils.executeAfter(
            exchange.getIoThread(),
            () -> opening.settleFailed(new IOException("no connection in time")),
            limits.connect().toMillis(),
            TimeUnit.MILLISECONDS);
    exchange.getConnection().getWorker().execute(() -> connect(exchange, opening));
  }

  /** {@code connection} may be used again after its request and answer went through whole. */
  void keep(HttpServerExchange exchange) {
    slot(exchange.getConnection()).idleSince = scheduler.elapsed();
  }

  /**
   * Ends {@code connection} now. Its own close would go on reading what still comes for ten
   * seconds, and a watch would live on for as long.
   */
  static void abort(@Nullable ClientConnection connection) {
    if (connection == null || !connection.isOpen()) {
      return;
    }
    try {
      IoUtils.safeClose(connection.performUpgrade());
    } catch (IOException closed) {
      IoUtils.safeClose(connection);
    }
  }

  private Slot slot(ServerConnection client) {
    Slot slot = client.getAttachment(slots);
    if (slot == null) {
      slot = new Slot();
      client.putAttachment(slots, slot);
      client.addCloseListener(slot);
    }
    return slot;
  }

  private void connect(HttpServerExchange exchange, Opening opening) {
    XnioIoThread thread = exchange.getIoThread();
    ByteBufferPool buffers = exchange.getConnection().getByteBufferPool();
    try {
      if (ssl == null) {
        UndertowClient.getInstance().connect(opening, upstream.address(), thread, buffers, OPTIONS);
      } else {
        UndertowClient.getInstance()
            .connect(opening, upstream.address(), thread, ssl, buffers, OPTIONS);
      }
    } catch (RuntimeException refused) {
      // A name without an address is thrown, not told.
      opening.failed(new IOException(refused.toString(), refused));
    }
  }

  /** One attempt, that ends once: with a connection, a failure, or for want of time. */
  private static final class Opening implements ClientCallback<ClientConnection> {
    private final HttpServerExchange exchange;
    private final Slot slot;
    private final Taker taker;
    private XnioExecutor.@Nullable Key timeout;
    private boolean settled;

    Opening(HttpServerExchange exchange, Slot slot, Taker taker) {
      this.exchange = exchange;
      this.slot = slot;
      this.taker = taker;
    }

    @Override
    public void completed(ClientConnection connection) {
      exchange.getIoThread().execute(() -> settleConnected(connection));
    }

    @Override
    public void failed(IOException failure) {
      exchange.getIoThread().execute(() -> settleFailed(failure));
    }

    private void settleConnected(ClientConnection connection) {
      if (!settle() || !exchange.getConnection().isOpen()) {
        abort(connection);
        return;
      }
      slot.connection = connection;
      taker.connected(connection, false);
    }

    private void settleFailed(IOException failure) {
      if (settle()) {
        taker.failed(failure);
      }
    }

    private boolean settle() {
      if (settled) {
        return false;
      }
      settled = true;
      if (timeout != null) {
        timeout.remove();
      }
      return true;
    }
  }
}

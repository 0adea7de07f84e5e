/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.testkit.internal.access.Identity;
import dev.unitgrid.testkit.internal.api.ApiServer;
import dev.unitgrid.testkit.internal.api.Call;
import dev.unitgrid.testkit.internal.api.RequestTarget;
import dev.unitgrid.testkit.internal.api.StatusException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The door over HTTP/1.1 on a loopback port, of its own making: the JDK's server cannot answer as
 * Go's does what is no request (ADR 12). One thread waits for all connections; a watch holds none
 * while nothing happens. Thread-safe.
 */
final class HttpDoor implements AutoCloseable {
  private static final int BUFFER = 64 << 10;

  /** With this code fabric8's client, which tries a websocket first, asks again without. */
  private static final ApiResponse NO_WEBSOCKETS =
      ApiServer.refusal(
          503,
          "ServiceUnavailable",
          "the embedded API server has no websockets; a watch is a plain GET");

  private final ServerSocketChannel listening;
  private final Selector selector;
  private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger number = new AtomicInteger();
  private final ExecutorService threads =
      new ThreadPoolExecutor(
          0, 512, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), this::newThread);
  private final Front front;

  private HttpDoor(ServerSocketChannel listening, Selector selector, Front front) {
    this.listening = listening;
    this.selector = selector;
    this.front = front;
  }

  static HttpDoor open(Front front) {
    try {
      ServerSocketChannel listening = ServerSocketChannel.open();
      listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_024);
      listening.configureBlocking(false);
      HttpDoor door = new HttpDoor(listening, Selector.open(), front);
      listening.register(door.selector, SelectionKey.OP_ACCEPT);
      door.threads.execute(door::follow);
      return door;
    } catch (IOException noPort) {
      throw new UncheckedIOException("cannot listen on loopback", noPort);
    }
  }

  private Thread newThread(Runnable task) {
    Thread thread = new Thread(task, "unitgrid-testkit-http-" + number.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  String url() {
    return "http://127.0.0.1:" + listening.socket().getLocalPort();
  }

  private void follow() {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    try {
      while (listening.isOpen()) {
        selector.select(key -> happened(key, buffer));
      }
    } catch (IOException broken) {
      throw new UncheckedIOException("cannot wait for connections", broken);
    } finally {
      connections.forEach(HttpConnection::close);
    }
  }

  private void happened(SelectionKey key, ByteBuffer buffer) {
    if (key.attachment() instanceof HttpConnection connection) {
      int ready = key.isValid() ? key.readyOps() : 0;
      if ((ready & SelectionKey.OP_WRITE) != 0) {
        connection.writable();
      }
      if ((ready & SelectionKey.OP_READ) != 0) {
        connection.readable(buffer);
      }
    } else {
      accept();
    }
  }

  private void accept() {
    try {
      SocketChannel channel = listening.accept();
      if (channel == null) {
        return;
      }
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      SelectionKey key = channel.register(selector, 0);
      HttpConnection connection =
          new HttpConnection(
              channel, key, threads, ApiServer.LONGEST_BODY, this::handle, connections::remove);
      connections.add(connection);
      key.attach(connection);
      key.interestOps(SelectionKey.OP_READ);
    } catch (IOException left) {
      // Who left before the greeting needs none.
      selector.wakeup();
    }
  }

  private void handle(HttpRequest request, HttpConnection connection) {
    HttpReply reply = new HttpReply(connection);
    URI target;
    try {
      target = new URI(request.target());
    } catch (URISyntaxException malformed) {
      reply.answer(ApiServer.refusal(400, "BadRequest", String.valueOf(malformed.getMessage())));
      return;
    }
    if ("websocket".equalsIgnoreCase(request.header("upgrade"))) {
      reply.answer(NO_WEBSOCKETS);
      return;
    }
    try {
      front.serve(
          call(request, target, front.identify(request.header("authorization"), request.headers())),
          reply);
    } catch (StatusException notLetIn) {
      front.turnAway(call(request, target, Identity.anonymous()), reply, notLetIn);
    }
  }

  private static Call call(HttpRequest request, URI target, Identity who) {
    return new Call(
        request.method(),
        Optional.ofNullable(target.getPath()).orElse(""),
        RequestTarget.query(Optional.ofNullable(target.getRawQuery()).orElse("")),
        request.header("content-type"),
        request.header("accept"),
        request.header("user-agent"),
        who,
        request.body());
  }

  private final class HttpReply implements Door {
    private final HttpConnection connection;

    private HttpReply(HttpConnection connection) {
      this.connection = connection;
    }

    @Override
    public void answer(ApiResponse response) {
      try {
        connection.send(response.status(), response.headers(), response.body());
      } catch (IOException gone) {
        // The client left: there is nobody to tell.
        connection.close();
      }
    }

    @Override
    public Stream open(Runnable close) {
      return new HttpStream(connection, threads, close);
    }

    @Override
    public void reset(String why) {
      connection.reset();
    }

    @Override
    public void hang() {
      // Nothing is sent, and the connection stays until the client or the server ends it.
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
      selector.wakeup();
      connections.forEach(HttpConnection::close);
      threads.shutdownNow();
      threads.awaitTermination(5, TimeUnit.SECONDS);
      selector.close();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (IOException broken) {
      throw new UncheckedIOException("cannot stop to listen", broken);
    }
  }
}

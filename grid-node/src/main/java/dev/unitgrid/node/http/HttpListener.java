/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.http;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLContext;
import org.xnio.Options;

/**
 * An HTTP/1.1 server on one address with few threads and small buffers. Its threads are named after
 * it and end with {@link #close}.
 */
public final class HttpListener implements AutoCloseable {
  private static final int IO_THREADS = 2;
  private static final int WORKER_THREADS = 4;
  private static final int BUFFER_BYTES = 16 * 1024;
  private static final int POOLED_BUFFERS = 64;

  private final Undertow server;

  private HttpListener(Undertow server) {
    this.server = server;
  }

  /**
   * Listens.
   *
   * @param address with port 0 for a free one
   * @throws RuntimeException if the address cannot be listened on
   */
  public static HttpListener start(
      String name, InetSocketAddress address, HttpLimits limits, HttpHandler handler) {
    return start(
        name,
        Undertow.builder().addHttpListener(address.getPort(), address.getHostString()),
        limits,
        handler);
  }

  /**
   * Listens with TLS.
   *
   * @param tls the certificate that it shows
   * @throws RuntimeException if the address cannot be listened on
   */
  public static HttpListener startTls(
      String name,
      InetSocketAddress address,
      SSLContext tls,
      HttpLimits limits,
      HttpHandler handler) {
    return start(
        name,
        Undertow.builder().addHttpsListener(address.getPort(), address.getHostString(), tls),
        limits,
        handler);
  }

  private static HttpListener start(
      String name, Undertow.Builder listening, HttpLimits limits, HttpHandler handler) {
    Undertow server =
        listening
            .setIoThreads(IO_THREADS)
            .setWorkerThreads(WORKER_THREADS)
            .setByteBufferPool(
                new DefaultByteBufferPool(true, BUFFER_BYTES, POOLED_BUFFERS, POOLED_BUFFERS / 8))
            .setWorkerOption(Options.WORKER_NAME, name)
            .setSocketOption(Options.CONNECTION_HIGH_WATER, limits.connections())
            .setSocketOption(Options.CONNECTION_LOW_WATER, limits.connections())
            .setSocketOption(Options.REUSE_ADDRESSES, true)
            .setSocketOption(Options.TCP_NODELAY, true)
            .setServerOption(UndertowOptions.MAX_HEADER_SIZE, limits.headerBytes())
            .setServerOption(UndertowOptions.MAX_HEADERS, limits.headers())
            .setServerOption(UndertowOptions.MAX_PARAMETERS, limits.parameters())
            .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, (int) limits.idle().toMillis())
            .setServerOption(
                UndertowOptions.REQUEST_PARSE_TIMEOUT, (int) limits.requestHead().toMillis())
            .setServerOption(UndertowOptions.DECODE_URL, false)
            .setServerOption(UndertowOptions.ALWAYS_SET_DATE, true)
            .setServerOption(UndertowOptions.ENABLE_STATISTICS, false)
            .setHandler(handler)
            .build();
    server.start();
    return new HttpListener(server);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
  }

  /** Stops listening and closes every connection. */
  @Override
  public void close() {
    server.stop();
  }
}

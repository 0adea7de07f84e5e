/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.passthrough;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.time.SystemScheduler;
import io.undertow.Undertow;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/** The handler behind a listener, as small as a node's. */
final class Front implements AutoCloseable {
  private final SystemScheduler scheduler = SystemScheduler.start("pass", 1);
  private final Undertow undertow;

  Front(Upstream upstream) {
    this(upstream, PassLimits.USUAL, Metrics.NOOP);
  }

  Front(Upstream upstream, PassLimits limits, Metrics metrics) {
    undertow =
        Undertow.builder()
            .addHttpListener(0, "127.0.0.1")
            .setIoThreads(1)
            .setWorkerThreads(2)
            .setBufferSize(4096)
            .setHandler(new PassThrough(upstream, scheduler, metrics, limits))
            .build();
    undertow.start();
  }

  int port() {
    return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
  }

  String url() {
    return "http://127.0.0.1:" + port();
  }

  Client client() throws IOException {
    return new Client(new Socket("127.0.0.1", port()));
  }

  @Override
  public void close() {
    undertow.stop();
    scheduler.close();
  }

  /** A client that writes and reads bytes. */
  static final class Client implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    private Client(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream());
      socket.setSoTimeout(10_000);
    }

    Client send(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
      socket.getOutputStream().flush();
      return this;
    }

    String head() throws IOException {
      return RawUpstream.head(in);
    }

    String read(int count) throws IOException {
      return new String(in.readNBytes(count), ISO_8859_1);
    }

    String until(String end) throws IOException {
      StringBuilder seen = new StringBuilder();
      while (!seen.toString().endsWith(end)) {
        String next = read(1);
        if (next.isEmpty()) {
          throw new AssertionError("the end after: " + seen);
        }
        seen.append(next);
      }
      return seen.toString();
    }

    String rest() throws IOException {
      return new String(in.readAllBytes(), ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.passthrough;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.xnio.IoUtils;

/** A server that sees bytes and answers bytes. */
final class RawUpstream implements AutoCloseable {
  static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final ServerSocket server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();
  private final BlockingQueue<Boolean> ends = new LinkedBlockingQueue<>();
  private final BlockingQueue<Socket> sockets = new LinkedBlockingQueue<>();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile Answer answer = (head, in, out) -> out.write(OK.getBytes(ISO_8859_1));

  /** Answers one request, whose body is still to be read. */
  interface Answer {
    void write(String head, InputStream in, OutputStream out) throws IOException;
  }

  RawUpstream() throws IOException {
    this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
  }

  RawUpstream(ServerSocket server) {
    this.server = server;
    threads.execute(this::accept);
  }

  URI uri() {
    return URI.create("http://" + authority());
  }

  String authority() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  void answers(Answer next) {
    answer = next;
  }

  void answers(String text) {
    answer = (head, in, out) -> out.write(text.getBytes(ISO_8859_1));
  }

  /** The next request's head, undecoded, with its empty line. */
  String head() throws InterruptedException {
    String head = heads.poll(10, TimeUnit.SECONDS);
    if (head == null) {
      throw new AssertionError("no request came");
    }
    return head;
  }

  boolean sawNothing() {
    return heads.isEmpty();
  }

  int connections() {
    return connections.get();
  }

  /** Waits until a connection ended. */
  boolean sawAnEnd() throws InterruptedException {
    return ends.poll(10, TimeUnit.SECONDS) != null;
  }

  void cutConnections() {
    sockets.forEach(IoUtils::safeClose);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        connections.incrementAndGet();
        sockets.add(socket);
        threads.execute(() -> serve(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      for (String head = head(in); !head.isEmpty(); head = head(in)) {
        heads.add(head);
        answer.write(head, in, out);
        out.flush();
      }
    } catch (IOException gone) {
      // The queue below tells.
    }
    ends.add(true);
  }

  static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.write(next);
    }
    return head.toString(ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    server.close();
    cutConnections();
    threads.shutdownNow();
  }
}

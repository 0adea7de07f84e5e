/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.net.SocketFactory;

/**
 * One watch of JSON lines over one connection, with as little in between as can be: what arrives is
 * timed before anybody looks at it. Its thread ends with the connection.
 */
final class WatchSocket implements AutoCloseable {
  private static final int BUFFER = 1 << 18;

  private final Socket socket;
  private final Listener listener;
  private final Thread thread;

  /** Hears of lines, on the watch's own thread. */
  interface Listener {
    /** A line arrived at {@link System#nanoTime()} {@code nanos}. */
    void onLine(long nanos, byte[] line);

    /** The connection is over. */
    void onEnd(String why);
  }

  private WatchSocket(Socket socket, String name, Listener listener) {
    this.socket = socket;
    this.listener = listener;
    this.thread = new Thread(this::read, name);
    thread.setDaemon(true);
  }

  /**
   * Asks for a watch.
   *
   * @param factory of plain or of TLS connections
   * @param path with its query
   * @param token a bearer token
   */
  static WatchSocket open(
      SocketFactory factory, int port, String path, String token, Listener listener)
      throws IOException {
    Socket socket = factory.createSocket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket
        .getOutputStream()
        .write(
            ("GET "
                    + path
                    + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\nAuthorization: Bearer "
                    + token
                    + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    WatchSocket watch = new WatchSocket(socket, "watch of " + path, listener);
    watch.thread.start();
    return watch;
  }

  private void read() {
    try (InputStream in = new BufferedInputStream(socket.getInputStream(), BUFFER)) {
      String status = line(in);
      boolean chunked = false;
      for (String header = line(in); !header.isEmpty(); header = line(in)) {
        chunked |= header.equalsIgnoreCase("Transfer-Encoding: chunked");
      }
      if (!status.contains(" 200")) {
        listener.onEnd(status);
        return;
      }
      LineBuffer lines = new LineBuffer();
      if (chunked) {
        chunks(in, lines);
      } else {
        lines.take(in, Integer.MAX_VALUE, listener);
      }
      listener.onEnd("the server ended it");
    } catch (IOException broken) {
      listener.onEnd(String.valueOf(broken.getMessage()));
    }
  }

  private void chunks(InputStream in, LineBuffer lines) throws IOException {
    for (int left = Integer.parseInt(line(in), 16);
        left > 0;
        left = Integer.parseInt(line(in), 16)) {
      if (lines.take(in, left, listener) < left) {
        throw new IOException("the connection ended inside a chunk");
      }
      line(in);
    }
  }

  /** What arrived and is no whole line yet. */
  private static final class LineBuffer {
    private byte[] bytes = new byte[BUFFER];
    private int end;
    private int scanned;

    /** Delivers the lines of the next {@code most} bytes, or of all; how many there were. */
    int take(InputStream in, int most, Listener listener) throws IOException {
      int taken = 0;
      while (taken < most) {
        if (end == bytes.length) {
          bytes = Arrays.copyOf(bytes, 2 * end);
        }
        int read = in.read(bytes, end, Math.min(most - taken, bytes.length - end));
        if (read < 0) {
          return taken;
        }
        taken += read;
        end += read;
        deliver(System.nanoTime(), listener);
      }
      return taken;
    }

    private void deliver(long nanos, Listener listener) {
      int start = 0;
      for (; scanned < end; scanned++) {
        if (bytes[scanned] == '\n') {
          byte[] whole = Arrays.copyOfRange(bytes, start, scanned);
          listener.onLine(nanos, whole);
          start = scanned + 1;
        }
      }
      System.arraycopy(bytes, start, bytes, 0, end - start);
      end -= start;
      scanned = end;
    }
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("the server closed the connection");
      }
      if (next != '\r') {
        line.write(next);
      }
    }
    return line.toString(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    try {
      socket.close();
      thread.join();
    } catch (IOException alreadyBroken) {
      throw new java.io.UncheckedIOException(alreadyBroken);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

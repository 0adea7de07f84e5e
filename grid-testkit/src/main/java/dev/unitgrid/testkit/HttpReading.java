/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes the bytes of a connection as they come, and gives the requests in them. Of a body that is
 * too long the rest is read and thrown away, so that the client gets to its answer. One thread at a
 * time.
 */
final class HttpReading {
  /** The longest head, in bytes: that of Go's server. */
  static final int LONGEST_HEAD = (1 << 20) + 4096;

  private final int longestBody;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private int headBytes;
  private @Nullable Head head;
  private ByteArrayOutputStream body = new ByteArrayOutputStream();
  private State state = State.HEAD;
  private long left;

  private enum State {
    HEAD,
    BODY,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILER
  }

  private record Head(
      String method, String target, String version, Map<String, List<String>> headers) {}

  /** What is no request: the code to answer before the connection ends. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String status;

    RefusedException(String status) {
      super(status);
      this.status = status;
    }

    /** E.g. {@code 400 Bad Request}. */
    String status() {
      return status;
    }
  }

  HttpReading(int longestBody) {
    this.longestBody = longestBody;
  }

  /** Whether a head was read that asks to be told to go on, and its body has not come yet. */
  boolean awaitsGoOn() {
    return head != null
        && state != State.HEAD
        && body.size() == 0
        && head.headers().getOrDefault("expect", List.of()).contains("100-continue");
  }

  /**
   * The next request, if {@code bytes} complete one; what comes after it stays in {@code bytes}.
   *
   * @throws RefusedException if this is no HTTP, or too much of it
   */
  Optional<HttpRequest> next(ByteBuffer bytes) throws RefusedException {
    while (bytes.hasRemaining()) {
      Optional<HttpRequest> request =
          switch (state) {
            case BODY, CHUNK -> content(bytes);
            default -> endOfLine(bytes) ? line(takeLine()) : Optional.empty();
          };
      if (request.isPresent()) {
        return request;
      }
    }
    return Optional.empty();
  }

  private boolean endOfLine(ByteBuffer bytes) throws RefusedException {
    while (bytes.hasRemaining()) {
      byte next = bytes.get();
      headBytes++;
      if (headBytes > LONGEST_HEAD) {
        throw new RefusedException("431 Request Header Fields Too Large");
      }
      if (next == '\n') {
        return true;
      }
      line.write(next);
    }
    return false;
  }

  private String takeLine() {
    String text = line.toString(StandardCharsets.ISO_8859_1);
    line.reset();
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  private Optional<HttpRequest> line(String text) throws RefusedException {
    return switch (state) {
      case HEAD -> head(text);
      case CHUNK_SIZE -> chunk(text);
      case TRAILER -> text.isEmpty() ? Optional.of(request()) : Optional.empty();
      default -> {
        state = State.CHUNK_SIZE;
        yield Optional.empty();
      }
    };
  }

  private Optional<HttpRequest> head(String text) throws RefusedException {
    Head here = head;
    if (here == null) {
      // Clients may send an empty line between two requests.
      head = text.isEmpty() ? null : requestLine(text);
      return Optional.empty();
    }
    if (!text.isEmpty()) {
      header(here, text);
      return Optional.empty();
    }
    headBytes = 0;
    if (here.headers().containsKey("transfer-encoding")) {
      state = State.CHUNK_SIZE;
      return Optional.empty();
    }
    left = length(here);
    state = State.BODY;
    return left == 0 ? Optional.of(request()) : Optional.empty();
  }

  private static Head requestLine(String text) throws RefusedException {
    String[] words = text.split(" ", -1);
    if (words.length != 3 || !words[2].matches("HTTP/1\\.[01]") || !words[0].matches("[A-Z]+")) {
      throw new RefusedException("400 Bad Request");
    }
    return new Head(words[0], words[1], words[2], new LinkedHashMap<>());
  }

  private static void header(Head head, String text) throws RefusedException {
    int colon = text.indexOf(':');
    if (colon <= 0) {
      throw new RefusedException("400 Bad Request");
    }
    head.headers()
        .computeIfAbsent(
            text.substring(0, colon).toLowerCase(Locale.ROOT), unused -> new ArrayList<>())
        .add(text.substring(colon + 1).trim());
  }

  private static long length(Head head) throws RefusedException {
    String said = head.headers().getOrDefault("content-length", List.of("0")).get(0);
    if (!said.matches("[0-9]{1,15}")) {
      throw new RefusedException("400 Bad Request");
    }
    return Long.parseLong(said);
  }

  private Optional<HttpRequest> chunk(String text) throws RefusedException {
    headBytes = 0;
    String size = text.replaceAll(";.*", "").trim();
    if (!size.matches("[0-9a-fA-F]{1,12}")) {
      throw new RefusedException("400 Bad Request");
    }
    left = Long.parseLong(size, 16);
    state = left == 0 ? State.TRAILER : State.CHUNK;
    return Optional.empty();
  }

  private Optional<HttpRequest> content(ByteBuffer bytes) {
    int here = (int) Math.min(left, bytes.remaining());
    byte[] part = new byte[here];
    bytes.get(part);
    body.write(part, 0, Math.min(here, longestBody + 1 - body.size()));
    left -= here;
    if (left > 0) {
      return Optional.empty();
    }
    if (state == State.BODY) {
      return Optional.of(request());
    }
    state = State.CHUNK_END;
    return Optional.empty();
  }

  private HttpRequest request() {
    Head read = Objects.requireNonNull(head);
    HttpRequest request =
        new HttpRequest(
            read.method(), read.target(), read.version(), read.headers(), body.toByteArray());
    head = null;
    headBytes = 0;
    body = new ByteArrayOutputStream();
    state = State.HEAD;
    return request;
  }
}

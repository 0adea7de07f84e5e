/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.passthrough;

import io.undertow.client.ClientRequest;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.Protocols;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

/** What is to be done with a client's request: decided from its head alone. */
sealed interface Forwarding {
  /** A request to the API server. */
  record Forward(ClientRequest request) implements Forwarding {}

  /** Answered here. */
  record Refuse(Refusal refusal) implements Forwarding {}

  /**
   * The head of a request as the client wrote it.
   *
   * @param target the first line's target without its query, undecoded
   * @param namesHost whether the target names a host
   * @param query undecoded, without the question mark; empty if there is none
   * @param client the client's address
   */
  record Head(
      HttpString method,
      String target,
      boolean namesHost,
      String query,
      HeaderMap headers,
      String client) {}

  /** Where {@code head} goes; the only authority it can go to is {@code upstream}'s. */
  static Forwarding of(Head head, Upstream upstream) {
    if (head.method().equals(Methods.CONNECT)) {
      return refuse(
          new Refusal(
              405,
              "MethodNotAllowed",
              "This proxy opens no tunnels to other hosts",
              Duration.ZERO));
    }
    if (head.namesHost() || !head.target().startsWith("/")) {
      return refuse(
          Refusal.badRequest(
              "The target of a request is a path; this proxy reaches no other host"));
    }
    if (!isVisible(head.target()) || !isVisible(head.query())) {
      return refuse(Refusal.badRequest("The target of a request holds bytes that no URL holds"));
    }
    HeaderValues lengths = head.headers().get(Headers.CONTENT_LENGTH);
    if (lengths != null && lengths.size() > 1) {
      return refuse(Refusal.badRequest("A request has one Content-Length"));
    }
    return new Forward(request(head, upstream));
  }

  private static Forwarding refuse(Refusal refusal) {
    return new Refuse(refusal);
  }

  /** Whether all of it is visible ASCII: nothing that could end a line, or begin another word. */
  private static boolean isVisible(String text) {
    return text.chars().allMatch(each -> each > ' ' && each < 0x7f);
  }

  private static ClientRequest request(Head head, Upstream upstream) {
    String query = head.query().isEmpty() ? "" : "?" + head.query();
    ClientRequest request =
        new ClientRequest()
            .setMethod(head.method())
            .setProtocol(Protocols.HTTP_1_1)
            .setPath(upstream.prefix() + head.target() + query);
    HeaderMap headers = request.getRequestHeaders();
    EndToEnd.copy(head.headers(), headers);
    // Answered by us, when the connection to the API server stands.
    headers.remove(Headers.EXPECT);
    headers.put(Headers.HOST, upstream.authority());
    headers.add(Headers.X_FORWARDED_FOR, head.client());
    if (isUpgrade(head)) {
      headers.put(Headers.CONNECTION, "Upgrade");
      headers.putAll(Headers.UPGRADE, Objects.requireNonNull(head.headers().get(Headers.UPGRADE)));
    }
    if (head.headers().contains(Headers.TRANSFER_ENCODING)) {
      headers.put(Headers.TRANSFER_ENCODING, "chunked");
    }
    return request;
  }

  private static boolean isUpgrade(Head head) {
    // HTTP/2 without TLS would be another way to ask for anything: it stays on this connection.
    return EndToEnd.isUpgrade(head.headers())
        && Objects.requireNonNull(head.headers().get(Headers.UPGRADE)).stream()
            .noneMatch(protocol -> protocol.toLowerCase(Locale.ROOT).contains("h2c"));
  }
}

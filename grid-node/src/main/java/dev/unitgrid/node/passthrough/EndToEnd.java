/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.passthrough;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSet;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.HashSet;
import java.util.Set;

/**
 * Which headers go through and which are of one connection only (RFC 9110, section 7.6.1), and how
 * long a body is.
 */
final class EndToEnd {
  private static final ImmutableSet<HttpString> OF_ONE_CONNECTION =
      ImmutableSet.of(
          Headers.CONNECTION,
          Headers.KEEP_ALIVE,
          new HttpString("Proxy-Connection"),
          Headers.PROXY_AUTHENTICATE,
          Headers.PROXY_AUTHORIZATION,
          Headers.TE,
          Headers.TRANSFER_ENCODING,
          Headers.UPGRADE,
          new HttpString("HTTP2-Settings"));

  /** Whatever a Connection header names: a body's length is not the client's to hide. */
  private static final ImmutableSet<HttpString> ALWAYS = ImmutableSet.of(Headers.CONTENT_LENGTH);

  private EndToEnd() {}

  static void copy(HeaderMap from, HeaderMap to) {
    Set<HttpString> dropped = new HashSet<>(OF_ONE_CONNECTION);
    dropped.addAll(named(from));
    dropped.removeAll(ALWAYS);
    if (from.contains(Headers.TRANSFER_ENCODING)) {
      // The length of a chunked body is in its chunks; two lengths are how requests are smuggled.
      dropped.add(Headers.CONTENT_LENGTH);
    }
    for (HeaderValues values : from) {
      if (!dropped.contains(values.getHeaderName())) {
        to.putAll(values.getHeaderName(), values);
      }
    }
  }

  /** Whether another protocol than HTTP is asked for or agreed to on this connection. */
  static boolean isUpgrade(HeaderMap headers) {
    return headers.contains(Headers.UPGRADE) && named(headers).contains(Headers.UPGRADE);
  }

  private static Set<HttpString> named(HeaderMap headers) {
    Set<HttpString> named = new HashSet<>();
    HeaderValues connection = headers.get(Headers.CONNECTION);
    if (connection == null) {
      return named;
    }
    for (String each : connection) {
      for (String name : Splitter.on(',').trimResults().omitEmptyStrings().split(each)) {
        named.add(HttpString.tryFromString(name));
      }
    }
    return named;
  }
}

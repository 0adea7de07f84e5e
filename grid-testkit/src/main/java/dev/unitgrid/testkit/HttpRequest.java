/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One request over HTTP/1.
 *
 * @param target the path and the query, as they were sent
 * @param headers by their names in small letters
 * @param body at most one byte more than a server takes, so that whoever looks sees that it is too
 *     much
 */
@SuppressWarnings("ArrayRecordComponent") // bytes are handed over, not shared
record HttpRequest(
    String method, String target, String version, Map<String, List<String>> headers, byte[] body) {
  /** The first header of a name in small letters; empty without one. */
  String header(String name) {
    return headers.getOrDefault(name, List.of("")).get(0);
  }

  /** Whether the connection lives on after the answer. */
  boolean keepsAlive() {
    String connection = header("connection").toLowerCase(Locale.ROOT);
    return version.equals("HTTP/1.1")
        ? !connection.contains("close")
        : connection.contains("keep-alive");
  }
}

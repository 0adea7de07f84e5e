/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a request asks for, as the API server reads it.
 *
 * @param path as it was sent, without host and query
 * @param query decoded; of a parameter that is there twice the first counts
 */
record Target(String method, String path, Map<String, String> query) {
  static Target of(String method, String uri, String query) {
    String path = uri;
    int host = uri.indexOf("://");
    if (host >= 0 && !uri.startsWith("/")) {
      int slash = uri.indexOf('/', host + 3);
      path = slash < 0 ? "/" : uri.substring(slash);
    }
    return new Target(method, path, parameters(query));
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      if (pair.isEmpty() || pair.indexOf(';') >= 0) {
        continue; // the API server drops those too
      }
      int equals = pair.indexOf('=');
      Optional<String> name = decoded(equals < 0 ? pair : pair.substring(0, equals));
      Optional<String> value = decoded(equals < 0 ? "" : pair.substring(equals + 1));
      if (name.isPresent() && value.isPresent()) {
        parameters.putIfAbsent(name.get(), value.get());
      }
    }
    return parameters;
  }

  private static Optional<String> decoded(String text) {
    try {
      return Optional.of(URLDecoder.decode(text, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  boolean isRead() {
    return method.equals("GET");
  }
}

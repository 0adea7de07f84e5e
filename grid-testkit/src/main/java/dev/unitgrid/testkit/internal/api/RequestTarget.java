/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A path and the parameters after its question mark: the one place that cuts them apart.
 *
 * @param query decoded, in order; of a name that is there twice, the last value
 */
public record RequestTarget(String path, Map<String, String> query) {
  /** Cuts {@code text}, e.g. {@code /api/v1/pods?limit=5}. */
  public static RequestTarget of(String text) {
    int mark = text.indexOf('?');
    return mark < 0
        ? new RequestTarget(text, Map.of())
        : new RequestTarget(text.substring(0, mark), query(text.substring(mark + 1)));
  }

  /** The parameters of {@code text}, e.g. {@code limit=5&watch}; one without a value has "". */
  public static Map<String, String> query(String text) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String pair : text.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        query.put(decoded(name), decoded(value));
      }
    }
    return query;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import dev.unitgrid.testkit.internal.access.Identity;
import java.util.Map;

/**
 * A request as it came through a door.
 *
 * @param query decoded
 * @param who who asks
 */
@SuppressWarnings("ArrayRecordComponent") // internal, and never changed
public record Call(
    String method,
    String path,
    Map<String, String> query,
    String contentType,
    String accept,
    String userAgent,
    Identity who,
    byte[] body) {
  String query(String name) {
    return query.getOrDefault(name, "");
  }

  boolean isSet(String name) {
    String value = query.getOrDefault(name, "false");
    return !value.equalsIgnoreCase("false") && !value.equals("0");
  }

  /** The name of who asks. */
  public String user() {
    return who.user();
  }

  /** Whether this opens a watch. */
  public boolean isWatch() {
    return method.equals("GET") && isSet("watch");
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.transport;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An answer of an API server. Immutable; the byte array must not be changed.
 *
 * @param status the HTTP status
 * @param headers by lower-case name; of a repeated header the first
 * @param body the whole body, decompressed
 */
@SuppressWarnings("ArrayRecordComponent") // a copy of each body would cost more than a wrong caller
public record ApiResponse(int status, Map<String, String> headers, byte[] body) {
  /** Copies {@code headers} with lower-case names. */
  public ApiResponse {
    Map<String, String> lower = new TreeMap<>();
    headers.forEach((name, value) -> lower.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
    headers = Map.copyOf(lower);
  }

  /** Whether the status is 2xx. */
  public boolean isSuccess() {
    return status / 100 == 2;
  }

  /** The header {@code name}, whatever its case. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  @Override
  public String toString() {
    return "HTTP " + status + ", " + body.length + " bytes";
  }
}

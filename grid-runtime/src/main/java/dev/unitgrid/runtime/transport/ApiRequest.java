/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.transport;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A request to an API server. Immutable; the byte array is handed over and must not be changed.
 *
 * @param method {@code GET}, {@code POST}, {@code PUT}, {@code PATCH} or {@code DELETE}
 * @param path absolute and percent-encoded, without a query
 * @param query parameters, decoded, in order
 * @param contentType of {@code body}; empty without one
 * @param accept the media types that the caller takes, best first
 * @param body empty if there is none
 * @param timeout for the whole answer; for a watch, for its first byte
 */
@SuppressWarnings("ArrayRecordComponent") // a copy of each body would cost more than a wrong caller
public record ApiRequest(
    String method,
    String path,
    Map<String, String> query,
    String contentType,
    String accept,
    byte[] body,
    Duration timeout) {
  /** The timeout of a request that does not say another. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  /** The content type of a JSON body. */
  public static final String JSON = "application/json";

  /** The content type of a JSON merge patch. */
  public static final String MERGE_PATCH = "application/merge-patch+json";

  /** The content type of a JSON patch. */
  public static final String JSON_PATCH = "application/json-patch+json";

  /** The content type of a server-side apply; JSON is YAML. */
  public static final String APPLY_PATCH = "application/apply-patch+yaml";

  private static final byte[] NO_BODY = {};

  /** Copies {@code query}. */
  public ApiRequest {
    query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
  }

  /** A GET of {@code path}. */
  public static ApiRequest get(String path) {
    return new ApiRequest("GET", path, Map.of(), "", JSON, NO_BODY, DEFAULT_TIMEOUT);
  }

  /** A POST of a JSON {@code body}. */
  public static ApiRequest post(String path, byte[] body) {
    return new ApiRequest("POST", path, Map.of(), JSON, JSON, body, DEFAULT_TIMEOUT);
  }

  /** A PUT of a JSON {@code body}. */
  public static ApiRequest put(String path, byte[] body) {
    return new ApiRequest("PUT", path, Map.of(), JSON, JSON, body, DEFAULT_TIMEOUT);
  }

  /** A PATCH whose kind {@code contentType} says. */
  public static ApiRequest patch(String path, String contentType, byte[] body) {
    return new ApiRequest("PATCH", path, Map.of(), contentType, JSON, body, DEFAULT_TIMEOUT);
  }

  /** A DELETE with JSON DeleteOptions as its {@code body}. */
  public static ApiRequest delete(String path, byte[] body) {
    return new ApiRequest("DELETE", path, Map.of(), JSON, JSON, body, DEFAULT_TIMEOUT);
  }

  /** This request with one more query parameter, decoded. */
  public ApiRequest query(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(query);
    more.put(name, value);
    return new ApiRequest(method, path, more, contentType, accept, body, timeout);
  }

  /** This request for an answer in other media types, as of the header {@code Accept}. */
  public ApiRequest accept(String mediaTypes) {
    return new ApiRequest(method, path, query, contentType, mediaTypes, body, timeout);
  }

  /** This request with another timeout. */
  public ApiRequest timeout(Duration other) {
    return new ApiRequest(method, path, query, contentType, accept, body, other);
  }

  @Override
  public String toString() {
    return method + " " + path + (query.isEmpty() ? "" : " " + query);
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.http;

import java.time.Duration;

/**
 * What clients may take of the server.
 *
 * @param connections open at a time; more wait to be accepted
 * @param headerBytes of one request, its first line included
 * @param headers of one request
 * @param parameters of one request
 * @param idle how long a connection may wait for its next request
 * @param requestHead how long the head of a request may take
 */
public record HttpLimits(
    int connections,
    int headerBytes,
    int headers,
    int parameters,
    Duration idle,
    Duration requestHead) {
  /** 500 connections, heads of 32 KiB with 100 headers and 100 parameters, 90 s and 10 s. */
  public static final HttpLimits USUAL =
      new HttpLimits(500, 32 * 1024, 100, 100, Duration.ofSeconds(90), Duration.ofSeconds(10));
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import java.util.Map;

/**
 * A request that a server answered. Immutable.
 *
 * @param user who asked
 * @param userAgent with what; empty in process
 * @param verb what it was to do
 * @param resource the plural, with the group after a dot unless it is the core group
 * @param namespace empty for none
 * @param name empty for a collection
 * @param subresource empty for none
 * @param path as it came
 * @param query decoded
 * @param status the HTTP status; 0 if it was never answered
 * @param fieldManager the parameter of that name; empty for none
 */
public record RecordedRequest(
    String user,
    String userAgent,
    Verb verb,
    String resource,
    String namespace,
    String name,
    String subresource,
    String path,
    Map<String, String> query,
    int status,
    String fieldManager) {
  /** Copies {@code query}. */
  public RecordedRequest {
    query = Map.copyOf(query);
  }

  @Override
  public String toString() {
    String agent = userAgent.isEmpty() ? "" : " (" + userAgent + ")";
    return verb
        + " "
        + path
        + (query.isEmpty() ? "" : " " + query)
        + " by "
        + user
        + agent
        + ": "
        + (status == 0 ? "no answer" : status);
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import java.util.Map;
import java.util.Optional;

/**
 * What a client wants to read of a kind.
 *
 * @param namespace empty for every one
 * @param name empty for a list
 * @param watch whether changes are wanted
 * @param query the parameters, decoded
 * @param shape how objects are to be written
 */
public record Read(
    String namespace, String name, boolean watch, Map<String, String> query, Shape shape) {
  /** A parameter; empty if it is not there. */
  public String query(String parameter) {
    return query.getOrDefault(parameter, "");
  }

  /** Whether a parameter says yes, as the API server reads flags: all but 0 and false. */
  public static boolean isSet(Map<String, String> query, String parameter) {
    String value = query.get(parameter);
    return value != null && !value.equals("0") && !value.equalsIgnoreCase("false");
  }

  /** The one name that a query's field selector lets through, if it is such a one. */
  public static Optional<String> selectedName(Map<String, String> query, ServedResource resource) {
    try {
      return FieldQuery.parse(query.getOrDefault("fieldSelector", ""), resource).name();
    } catch (Refusal.Thrown unreadable) {
      return Optional.empty();
    }
  }

  boolean isSet(String parameter) {
    return isSet(query, parameter);
  }
}

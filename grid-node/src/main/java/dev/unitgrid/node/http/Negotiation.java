/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.http;

import dev.unitgrid.node.serve.Refusal;
import dev.unitgrid.node.serve.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * In which form an answer is written. Only JSON is spoken here: whoever prefers protobuf and takes
 * JSON too gets that.
 */
final class Negotiation {
  private static final Refusal NOT_ACCEPTABLE =
      Refusal.notAcceptable(
          "only the following media types are accepted: application/json,"
              + " application/json;stream=watch");

  private Negotiation() {}

  /** One of the types that a client accepts. */
  private record Clause(String type, Map<String, String> parameters) {
    double quality() {
      try {
        return Double.parseDouble(parameters.getOrDefault("q", "1"));
      } catch (NumberFormatException none) {
        return 0;
      }
    }

    boolean takesJson() {
      return type.equals("application/json") || type.equals("application/*") || type.equals("*/*");
    }

    /** The shape that it asks for; empty for one that is not known here. */
    Optional<Shape> shape(boolean list) {
      String as = parameters.getOrDefault("as", "");
      if (as.isEmpty()) {
        return Optional.of(Shape.WHOLE);
      }
      boolean known =
          parameters.getOrDefault("g", "").equals("meta.k8s.io")
              && parameters.getOrDefault("v", "").equals("v1");
      if (known && as.equals("Table")) {
        return Optional.of(Shape.TABLE);
      }
      boolean metadata = as.equals(list ? "PartialObjectMetadataList" : "PartialObjectMetadata");
      return known && metadata ? Optional.of(Shape.METADATA) : Optional.empty();
    }
  }

  /**
   * The shape in which a client wants its answer; empty if it takes none.
   *
   * @param accept the header; empty for anything
   * @param list whether the answer is a list
   */
  static Optional<Shape> shape(String accept, boolean list) {
    if (accept.isBlank()) {
      return Optional.of(Shape.WHOLE);
    }
    return clauses(accept).stream()
        .filter(clause -> clause.takesJson() && clause.quality() > 0)
        .flatMap(clause -> clause.shape(list).stream())
        .findFirst();
  }

  /** What a client is told that takes none. */
  static Refusal refusal() {
    return NOT_ACCEPTABLE;
  }

  /** Whether {@code acceptEncoding} asks for gzip. */
  static boolean takesGzip(String acceptEncoding) {
    return clauses(acceptEncoding).stream()
        .anyMatch(clause -> clause.type().equals("gzip") && clause.quality() > 0);
  }

  private static List<Clause> clauses(String header) {
    List<Clause> clauses = new ArrayList<>();
    for (String clause : header.split(",", -1)) {
      String[] parts = clause.split(";", -1);
      Map<String, String> parameters = new TreeMap<>();
      for (int i = 1; i < parts.length; i++) {
        int equals = parts[i].indexOf('=');
        if (equals > 0) {
          parameters.put(
              parts[i].substring(0, equals).strip(), parts[i].substring(equals + 1).strip());
        }
      }
      clauses.add(new Clause(parts[0].strip().toLowerCase(Locale.ROOT), parameters));
    }
    clauses.sort(Comparator.comparingDouble(Clause::quality).reversed());
    return clauses;
  }
}

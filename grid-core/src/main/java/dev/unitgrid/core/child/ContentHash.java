/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.child;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.Schema;
import java.util.List;

/** The value of {@link Annotations#HASH} (RULE 14). */
final class ContentHash {
  private static final List<String> PLACE = List.of("metadata", "annotations", Annotations.HASH);

  private ContentHash() {}

  /**
   * {@code body} with the annotation. The annotation itself is a path of both, so it is hashed with
   * an empty value.
   */
  static Json addedTo(Json body) {
    Json content = body.withAt(PLACE, Json.of(""));
    return body.withAt(
        PLACE, Json.of("v1." + content.digest() + "." + schema(content).pathsDigest(content)));
  }

  private static Schema schema(Json body) {
    String kind = body.get("kind").asString("");
    return switch (kind) {
      case "Deployment" -> Schema.deployment();
      case "StatefulSet" -> Schema.statefulSet();
      case "Service" -> Schema.service();
      default -> throw new IllegalArgumentException("no kind of child: " + kind);
    };
  }
}

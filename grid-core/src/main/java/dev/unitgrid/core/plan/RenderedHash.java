/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.Rendering.Rendered;

/** The two halves of {@code unitgrid.dev/hash: v1.<content>.<paths>} (RULE 14). */
final class RenderedHash {
  private RenderedHash() {}

  /** What a child carries; empty if it was not rendered by us. */
  static String of(ObservedChild child) {
    return child.annotations().getOrDefault(Annotations.HASH, "");
  }

  /** Whether the set of fields of {@code rendered} is another than that of {@code child}. */
  static boolean changesFields(ObservedChild child, Rendered rendered) {
    String fields = fields(rendered.hash());
    return fields.isEmpty() || !fields.equals(fields(of(child)));
  }

  private static String fields(String hash) {
    String[] parts = hash.split("\\.", -1);
    return parts.length == 3 ? parts[2] : "";
  }
}

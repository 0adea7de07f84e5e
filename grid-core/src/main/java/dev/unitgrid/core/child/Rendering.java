/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.child;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.json.Json;

/** What a unit's child should be, or why that cannot be said. */
public sealed interface Rendering {
  /**
   * The child as it should be.
   *
   * @param body the whole object without status, uid and resourceVersion: what is POSTed or
   *     applied. It has the annotation {@link dev.unitgrid.api.Annotations#HASH}
   * @param hash the value of that annotation: {@code v1.<content>.<paths>}
   * @param notes what was merged or overruled
   */
  record Rendered(Json body, String hash, ImmutableList<Problem> notes) implements Rendering {
    /** The name of the child. */
    public String name() {
      return body.get("metadata", "name").asString("");
    }
  }

  /**
   * Nothing can be rendered; the child stays as it is.
   *
   * @param problem why
   */
  record Impossible(Problem problem) implements Rendering {}
}

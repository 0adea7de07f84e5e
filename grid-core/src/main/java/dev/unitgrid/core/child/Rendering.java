/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.child;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.json.Json;
import java.util.List;

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
    /** The child that {@code body} says, with the hash of what it says as its annotation. */
    public static Rendered of(Json body, List<Problem> notes) {
      Json hashed = ContentHash.addedTo(body);
      return new Rendered(
          hashed,
          hashed.get("metadata", "annotations", Annotations.HASH).asString(""),
          ImmutableList.copyOf(notes));
    }

    /** The same child with another number of replicas, and another hash (RULE 20). */
    public Rendered withReplicas(long replicas) {
      return of(body.withAt(List.of("spec", "replicas"), Json.of(replicas)), notes);
    }

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

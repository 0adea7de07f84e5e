/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonObject;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What sees each write before it is stored; called under the server's lock. */
public interface Admission {
  /** Lets everything pass. */
  Admission OPEN =
      new Admission() {
        @Override
        public Optional<JsonObject> mutate(Write write) {
          return Optional.empty();
        }

        @Override
        public void validate(Write write) {}
      };

  /**
   * One write. Neither object is to be changed in place.
   *
   * @param operation {@code CREATE}, {@code UPDATE} or {@code DELETE}
   * @param name empty for a create whose name is still to be generated
   * @param subresource empty for none
   * @param old an empty object for a create
   * @param next an empty object for a delete
   */
  record Write(
      String operation,
      ResourceKind kind,
      String namespace,
      String name,
      String subresource,
      boolean dryRun,
      JsonObject old,
      JsonObject next) {}

  /** What is to be stored instead; empty where no hook cares. */
  Optional<JsonObject> mutate(Write write);

  /** Throws {@link StatusException} if the write is not to be. */
  void validate(Write write);

  /** The refusal that a webhook's denial is. */
  static StatusException denied(String hook, @Nullable String why) {
    return StatusException.of(
        400,
        "",
        "admission webhook \""
            + hook
            + "\" denied the request"
            + (why == null || why.isEmpty() ? " without explanation" : ": " + why));
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import dev.unitgrid.api.Labels;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.internal.Sending;
import dev.unitgrid.core.plan.Action;
import dev.unitgrid.runtime.codec.ApiStatus;
import dev.unitgrid.runtime.transport.ApiRequest;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Whether a StatefulSet that is about to be created would mount the volumes of another grid (RULE
 * 12): claims live on when their StatefulSet is deleted, and are found again by name.
 */
final class Claims {
  private final Sending sending;

  Claims(Sending sending) {
    this.sending = sending;
  }

  /** What keeps the StatefulSet from being created. */
  sealed interface Objection {
    /** Another grid's claim. */
    record ForeignClaim(String message) implements Objection {}

    /** The claims could not be read. */
    record Unreadable(ApiStatus status) implements Objection {}
  }

  /** The objection to {@code create}, if there is one; no read for what mounts no claims. */
  CompletableFuture<Optional<Objection>> objection(Action.Create create) {
    if (create.claims().isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return sending
        .read(claimsOfOtherGrids(create))
        .thenApply(
            answer ->
                answer
                    .refusal()
                    .<Objection>map(Objection.Unreadable::new)
                    .or(() -> foreign(create, answer.body())));
  }

  private static ApiRequest claimsOfOtherGrids(Action.Create create) {
    String ours = create.body().get("spec", "selector", "matchLabels", Labels.GRID).asString("");
    String namespace = create.body().get("metadata", "namespace").asString("");
    return ApiRequest.get(ResourceType.PERSISTENT_VOLUME_CLAIM.path(namespace))
        .query("labelSelector", Labels.GRID + "," + Labels.GRID + "!=" + ours);
  }

  private static Optional<Objection> foreign(Action.Create create, Json claims) {
    return claims.get("items").items().stream()
        .filter(claim -> isMountedBy(create, claim.get("metadata", "name").asString("")))
        .findFirst()
        .map(
            claim ->
                new Objection.ForeignClaim(
                    "the persistent volume claim "
                        + claim.get("metadata", "name").asString("")
                        + " belongs to the grid "
                        + claim.get("metadata", "labels", Labels.GRID).asString("")
                        + ": delete it, or name the grid otherwise"));
  }

  private static boolean isMountedBy(Action.Create create, String claim) {
    return create.claims().stream()
        .anyMatch(
            prefix ->
                claim.startsWith(prefix) && claim.substring(prefix.length()).matches("[0-9]+"));
  }
}

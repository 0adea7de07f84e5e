/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.lease;

import dev.unitgrid.api.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * A Lease object. What it does not know in it, it keeps.
 *
 * @param object the whole of it
 */
record LeaseRecord(Json object) {
  /** Kubernetes' MicroTime has exactly six digits. */
  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  static LeaseRecord named(String namespace, String name) {
    return new LeaseRecord(
        Json.object(
            "apiVersion",
            "coordination.k8s.io/v1",
            "kind",
            "Lease",
            "metadata",
            Json.object("namespace", namespace, "name", name)));
  }

  /** Whether no server has it yet. */
  boolean isNew() {
    return object.get("metadata", "resourceVersion").isNull();
  }

  String holder() {
    return object.get("spec", "holderIdentity").asString("");
  }

  Duration length(Duration otherwise) {
    return Duration.ofSeconds(
        object.get("spec", "leaseDurationSeconds").asLong(otherwise.toSeconds()));
  }

  Json spec() {
    return object.get("spec");
  }

  LeaseRecord renewed(Instant now) {
    return with("renewTime", Json.of(MICRO_TIME.format(now)));
  }

  LeaseRecord heldBy(String identity, Duration length, Instant now) {
    boolean changes = !holder().equals(identity);
    long transitions = spec().get("leaseTransitions").asLong(0);
    LeaseRecord held =
        with("holderIdentity", Json.of(identity))
            .with("leaseDurationSeconds", Json.of(length.toSeconds()))
            .with(
                "leaseTransitions",
                Json.of(changes && !spec().isNull() ? transitions + 1 : transitions))
            .renewed(now);
    return changes ? held.with("acquireTime", Json.of(MICRO_TIME.format(now))) : held;
  }

  /** As client-go leaves it, so that the next one need not wait. */
  LeaseRecord released(Instant now) {
    return with("holderIdentity", Json.of(""))
        .with("leaseDurationSeconds", Json.of(1))
        .with("acquireTime", Json.of(MICRO_TIME.format(now)))
        .renewed(now);
  }

  private LeaseRecord with(String field, Json value) {
    return new LeaseRecord(object.withAt(List.of("spec", field), value));
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.child;

import dev.unitgrid.api.json.Json;

/**
 * What a workload's controller reports; all zero for a Service. Counts are of pods.
 *
 * @param observedGeneration the generation that the report is about
 * @param replicas pods that exist
 * @param readyReplicas of them ready
 * @param updatedReplicas of them of the newest template
 * @param availableReplicas of them ready for long enough
 * @param conditions the field {@code status.conditions} as it stands, an array
 */
public record ChildStatus(
    long observedGeneration,
    long replicas,
    long readyReplicas,
    long updatedReplicas,
    long availableReplicas,
    Json conditions) {
  /** No report. */
  public static final ChildStatus NONE = new ChildStatus(0, 0, 0, 0, 0, Json.emptyArray());

  /** The report in the field {@code status} of a workload. */
  public static ChildStatus parse(Json status) {
    return new ChildStatus(
        status.get("observedGeneration").asLong(0),
        status.get("replicas").asLong(0),
        status.get("readyReplicas").asLong(0),
        status.get("updatedReplicas").asLong(0),
        status.get("availableReplicas").asLong(0),
        status.get("conditions").isArray() ? status.get("conditions") : Json.emptyArray());
  }
}

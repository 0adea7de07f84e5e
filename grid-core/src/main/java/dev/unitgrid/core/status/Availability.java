/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.status;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.child.ChildStatus;
import dev.unitgrid.core.child.ObservedChild;
import java.util.Optional;

/**
 * Whether a child serves: a Deployment says so itself, a StatefulSet is counted, a Service always
 * does.
 *
 * @param available whether enough of its pods are ready for long enough
 * @param rolledOut whether all its pods are of its newest template, as far as its update strategy
 *     wants that
 * @param stalled whether its controller gave up
 * @param reason one word in CamelCase
 * @param message a sentence, its controller's own where it has one
 */
public record Availability(
    boolean available, boolean rolledOut, boolean stalled, String reason, String message) {
  /** The type of the condition that says it. */
  public static final String CONDITION = "Available";

  private static final Availability OF_SERVICES =
      new Availability(true, true, false, "Service", "A Service has no pods of its own.");

  /** The availability of {@code child}, as its controller reports it. */
  public static Availability of(ObservedChild child) {
    if (child.type().equals(ResourceType.SERVICE)) {
      return OF_SERVICES;
    }
    if (child.status().observedGeneration() < child.generation()) {
      return unavailable("NotObserved", "Its controller has not seen the last change yet.");
    }
    return child.type().equals(ResourceType.STATEFUL_SET) ? counted(child) : reported(child);
  }

  /** Whether {@code child} has enough ready pods. */
  public static boolean isAvailable(ObservedChild child) {
    return of(child).available();
  }

  /** Whether it serves, and nothing older does. */
  public boolean isReady() {
    return available && rolledOut;
  }

  private static Availability unavailable(String reason, String message) {
    return new Availability(false, false, false, reason, message);
  }

  private static Availability reported(ObservedChild deployment) {
    Optional<Json> said = condition(deployment.status(), CONDITION);
    if (said.isEmpty()) {
      return unavailable("NotReported", "Its controller does not say yet.");
    }
    ChildStatus status = deployment.status();
    return new Availability(
        said.get().get("status").asString("").equals("True"),
        status.updatedReplicas() >= deployment.replicas()
            && status.replicas() <= status.updatedReplicas(),
        isStalled(status),
        said.get().get("reason").asString(""),
        said.get().get("message").asString(""));
  }

  /** A Deployment that made no progress for its {@code progressDeadlineSeconds}. */
  private static boolean isStalled(ChildStatus status) {
    return condition(status, "Progressing")
        .filter(progressing -> progressing.get("status").asString("").equals("False"))
        .isPresent();
  }

  private static Availability counted(ObservedChild statefulSet) {
    boolean available = statefulSet.status().availableReplicas() >= statefulSet.replicas();
    return new Availability(
        available,
        statefulSet.status().updatedReplicas() >= wantedUpdates(statefulSet),
        false,
        available ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
        available
            ? "StatefulSet has minimum availability."
            : "StatefulSet does not have minimum availability.");
  }

  /** Pods below the partition, and all with {@code OnDelete}, stay old because the user says so. */
  private static long wantedUpdates(ObservedChild statefulSet) {
    if (statefulSet.status().updatedReplicas() >= statefulSet.replicas()) {
      return 0;
    }
    Json strategy = statefulSet.live().json().get("spec", "updateStrategy");
    if (strategy.get("type").asString("").equals("OnDelete")) {
      return 0;
    }
    return statefulSet.replicas() - strategy.get("rollingUpdate", "partition").asLong(0);
  }

  private static Optional<Json> condition(ChildStatus status, String type) {
    return status.conditions().items().stream()
        .filter(condition -> condition.get("type").asString("").equals(type))
        .findFirst();
  }
}

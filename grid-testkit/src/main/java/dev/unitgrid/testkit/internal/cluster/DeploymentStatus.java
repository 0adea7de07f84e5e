/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the status of a Deployment should say; a pure function of it and its ReplicaSets. */
final class DeploymentStatus {
  private static final String COMPLETE = "NewReplicaSetAvailable";
  private static final String TIMED_OUT = "ProgressDeadlineExceeded";
  private static final String PAUSED = "DeploymentPaused";
  private static final String RESUMED = "DeploymentResumed";

  private final JsonObject deployment;
  private final @Nullable JsonObject current;
  private final List<JsonObject> sets;
  private final RollOut numbers;
  private final long replicas;
  private final long updated;
  private final long ready;
  private final long available;

  private DeploymentStatus(
      JsonObject deployment, @Nullable JsonObject current, List<JsonObject> sets) {
    this.deployment = deployment;
    this.current = current;
    this.sets = sets;
    this.numbers = RollOut.of(deployment);
    this.replicas = sum("replicas");
    this.updated = Trees.number(current, 0, "status", "replicas");
    this.ready = sum("readyReplicas");
    this.available = sum("availableReplicas");
  }

  static DeploymentStatus of(
      JsonObject deployment, @Nullable JsonObject current, List<JsonObject> sets) {
    return new DeploymentStatus(deployment, current, sets);
  }

  private long sum(String field) {
    return sets.stream().mapToLong(set -> Trees.number(set, 0, "status", field)).sum();
  }

  boolean isComplete() {
    return updated == numbers.wanted()
        && replicas == numbers.wanted()
        && available == numbers.wanted();
  }

  /** The whole status. */
  JsonObject write(String now, Instant instant) {
    JsonObject status = new JsonObject();
    status.addProperty("observedGeneration", Trees.number(deployment, 1, "metadata", "generation"));
    put(status, "replicas", replicas);
    put(status, "updatedReplicas", updated);
    put(status, "readyReplicas", ready);
    put(status, "availableReplicas", available);
    put(status, "unavailableReplicas", Math.max(0, RollOut.sum(sets) - available));
    JsonObject next = Trees.objectOf("status", status);
    status.add("conditions", Trees.array(deployment, "status", "conditions").deepCopy());
    boolean enough = available >= numbers.fewest();
    set(
        next,
        "Available",
        enough ? "True" : "False",
        enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
        enough
            ? "Deployment has minimum availability."
            : "Deployment does not have minimum availability.",
        now);
    if (hasDeadline()) {
      progress(next, now, instant);
    }
    failure(next, now);
    if (Trees.array(status, "conditions").isEmpty()) {
      status.remove("conditions");
    }
    return status;
  }

  private static void put(JsonObject status, String field, long value) {
    if (value != 0) {
      status.addProperty(field, value);
    }
  }

  private boolean hasDeadline() {
    long deadline = deadline();
    return deadline > 0 && deadline != Integer.MAX_VALUE;
  }

  private long deadline() {
    return Trees.number(deployment, 0, "spec", "progressDeadlineSeconds");
  }

  private String reason() {
    return Trees.string(World.condition(deployment, "Progressing"), "reason");
  }

  private void progress(JsonObject next, String now, Instant instant) {
    boolean paused = Trees.isTrue(deployment, "spec", "paused");
    if (paused && !reason().equals(PAUSED) && !reason().equals(TIMED_OUT)) {
      set(next, "Progressing", "Unknown", PAUSED, "Deployment is paused", now);
      return;
    }
    if (!paused && reason().equals(PAUSED)) {
      set(next, "Progressing", "Unknown", RESUMED, "Deployment is resumed", now);
      return;
    }
    if (paused) {
      return;
    }
    boolean stays = replicas == updated && reason().equals(COMPLETE) && !isNew();
    if (stays) {
      return;
    }
    if (isComplete()) {
      set(next, "Progressing", "True", COMPLETE, subject() + " has successfully progressed.", now);
    } else if (isNew()) {
      advance(next, "NewReplicaSetCreated", "Created new replica set " + quotedName(), now);
    } else if (hasAdvanced()) {
      advance(next, "ReplicaSetUpdated", subject() + " is progressing.", now);
    } else if (isTimedOut(instant)) {
      set(next, "Progressing", "False", TIMED_OUT, subject() + " has timed out progressing.", now);
    }
  }

  private String subject() {
    return current == null
        ? "Deployment \"" + Trees.string(deployment, "metadata", "name") + "\""
        : "ReplicaSet " + quotedName();
  }

  private String quotedName() {
    return "\"" + Trees.string(current, "metadata", "name") + "\"";
  }

  /** The new ReplicaSet is one that the status has not told of. */
  private boolean isNew() {
    return current != null
        && !Trees.string(current, "metadata", "annotations", DeploymentController.REVISION)
            .equals(
                Trees.string(deployment, "metadata", "annotations", DeploymentController.REVISION));
  }

  private boolean hasAdvanced() {
    JsonObject before = Trees.object(deployment, "status");
    long oldUpdated = Trees.number(before, 0, "updatedReplicas");
    return updated > oldUpdated
        || replicas - updated < Trees.number(before, 0, "replicas") - oldUpdated
        || ready > Trees.number(before, 0, "readyReplicas")
        || available > Trees.number(before, 0, "availableReplicas");
  }

  private boolean isTimedOut(Instant now) {
    JsonObject condition = World.condition(deployment, "Progressing");
    if (condition == null || reason().equals(COMPLETE)) {
      return false;
    }
    return reason().equals(TIMED_OUT) || !deadlineOf(condition).isAfter(now);
  }

  private Instant deadlineOf(JsonObject condition) {
    return Instant.parse(Trees.string(condition, "lastUpdateTime")).plusSeconds(deadline());
  }

  private void advance(JsonObject next, String reason, String message, String now) {
    // Progress is told anew each time: its time is what the deadline counts from.
    JsonArray others = new JsonArray();
    String since = now;
    for (JsonObject old : Trees.objects(next, "status", "conditions")) {
      if (!Trees.string(old, "type").equals("Progressing")) {
        others.add(old);
      } else if (Trees.string(old, "status").equals("True")) {
        since = Trees.string(old, "lastTransitionTime");
      }
    }
    others.add(condition("Progressing", "True", reason, message, now, since));
    Trees.child(next, "status").add("conditions", others);
  }

  private static JsonObject condition(
      String type, String status, String reason, String message, String now, String since) {
    return Trees.objectOf(
        "type", type,
        "status", status,
        "lastUpdateTime", now,
        "lastTransitionTime", since,
        "reason", reason,
        "message", message);
  }

  /** Sets a condition unless its status and reason are the same already. */
  private static void set(
      JsonObject next, String type, String status, String reason, String message, String now) {
    JsonArray others = new JsonArray();
    String since = now;
    for (JsonObject old : Trees.objects(next, "status", "conditions")) {
      if (!Trees.string(old, "type").equals(type)) {
        others.add(old);
        continue;
      }
      if (Trees.string(old, "status").equals(status)) {
        if (Trees.string(old, "reason").equals(reason)) {
          return;
        }
        since = Trees.string(old, "lastTransitionTime");
      }
    }
    others.add(condition(type, status, reason, message, now, since));
    Trees.child(next, "status").add("conditions", others);
  }

  /** What a ReplicaSet could not create, the Deployment tells, too. */
  private void failure(JsonObject next, String now) {
    Optional<JsonObject> failed =
        sets.stream()
            .flatMap(
                set ->
                    Trees.objects(set, "status", "conditions").stream()
                        .filter(
                            condition -> Trees.string(condition, "type").equals("ReplicaFailure")))
            .findFirst();
    if (failed.isPresent()) {
      set(
          next,
          "ReplicaFailure",
          "True",
          Trees.string(failed.get(), "reason"),
          Trees.string(failed.get(), "message"),
          now);
      return;
    }
    JsonArray others = new JsonArray();
    Trees.objects(next, "status", "conditions").stream()
        .filter(condition -> !Trees.string(condition, "type").equals("ReplicaFailure"))
        .forEach(others::add);
    Trees.child(next, "status").add("conditions", others);
  }

  /** When a roll-out that does not go on must be looked at again. */
  Optional<Duration> checkAgainIn(JsonObject status, Instant now) {
    JsonObject next = Trees.objectOf("spec", Trees.object(deployment, "spec"), "status", status);
    JsonObject condition = World.condition(next, "Progressing");
    String reason = Trees.string(condition, "reason");
    if (condition == null) {
      return Optional.empty();
    }
    boolean waits =
        hasDeadline()
            && !Trees.isTrue(deployment, "spec", "paused")
            && !reason.equals(COMPLETE)
            && !reason.equals(TIMED_OUT);
    return waits ? Optional.of(Duration.between(now, deadlineOf(condition))) : Optional.empty();
  }
}

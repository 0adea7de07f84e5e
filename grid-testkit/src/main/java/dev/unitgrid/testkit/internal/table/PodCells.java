/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.table;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.time.Instant;
import java.util.List;

/** A pod's row: what its containers do, in one word. Stateless. */
final class PodCells {
  private PodCells() {}

  static JsonArray of(JsonObject pod, Instant now) {
    List<JsonObject> statuses = Trees.objects(pod, "status", "containerStatuses");
    String starting = starting(pod);
    boolean started = starting.isEmpty() || condition(pod, "Initialized");
    long ready = started ? statuses.stream().filter(PodCells::isReady).count() : 0;
    return Trees.arrayOf(
        Trees.string(pod, "metadata", "name"),
        ready + "/" + Trees.array(pod, "spec", "containers").size(),
        status(pod, statuses, starting, started),
        restarts(pod, statuses, started, now),
        Ages.since(Trees.string(pod, "metadata", "creationTimestamp"), now),
        orNone(Trees.string(pod, "status", "podIP")),
        orNone(Trees.string(pod, "spec", "nodeName")),
        orNone(Trees.string(pod, "status", "nominatedNodeName")),
        readinessGates(pod));
  }

  private static boolean isReady(JsonObject status) {
    return Trees.isTrue(status, "ready") && Trees.at(status, "state", "running") != null;
  }

  /** What the first init container does that is not done; empty if all are. */
  private static String starting(JsonObject pod) {
    List<JsonObject> statuses = Trees.objects(pod, "status", "initContainerStatuses");
    for (int i = 0; i < statuses.size(); i++) {
      JsonObject ended = Trees.object(statuses.get(i), "state", "terminated");
      String waiting = Trees.string(statuses.get(i), "state", "waiting", "reason");
      if (!ended.isEmpty()) {
        if (Trees.number(ended, 0, "exitCode") != 0) {
          return "Init:" + end(ended);
        }
      } else if (!waiting.isEmpty() && !waiting.equals("PodInitializing")) {
        return "Init:" + waiting;
      } else {
        return "Init:" + i + "/" + Trees.array(pod, "spec", "initContainers").size();
      }
    }
    return "";
  }

  private static String end(JsonObject ended) {
    String reason = Trees.string(ended, "reason");
    if (!reason.isEmpty()) {
      return reason;
    }
    long signal = Trees.number(ended, 0, "signal");
    return signal != 0 ? "Signal:" + signal : "ExitCode:" + Trees.number(ended, 0, "exitCode");
  }

  private static String status(
      JsonObject pod, List<JsonObject> statuses, String starting, boolean started) {
    String phase = Trees.string(pod, "status", "phase");
    String reason = Trees.string(pod, "status", "reason");
    String word = reason.isEmpty() ? phase : reason;
    if (isGated(pod)) {
      word = "SchedulingGated";
    }
    word = started ? ofContainers(pod, statuses, word) : starting;
    boolean over = phase.equals("Succeeded") || phase.equals("Failed");
    boolean terminating = Trees.at(pod, "metadata", "deletionTimestamp") != null;
    if (terminating && reason.equals("NodeLost")) {
      return "Unknown";
    }
    return terminating && !over ? "Terminating" : word;
  }

  private static boolean isGated(JsonObject pod) {
    return Trees.objects(pod, "status", "conditions").stream()
        .anyMatch(
            each ->
                Trees.string(each, "type").equals("PodScheduled")
                    && Trees.string(each, "reason").equals("SchedulingGated"));
  }

  private static String ofContainers(JsonObject pod, List<JsonObject> statuses, String otherwise) {
    String word = otherwise;
    for (int i = statuses.size() - 1; i >= 0; i--) {
      JsonObject ended = Trees.object(statuses.get(i), "state", "terminated");
      String waiting = Trees.string(statuses.get(i), "state", "waiting", "reason");
      if (!waiting.isEmpty()) {
        word = waiting;
      } else if (!ended.isEmpty()) {
        word = end(ended);
      }
    }
    if (word.equals("Completed") && statuses.stream().anyMatch(PodCells::isReady)) {
      return condition(pod, "Ready") ? "Running" : "NotReady";
    }
    return word;
  }

  private static String restarts(
      JsonObject pod, List<JsonObject> statuses, boolean started, Instant now) {
    List<JsonObject> counted =
        started ? statuses : Trees.objects(pod, "status", "initContainerStatuses");
    long restarts = counted.stream().mapToLong(each -> Trees.number(each, 0, "restartCount")).sum();
    String last =
        counted.stream()
            .map(each -> Trees.string(each, "lastState", "terminated", "finishedAt"))
            .max(String::compareTo)
            .orElse("");
    return restarts == 0 || last.isEmpty()
        ? Long.toString(restarts)
        : restarts + " (" + Ages.since(last, now) + " ago)";
  }

  private static String readinessGates(JsonObject pod) {
    List<JsonObject> gates = Trees.objects(pod, "spec", "readinessGates");
    if (gates.isEmpty()) {
      return "<none>";
    }
    long open =
        gates.stream().filter(gate -> condition(pod, Trees.string(gate, "conditionType"))).count();
    return open + "/" + gates.size();
  }

  static boolean condition(JsonObject object, String type) {
    return Trees.objects(object, "status", "conditions").stream()
        .anyMatch(
            each ->
                Trees.string(each, "type").equals(type)
                    && Trees.string(each, "status").equals("True"));
  }

  private static String orNone(String text) {
    return text.isEmpty() ? "<none>" : text;
  }

  /** What is said of the whole row of a pod that is over. */
  static JsonArray conditions(JsonObject object) {
    String phase = Trees.string(object, "status", "phase");
    boolean isPod = Trees.string(object, "kind").equals("Pod");
    if (isPod && phase.equals("Succeeded")) {
      return completed(phase, "The pod has completed successfully.");
    }
    return isPod && phase.equals("Failed") ? completed(phase, "The pod failed.") : new JsonArray();
  }

  private static JsonArray completed(String reason, String message) {
    return Trees.arrayOf(
        Trees.objectOf(
            "type", "Completed", "status", "True", "reason", reason, "message", message));
  }
}

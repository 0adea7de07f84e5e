/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is refused in deployments, replica sets and stateful sets. Stateless. */
final class WorkloadRules {
  private static final String NO_PERCENT =
      "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or"
          + " '93%', regex used for validation is '[0-9]+%')";

  private static final Pattern PERCENT = Pattern.compile("[0-9]+%");

  private WorkloadRules() {}

  static void deployment(Field deployment, @Nullable JsonElement before) {
    Field spec = deployment.get("spec");
    if (isChanged(spec, before)) {
      spec.nonNegative("replicas", "minReadySeconds", "revisionHistoryLimit");
      selector(spec, "deployment", true);
      template(spec, "ReplicaSet", Set.of());
      deploymentStrategy(spec.get("strategy"));
      deadline(spec);
    }
    selectorStays(spec, before);
    counts(
        deployment.get("status"),
        "readyReplicas",
        List.of("updatedReplicas", "readyReplicas", "availableReplicas"),
        List.of("unavailableReplicas"));
  }

  private static boolean isChanged(Field spec, @Nullable JsonElement before) {
    return before == null || !Trees.same(Trees.at(before, "spec"), spec.value());
  }

  private static void selectorStays(Field spec, @Nullable JsonElement before) {
    Field selector = spec.get("selector");
    if (before != null && !Trees.same(Trees.at(before, "spec", "selector"), selector.value())) {
      selector.invalid(String.valueOf(selector.value()), "field is immutable");
    }
  }

  /** A selector must be one, and select what the template makes. */
  private static void selector(Field spec, String kind, boolean saysWhole) {
    Field selector = spec.get("selector");
    Map<String, String> labels = Trees.strings(spec.value(), "template", "metadata", "labels");
    if (!selector.isThere()) {
      selector.required("");
      unselected(spec, labels);
      return;
    }
    if (selector.isEmpty()) {
      selector.invalid("{}", "empty selector is invalid for " + kind);
      return;
    }
    int before = selector.problemsSoFar();
    LabelRules.selector(selector);
    if (selector.problemsSoFar() > before) {
      selector.invalid(saysWhole ? "invalid label selector" : "");
    } else if (!Selectors.matches(Trees.object(spec.value(), "selector"), labels)) {
      unselected(spec, labels);
    }
  }

  private static void unselected(Field spec, Map<String, String> labels) {
    spec.get("template", "metadata", "labels")
        .invalid(
            labels.isEmpty() ? "null" : Trees.objectOf(labels).toString(),
            "`selector` does not match template `labels`");
  }

  private static void template(Field spec, String kind, Set<String> claims) {
    PodRules.template(spec.get("template"), kind, claims);
  }

  private static void deploymentStrategy(Field strategy) {
    Field rolling = strategy.get("rollingUpdate");
    switch (strategy.text("type")) {
      case "Recreate" -> {
        if (rolling.isThere()) {
          rolling.forbidden("may not be specified when strategy `type` is 'Recreate'");
        }
      }
      case "RollingUpdate" -> rollingUpdate(rolling);
      default ->
          strategy.unsupported(
              "{\"Type\":"
                  + Field.quoted(strategy.text("type"))
                  + ",\"RollingUpdate\":"
                  + (rolling.isThere()
                      ? "{\"MaxUnavailable\":"
                          + orZero(rolling.get("maxUnavailable").value())
                          + ",\"MaxSurge\":"
                          + orZero(rolling.get("maxSurge").value())
                          + "}"
                      : "null")
                  + "}",
              "Recreate",
              "RollingUpdate");
    }
  }

  private static JsonElement orZero(@Nullable JsonElement value) {
    return value == null ? new JsonPrimitive(0) : value;
  }

  private static void rollingUpdate(Field rolling) {
    Field unavailable = rolling.get("maxUnavailable");
    Field surge = rolling.get("maxSurge");
    numberOrPercent(unavailable);
    numberOrPercent(surge);
    if (isZero(unavailable) && isZero(surge)) {
      unavailable.invalid("may not be 0 when `maxSurge` is 0");
    }
    notAboveAll(unavailable);
  }

  /** What is no number of percent counts as none. */
  private static boolean isZero(Field value) {
    return value.isThere() && (value.isString() ? percent(value.text()) == 0 : value.number() == 0);
  }

  private static long percent(String text) {
    return text.length() <= 10 && PERCENT.matcher(text).matches()
        ? Long.parseLong(text.substring(0, text.length() - 1))
        : 0;
  }

  static void numberOrPercent(Field value) {
    if (value.isString()) {
      if (!PERCENT.matcher(value.text()).matches()) {
        value.invalid(NO_PERCENT);
      }
    } else {
      value.nonNegative();
    }
  }

  static void notAboveAll(Field value) {
    if (percent(value.text()) > 100) {
      value.invalid("must not be greater than 100%");
    }
  }

  private static void deadline(Field spec) {
    if (!spec.has("progressDeadlineSeconds")) {
      return;
    }
    Field deadline = spec.get("progressDeadlineSeconds");
    deadline.nonNegative();
    if (deadline.number() <= spec.number("minReadySeconds")) {
      deadline.invalid("must be greater than minReadySeconds");
    }
  }

  static void replicaSet(Field set, @Nullable JsonElement before) {
    Field spec = set.get("spec");
    if (isChanged(spec, before)) {
      spec.nonNegative("replicas", "minReadySeconds");
      // The real server takes it for one of a deployment.
      selector(spec, "deployment", true);
      template(spec, "ReplicaSet", Set.of());
    }
    selectorStays(spec, before);
    counts(
        set.get("status"),
        "readyReplicas",
        List.of("fullyLabeledReplicas", "readyReplicas", "availableReplicas"),
        List.of());
  }

  static void statefulSet(Field set, @Nullable JsonElement before) {
    Field spec = set.get("spec");
    if (isChanged(spec, before)) {
      management(spec);
      spec.nonNegative("replicas", "minReadySeconds");
      spec.get("ordinals").nonNegative("start");
      if (!spec.text("serviceName").isEmpty()) {
        spec.get("serviceName").invalid(Names.problemsOfLabel(spec.text("serviceName")));
      }
      Field retention = spec.get("persistentVolumeClaimRetentionPolicy");
      retention.get("whenDeleted").oneOfIfThere("Retain", "Delete");
      retention.get("whenScaled").oneOfIfThere("Retain", "Delete");
      selector(spec, "statefulset", false);
      template(spec, "StatefulSet", claims(spec));
    }
    if (before != null) {
      onlyWhatMayChange(spec, before);
    }
    counts(
        set.get("status"),
        "status.readyReplicas",
        List.of("currentReplicas", "updatedReplicas", "readyReplicas", "availableReplicas"),
        List.of());
  }

  private static void management(Field spec) {
    Field management = spec.get("podManagementPolicy");
    if (!List.of("OrderedReady", "Parallel").contains(management.text())) {
      management.invalid(Field.quoted(management.text()), "must be 'OrderedReady' or 'Parallel'");
    }
    Field strategy = spec.get("updateStrategy");
    Field rolling = strategy.get("rollingUpdate");
    switch (strategy.text("type")) {
      case "OnDelete" -> {
        if (rolling.isThere()) {
          rolling.invalid(shown(rolling), "only allowed for updateStrategy 'RollingUpdate'");
        }
      }
      case "RollingUpdate" -> {
        rolling.nonNegative("partition");
      }
      default ->
          strategy.invalid(
              "{\"Type\":"
                  + Field.quoted(strategy.text("type"))
                  + ",\"RollingUpdate\":"
                  + shown(rolling)
                  + "}",
              "must be 'RollingUpdate' or 'OnDelete'");
    }
  }

  private static String shown(Field rolling) {
    return rolling.isThere()
        ? "{\"Partition\":"
            + rolling.number("partition")
            + ",\"MaxUnavailable\":"
            + rolling.get("maxUnavailable").value()
            + "}"
        : "null";
  }

  private static Set<String> claims(Field spec) {
    Set<String> names = new HashSet<>();
    int index = 0;
    for (Field claim : spec.items("volumeClaimTemplates")) {
      String name = claim.get("metadata").text("name");
      names.add(name);
      // The real server sees the volume that the claim would be.
      Field said = spec.get("template", "spec", "volumes").get("[" + index++ + "]").get("name");
      Names.problemsOfLabel(name).forEach(why -> said.invalid(Field.quoted(name), why));
      StorageRules.claimSpec(claim.get("spec"));
    }
    return names;
  }

  private static void onlyWhatMayChange(Field spec, JsonElement before) {
    JsonObject old = Trees.object(before, "spec").deepCopy();
    JsonObject now = spec.value() instanceof JsonObject value ? value.deepCopy() : new JsonObject();
    for (String mutable :
        List.of(
            "replicas",
            "ordinals",
            "template",
            "updateStrategy",
            "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy",
            "minReadySeconds")) {
      old.remove(mutable);
      now.remove(mutable);
    }
    if (!old.equals(now)) {
      spec.forbidden(
          "updates to statefulset spec for fields other than 'replicas', 'ordinals',"
              + " 'template', 'updateStrategy', 'revisionHistoryLimit',"
              + " 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are"
              + " forbidden");
    }
  }

  /**
   * @param ready how the real server names those that are ready
   * @param parts what cannot be more than all
   * @param more what is only counted
   */
  private static void counts(Field status, String ready, List<String> parts, List<String> more) {
    status.nonNegative("replicas", "observedGeneration");
    long replicas = status.number("replicas");
    for (String name : parts) {
      Field part = status.get(name);
      part.nonNegative();
      if (part.number() > replicas) {
        part.invalid(Long.toString(part.number()), "cannot be greater than status.replicas");
      }
    }
    more.forEach(name -> status.get(name).nonNegative());
    Field available = status.get("availableReplicas");
    if (available.number() > status.number("readyReplicas")) {
      available.invalid(Long.toString(available.number()), "cannot be greater than " + ready);
    }
  }
}

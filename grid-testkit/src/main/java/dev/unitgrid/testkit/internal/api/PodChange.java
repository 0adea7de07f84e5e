/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.api.StatusException.Cause;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.List;

/** What may change in a pod. One object, one thread. */
final class PodChange {
  private static final String ONLY =
      "pod updates may not change fields other than"
          + " `spec.containers[*].image`,`spec.initContainers[*].image`,"
          + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing"
          + " tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1"
          + " if it was previously negative)";

  private final JsonObject old;
  private final JsonObject now;
  private final List<Cause> causes = new ArrayList<>();

  private PodChange(JsonObject old, JsonObject now) {
    this.old = old;
    this.now = now;
  }

  /** The problems of the change, in the real server's order and words; but for its difference. */
  static List<Cause> problems(JsonObject pod, JsonObject before, String subresource) {
    if (!subresource.isEmpty()) {
      // A status takes nothing of the spec, and a binding only the node.
      return List.of();
    }
    PodChange change =
        new PodChange(Trees.object(before, "spec"), Trees.object(pod, "spec").deepCopy());
    if (change.sameContainers() && change.deadline()) {
      change.tolerations();
      change.gates();
      change.rest();
    }
    return change.causes;
  }

  private boolean sameContainers() {
    for (String field : List.of("containers", "initContainers")) {
      if (Trees.array(old, field).size() != Trees.array(now, field).size()) {
        causes.add(
            Cause.forbidden("spec." + field, "pod updates may not add or remove containers"));
        return false;
      }
    }
    return true;
  }

  private boolean deadline() {
    String field = "activeDeadlineSeconds";
    long was = Trees.number(old, 0, field);
    JsonElement is = Trees.at(now, field);
    if (is == null && was > 0) {
      causes.add(
          Cause.invalid(
              "spec." + field, "null", "must not update from a positive integer to nil value"));
      return false;
    }
    if (is != null && was > 0 && is.getAsLong() > was) {
      causes.add(
          Cause.invalid(
              "spec." + field, is.toString(), "must be less than or equal to previous value"));
      return false;
    }
    return true;
  }

  private void tolerations() {
    List<JsonObject> kept = timeless(now);
    if (!kept.containsAll(timeless(old))) {
      causes.add(
          Cause.forbidden(
              "spec.tolerations",
              "existing toleration can not be modified except its tolerationSeconds"));
    }
  }

  private static List<JsonObject> timeless(JsonObject spec) {
    List<JsonObject> tolerations = new ArrayList<>();
    for (JsonObject toleration : Trees.objects(spec, "tolerations")) {
      JsonObject copy = toleration.deepCopy();
      copy.remove("tolerationSeconds");
      tolerations.add(copy);
    }
    return tolerations;
  }

  private void gates() {
    JsonArray were = Trees.array(old, "schedulingGates");
    List<JsonObject> gates = Trees.objects(now, "schedulingGates");
    for (int i = 0; i < gates.size(); i++) {
      JsonObject gate = gates.get(i);
      if (!were.contains(gate)) {
        causes.add(
            Cause.forbidden(
                "spec.schedulingGates[" + i + "].name",
                "only deletion is allowed, but found new scheduling gate '"
                    + Trees.string(gate, "name")
                    + "'"));
      }
    }
  }

  /** Everything else stays as it was. */
  private void rest() {
    for (String field : List.of("activeDeadlineSeconds", "tolerations", "schedulingGates")) {
      keep(old, now, field);
    }
    for (String field : List.of("containers", "initContainers")) {
      List<JsonObject> before = Trees.objects(old, field);
      List<JsonObject> after = Trees.objects(now, field);
      for (int i = 0; i < before.size(); i++) {
        keep(before.get(i), after.get(i), "image");
      }
    }
    String grace = "terminationGracePeriodSeconds";
    if (Trees.number(old, 0, grace) < 0 && Trees.number(now, 0, grace) == 1) {
      keep(old, now, grace);
    }
    if (!old.equals(now)) {
      causes.add(Cause.forbidden("spec", ONLY));
    }
  }

  private static void keep(JsonObject from, JsonObject to, String field) {
    if (from.has(field)) {
      to.add(field, from.get(field));
    } else {
      to.remove(field);
    }
  }
}

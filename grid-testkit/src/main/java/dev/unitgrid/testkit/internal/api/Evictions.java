/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.rules.Selectors;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.store.Store;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.List;
import java.util.Map;

/** The subresource {@code eviction} of pods: a deletion that asks the disruption budgets first. */
final class Evictions {
  private static final String BUDGETS = "poddisruptionbudgets.policy";

  private final Store store;
  private final ObjectWriter writer;
  private final Deletions deletions;
  private final Kinds kinds;

  Evictions(Store store, ObjectWriter writer, Deletions deletions, Kinds kinds) {
    this.store = store;
    this.writer = writer;
    this.deletions = deletions;
    this.kinds = kinds;
  }

  JsonObject answer(Route route, Call call, JsonObject pod) {
    if (!call.method().equals("POST") || !(Bodies.patch(call) instanceof JsonObject eviction)) {
      throw StatusException.methodNotAllowed();
    }
    String said = Trees.string(eviction, "metadata", "name");
    if (!said.isEmpty() && !said.equals(route.name())) {
      throw StatusException.badRequest("name in URL does not match name in Eviction object");
    }
    JsonObject asked = Trees.object(eviction, "deleteOptions").deepCopy();
    if (WriteOptions.ofCreate(call).dryRun()) {
      asked.add("dryRun", Trees.arrayOf("All"));
    }
    Deletions.Options options = Deletions.Options.of(asked);
    if (isCounted(pod)) {
      askBudgets(route, pod, options.dryRun());
    }
    deletions.delete(route.kind(), route.key(), options);
    return Success.created();
  }

  /** Whoever does not run serves nobody, and needs no leave. */
  private static boolean isCounted(JsonObject pod) {
    return Trees.string(pod, "status", "phase").equals("Running")
        && Trees.at(pod, "metadata", "deletionTimestamp") == null;
  }

  private void askBudgets(Route route, JsonObject pod, boolean dryRun) {
    Map<String, String> labels = Trees.strings(pod, "metadata", "labels");
    List<Map.Entry<ObjectKey, JsonObject>> budgets =
        store.all(BUDGETS).entrySet().stream()
            .filter(entry -> entry.getKey().namespace().equals(route.namespace()))
            .filter(
                entry ->
                    Trees.at(entry.getValue(), "spec", "selector") != null
                        && Selectors.matches(
                            Trees.object(entry.getValue(), "spec", "selector"), labels))
            .toList();
    if (budgets.size() > 1) {
      throw StatusException.of(
          500,
          "InternalError",
          "This pod has more than one PodDisruptionBudget, which the eviction subresource does not"
              + " support.");
    }
    budgets.forEach(budget -> spend(budget.getKey(), budget.getValue(), route.name(), dryRun));
  }

  private void spend(ObjectKey key, JsonObject budget, String pod, boolean dryRun) {
    boolean seen =
        Trees.number(budget, 0, "status", "observedGeneration")
            >= Trees.number(budget, 0, "metadata", "generation");
    if (!seen || Trees.number(budget, 0, "status", "disruptionsAllowed") <= 0) {
      throw refusal(budget, key.name(), seen);
    }
    if (dryRun) {
      return;
    }
    writer.update(
        kinds.byStorage(BUDGETS),
        key,
        "status",
        Request.untracked("kube-apiserver"),
        live -> {
          JsonObject status = Trees.child(live, "status");
          status.addProperty(
              "disruptionsAllowed", Trees.number(status, 1, "disruptionsAllowed") - 1);
          Trees.child(status, "disruptedPods").addProperty(pod, writer.now());
          return live;
        });
  }

  private static StatusException refusal(JsonObject budget, String name, boolean seen) {
    String cause =
        seen
            ? "The disruption budget "
                + name
                + " needs "
                + Trees.number(budget, 0, "status", "desiredHealthy")
                + " healthy pods and has "
                + Trees.number(budget, 0, "status", "currentHealthy")
                + " currently"
            : "The disruption budget " + name + " is still being processed by the server.";
    JsonArray causes =
        Trees.arrayOf(Trees.objectOf("reason", "DisruptionBudget", "message", cause));
    return StatusException.tooManyRequests(
        "Cannot evict pod as it would violate the pod's disruption budget.",
        Trees.objectOf("causes", causes));
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.rules.Selectors;
import dev.unitgrid.testkit.internal.store.Change;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.store.Store;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.List;
import java.util.Map;

/**
 * Keeps the rules of ClusterRoles that are made of others, as the controller manager does. Not
 * thread-safe: the server's lock guards it.
 */
final class Aggregation {
  private static final String CLUSTER_ROLES = "clusterroles.rbac.authorization.k8s.io";

  private final Store store;
  private final Kinds kinds;
  private final ObjectWriter writer;

  Aggregation(Store store, Kinds kinds, ObjectWriter writer) {
    this.store = store;
    this.kinds = kinds;
    this.writer = writer;
  }

  void changed(Change change) {
    if (!change.key().resource().equals(CLUSTER_ROLES)) {
      return;
    }
    for (Map.Entry<ObjectKey, JsonObject> entry :
        List.copyOf(store.all(CLUSTER_ROLES).entrySet())) {
      JsonObject role = store.get(entry.getKey());
      if (role != null && Trees.at(role, "aggregationRule") != null) {
        aggregate(entry.getKey(), role);
      }
    }
  }

  private void aggregate(ObjectKey key, JsonObject role) {
    JsonArray rules = new JsonArray();
    for (JsonObject selector : Trees.objects(role, "aggregationRule", "clusterRoleSelectors")) {
      for (Map.Entry<ObjectKey, JsonObject> other : store.all(CLUSTER_ROLES).entrySet()) {
        boolean isPart =
            !other.getKey().equals(key)
                && Selectors.matches(
                    selector, Trees.strings(other.getValue(), "metadata", "labels"));
        if (isPart) {
          Trees.array(other.getValue(), "rules").forEach(rule -> addOnce(rules, rule));
        }
      }
    }
    if (!rules.equals(Trees.array(role, "rules"))) {
      writer.update(
          kinds.byStorage(CLUSTER_ROLES),
          key,
          "",
          Request.of("clusterrole-aggregation-controller"),
          live -> {
            live.add("rules", rules);
            return live;
          });
    }
  }

  private static void addOnce(JsonArray rules, JsonElement rule) {
    if (!rules.contains(rule)) {
      rules.add(rule.deepCopy());
    }
  }
}

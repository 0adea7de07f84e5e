/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;

/** What the scheduler reads of a pod: pods of one shape fit the same nodes. */
record PodShape(JsonArray tolerations, JsonObject selector, JsonObject affinity, Resources asked) {
  static PodShape of(JsonObject pod) {
    return new PodShape(
        Trees.array(pod, "spec", "tolerations"),
        Trees.object(pod, "spec", "nodeSelector"),
        Trees.object(pod, "spec", "affinity"),
        Resources.of(pod));
  }
}

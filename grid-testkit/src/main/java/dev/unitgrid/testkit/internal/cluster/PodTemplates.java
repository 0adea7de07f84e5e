/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;

/** Pods out of the templates of their owners. Stateless. */
final class PodTemplates {
  private PodTemplates() {}

  /** A pod of a name that its owner chose. */
  static JsonObject pod(JsonObject owner, JsonObject template, String name) {
    JsonObject copy = template.deepCopy();
    JsonObject metadata = Trees.objectOf("name", name);
    for (String kept : new String[] {"labels", "annotations", "finalizers"}) {
      if (Trees.at(copy, "metadata", kept) != null) {
        metadata.add(kept, Trees.child(copy, "metadata").get(kept));
      }
    }
    metadata.add("ownerReferences", Trees.arrayOf(World.ownerReference(owner)));
    return Trees.objectOf("metadata", metadata, "spec", Trees.object(copy, "spec"));
  }

  /** A pod of a name that was generated from its owner's. */
  static JsonObject generated(JsonObject owner, String name) {
    JsonObject pod = pod(owner, Trees.object(owner, "spec", "template"), name);
    Trees.child(pod, "metadata")
        .addProperty("generateName", Trees.string(owner, "metadata", "name") + "-");
    return pod;
  }
}

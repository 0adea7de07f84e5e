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

  static JsonObject pod(JsonObject owner, String name) {
    JsonObject template = Trees.object(owner, "spec", "template").deepCopy();
    JsonObject metadata = Trees.objectOf("name", name);
    for (String kept : new String[] {"labels", "annotations", "finalizers"}) {
      if (Trees.at(template, "metadata", kept) != null) {
        metadata.add(kept, Trees.child(template, "metadata").get(kept));
      }
    }
    metadata.add("ownerReferences", Trees.arrayOf(World.ownerReference(owner)));
    return Trees.objectOf("metadata", metadata, "spec", Trees.object(template, "spec"));
  }
}

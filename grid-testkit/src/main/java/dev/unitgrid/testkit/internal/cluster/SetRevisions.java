/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The templates that a StatefulSet has had, one ControllerRevision each. */
final class SetRevisions {
  private static final String REVISIONS = "controllerrevisions.apps";

  private final World world;

  SetRevisions(World world) {
    this.world = world;
  }

  /** The name of the revision of the template that {@code set} has now; written if it is new. */
  String of(JsonObject set) {
    JsonObject template = Trees.object(set, "spec", "template");
    String hash = Revisions.hash(template);
    String namespace = Trees.string(set, "metadata", "namespace");
    String name = Trees.string(set, "metadata", "name") + "-" + hash;
    ObjectKey key = new ObjectKey(REVISIONS, namespace, name);
    long newest = owned(set).stream().mapToLong(SetRevisions::number).max().orElse(0);
    JsonObject there = world.get(key);
    if (there == null) {
      world.create(REVISIONS, namespace, revision(set, template, name, hash, newest + 1));
    } else if (World.controllerOf(there) == null) {
      world.adopt(REVISIONS, there, set);
    } else if (number(there) < newest) {
      // An old template that came back is the newest one.
      world.change(key, "", live -> live.addProperty("revision", newest + 1));
    }
    return name;
  }

  private static long number(JsonObject revision) {
    return Trees.number(revision, 0, "revision");
  }

  private List<JsonObject> owned(JsonObject set) {
    return world.controlledBy(Trees.string(set, "metadata", "uid"), REVISIONS);
  }

  private static JsonObject revision(
      JsonObject set, JsonObject template, String name, String hash, long number) {
    JsonObject labels = Trees.object(template, "metadata", "labels").deepCopy();
    labels.addProperty("controller.kubernetes.io/hash", hash);
    JsonObject content = Trees.objectOf("$patch", "replace");
    template.deepCopy().entrySet().forEach(field -> content.add(field.getKey(), field.getValue()));
    return Trees.objectOf(
        "metadata",
        Trees.objectOf(
            "name",
            name,
            "labels",
            labels,
            "annotations",
            Trees.object(set, "metadata", "annotations").deepCopy(),
            "ownerReferences",
            Trees.arrayOf(World.ownerReference(set))),
        "data",
        Trees.objectOf("spec", Trees.objectOf("template", content)),
        "revision",
        number);
  }

  /** The template of a revision; the set's own if the revision is not kept. */
  JsonObject template(JsonObject set, String name) {
    JsonObject revision =
        world.get(new ObjectKey(REVISIONS, Trees.string(set, "metadata", "namespace"), name));
    if (!(Trees.at(revision, "data", "spec", "template") instanceof JsonObject kept)) {
      return Trees.object(set, "spec", "template");
    }
    JsonObject template = kept.deepCopy();
    template.remove("$patch");
    return template;
  }

  /** Deletes the oldest revisions that nothing uses, beyond the limit that the set names. */
  void forgetOld(JsonObject set, Stream<String> used, Collection<JsonObject> pods) {
    Set<String> kept = new HashSet<>(used.toList());
    pods.forEach(
        pod -> kept.add(Trees.string(pod, "metadata", "labels", "controller-revision-hash")));
    List<JsonObject> old = new ArrayList<>(owned(set));
    old.removeIf(revision -> kept.contains(Trees.string(revision, "metadata", "name")));
    old.sort(Comparator.comparingLong(SetRevisions::number));
    long limit = Trees.number(set, 10, "spec", "revisionHistoryLimit");
    for (int i = 0; i < old.size() - limit; i++) {
      world.delete(World.key(REVISIONS, old.get(i)));
    }
  }
}

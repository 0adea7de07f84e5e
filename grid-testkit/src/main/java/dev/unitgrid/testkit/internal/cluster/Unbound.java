/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.store.Change;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The pods without a node, by shape: a node that changes is compared with each shape, not with each
 * pod.
 */
final class Unbound {
  private final Map<PodShape, Set<ObjectKey>> byShape = new LinkedHashMap<>();

  void changed(Change change) {
    List<PodShape> before = shape(change.before());
    List<PodShape> after = shape(change.after());
    if (before.equals(after)) {
      return;
    }
    before.forEach(shape -> remove(shape, change.key()));
    after.forEach(
        shape -> byShape.computeIfAbsent(shape, unused -> new TreeSet<>()).add(change.key()));
  }

  /** None for a pod that has a node. */
  private static List<PodShape> shape(@Nullable JsonObject pod) {
    return pod == null || !Trees.string(pod, "spec", "nodeName").isEmpty()
        ? List.of()
        : List.of(PodShape.of(pod));
  }

  private void remove(PodShape shape, ObjectKey key) {
    Set<ObjectKey> keys = byShape.get(shape);
    if (keys != null) {
      keys.remove(key);
      if (keys.isEmpty()) {
        byShape.remove(shape);
      }
    }
  }

  /** The pods of the shapes that {@code wanted} takes, of which it is shown one each. */
  void each(Predicate<ObjectKey> wanted, Consumer<ObjectKey> pods) {
    for (Set<ObjectKey> keys : byShape.values()) {
      if (wanted.test(keys.iterator().next())) {
        keys.forEach(pods);
      }
    }
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.rules.Selectors;
import dev.unitgrid.testkit.internal.store.Change;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How many pods of a PodDisruptionBudget may be disturbed now. */
final class DisruptionController implements Controller {
  static final String BUDGETS = "poddisruptionbudgets.policy";

  private final World world;

  DisruptionController(World world) {
    this.world = world;
  }

  @Override
  public void changed(Change change, Consumer<ObjectKey> touched) {
    if (change.key().resource().equals(BUDGETS)) {
      touched.accept(change.key());
    } else if (change.key().resource().equals(World.PODS)) {
      for (JsonObject budget : world.in(BUDGETS, change.key().namespace())) {
        boolean selects =
            Stream.of(Optional.ofNullable(change.before()), Optional.ofNullable(change.after()))
                .flatMap(Optional::stream)
                .anyMatch(pod -> selects(budget, pod));
        if (selects) {
          touched.accept(World.key(BUDGETS, budget));
        }
      }
    }
  }

  private static boolean selects(JsonObject budget, JsonObject pod) {
    return Trees.at(budget, "spec", "selector") != null
        && Selectors.matches(
            Trees.object(budget, "spec", "selector"), Trees.strings(pod, "metadata", "labels"));
  }

  @Override
  public void all(Consumer<ObjectKey> touched) {
    world.keysOf(BUDGETS, touched);
  }

  @Override
  public void sync(ObjectKey key) {
    JsonObject budget = world.get(key);
    if (budget == null || World.isTerminating(budget)) {
      return;
    }
    List<JsonObject> pods =
        world.in(World.PODS, key.namespace()).stream()
            .filter(pod -> selects(budget, pod) && !ServiceBackends.hasEnded(pod))
            .toList();
    long healthy =
        pods.stream().filter(pod -> World.isReady(pod) && !World.isTerminating(pod)).count();
    JsonElement most = Trees.at(budget, "spec", "maxUnavailable");
    JsonElement least = Trees.at(budget, "spec", "minAvailable");
    boolean counted = most != null || isPercent(least);
    long expected = counted ? scales(pods) : pods.size();
    long desired =
        most == null
            ? least == null ? 0 : RollOut.share(least, expected, true)
            : Math.max(0, expected - RollOut.share(most, expected, true));
    write(key, budget, expected, desired, healthy);
  }

  private static boolean isPercent(@Nullable JsonElement value) {
    return value != null && value.getAsString().endsWith("%");
  }

  /** What the controllers of the pods want together. */
  private long scales(List<JsonObject> pods) {
    Map<String, Long> scales = new HashMap<>();
    for (JsonObject pod : pods) {
      Stream.of(
              World.controllerKey(pod, "ReplicaSet", World.REPLICA_SETS),
              World.controllerKey(pod, "StatefulSet", World.STATEFUL_SETS))
          .flatMap(Optional::stream)
          .map(world::get)
          .flatMap(Stream::ofNullable)
          .forEach(
              owner -> scales.put(Trees.string(owner, "metadata", "uid"), RollOut.replicas(owner)));
    }
    return scales.values().stream().mapToLong(Long::longValue).sum();
  }

  private void write(ObjectKey key, JsonObject budget, long expected, long desired, long healthy) {
    long allowed = expected <= 0 ? 0 : Math.max(0, healthy - desired);
    JsonObject next = budget.deepCopy();
    JsonObject status = Trees.child(next, "status");
    status.addProperty("observedGeneration", Trees.number(budget, 1, "metadata", "generation"));
    status.addProperty("expectedPods", expected);
    status.addProperty("desiredHealthy", desired);
    status.addProperty("currentHealthy", healthy);
    status.addProperty("disruptionsAllowed", allowed);
    // A pod whose eviction was granted terminates by now, and counts as not healthy.
    status.remove("disruptedPods");
    Conditions.set(
        next,
        "DisruptionAllowed",
        allowed > 0 ? "True" : "False",
        allowed > 0 ? "SufficientPods" : "InsufficientPods",
        "",
        world.now());
    for (JsonObject condition : Trees.objects(next, "status", "conditions")) {
      Trees.setDefault(condition, "message", "");
      condition.addProperty(
          "observedGeneration", Trees.number(budget, 1, "metadata", "generation"));
    }
    if (!next.equals(budget)) {
      world.change(key, "status", live -> live.add("status", status));
    }
  }
}

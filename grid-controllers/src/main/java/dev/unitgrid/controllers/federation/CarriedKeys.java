/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.federation;

import com.google.common.collect.ImmutableSet;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.internal.Reflecting;
import dev.unitgrid.runtime.health.WatchHealth;
import dev.unitgrid.runtime.reflect.Reflector;
import dev.unitgrid.runtime.reflect.ReflectorState;
import dev.unitgrid.runtime.store.Change;
import dev.unitgrid.runtime.store.Store;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which labels some node of a cluster carries with a value, counted so that a change costs little.
 */
final class CarriedKeys implements AutoCloseable {
  private final Store<ImmutableSet<String>> nodes = new Store<>();
  private final Reflector<ImmutableSet<String>> reflector;
  // Confined to the loop.
  private final Map<String, Integer> counts = new HashMap<>();

  /**
   * Keys that are not watched yet.
   *
   * @param listener told, on the loop, of each key that the first node carries or no node any more
   */
  CarriedKeys(Reflecting reflecting, Executor loop, Consumer<String> listener) {
    this.reflector =
        reflecting.of(ResourceType.NODE, CarriedKeys::keys, nodes, "").metadataOnly().build();
    nodes.listen(change -> loop.execute(() -> count(change, listener)));
  }

  /** An empty value is no unit (RULE 1). */
  private static ImmutableSet<String> keys(Json node) {
    return node.get("metadata", "labels").asStrings().entrySet().stream()
        .filter(label -> !label.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .collect(ImmutableSet.toImmutableSet());
  }

  void start() {
    reflector.start();
  }

  @Override
  public void close() {
    reflector.close();
  }

  ReflectorState state() {
    return reflector.state();
  }

  WatchHealth health() {
    return WatchHealth.of(ResourceType.NODE, "", reflector.state());
  }

  /** Whether a node carries {@code key}. */
  boolean contains(String key) {
    return counts.getOrDefault(key, 0) > 0;
  }

  private void count(Change<ImmutableSet<String>> change, Consumer<String> listener) {
    Set<String> before = orNone(change.before());
    Set<String> after = orNone(change.after());
    for (String key : after) {
      if (!before.contains(key) && counts.merge(key, 1, Integer::sum) == 1) {
        listener.accept(key);
      }
    }
    for (String key : before) {
      if (!after.contains(key) && counts.merge(key, -1, Integer::sum) == 0) {
        counts.remove(key);
        listener.accept(key);
      }
    }
  }

  private static Set<String> orNone(@Nullable ImmutableSet<String> keys) {
    return keys == null ? ImmutableSet.of() : keys;
  }
}

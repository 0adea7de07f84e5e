/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.federation;

import com.google.common.collect.LinkedHashMultimap;
import com.google.common.collect.SetMultimap;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.internal.Reflecting;
import dev.unitgrid.core.federation.FederatedGrid;
import dev.unitgrid.runtime.codec.Item;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.codec.ResourceVersion;
import dev.unitgrid.runtime.health.WatchHealth;
import dev.unitgrid.runtime.reflect.Reflector;
import dev.unitgrid.runtime.reflect.ReflectorState;
import dev.unitgrid.runtime.store.Change;
import dev.unitgrid.runtime.store.Index;
import dev.unitgrid.runtime.store.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The grids of one kind in one cluster, found by the name that relates a source, its copies and
 * what is made of them. What the API server answered to a write is known at once, before a watch
 * shows it: else the same write would be sent twice. The store may be read by anybody; what was
 * answered is confined to the loop.
 */
final class GridCache implements AutoCloseable {
  private final GridKind kind;
  private final String namespace;
  private final Index<FederatedGrid> index;
  private final Store<FederatedGrid> store;
  private final Reflector<FederatedGrid> reflector;
  private final Map<ObjectKey, FederatedGrid> answers = new HashMap<>();
  private final SetMultimap<String, ObjectKey> answersByTerm = LinkedHashMultimap.create();
  private final Map<ObjectKey, String> deleted = new HashMap<>();

  /**
   * A cache that is not started.
   *
   * @param namespace the only one to look at; empty for all
   * @param labelSelector what to look at; empty for everything
   * @param relation the terms by which a grid is found
   */
  GridCache(
      GridKind kind,
      String namespace,
      String labelSelector,
      Function<FederatedGrid, List<String>> relation,
      Reflecting reflecting) {
    this.kind = kind;
    this.namespace = namespace;
    this.index = new Index<>("relation", relation);
    this.store = new Store<>(List.of(index));
    Reflector.Builder<FederatedGrid> builder =
        reflecting.of(kind.type(), object -> FederatedGrid.decode(kind, object), store, namespace);
    this.reflector =
        (labelSelector.isEmpty() ? builder : builder.labelSelector(labelSelector)).build();
  }

  GridKind kind() {
    return kind;
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
    return WatchHealth.of(kind.type(), namespace, reflector.state());
  }

  /** On the reflector's threads. */
  void listen(Consumer<Change<FederatedGrid>> listener) {
    store.listen(listener);
  }

  /** All grids as watches show them. */
  List<FederatedGrid> all() {
    return store.items().stream().map(Item::value).toList();
  }

  /** The related grids as watches show them. */
  List<FederatedGrid> related(String term) {
    return store.items(index, term).stream().map(Item::value).toList();
  }

  /** The related grids, answers to writes included. */
  List<FederatedGrid> known(String term) {
    Map<ObjectKey, FederatedGrid> found = new HashMap<>();
    related(term).forEach(grid -> found.put(key(grid), grid));
    for (ObjectKey key : List.copyOf(answersByTerm.get(term))) {
      known(key).ifPresent(grid -> found.put(key, grid));
    }
    List<FederatedGrid> known = new ArrayList<>();
    found.keySet().forEach(key -> known(key).ifPresent(known::add));
    return known;
  }

  /** The grid of that name, answers to writes included. */
  Optional<FederatedGrid> known(ObjectKey key) {
    Optional<FederatedGrid> seen = store.get(key);
    FederatedGrid answer = answers.get(key);
    if (answer != null && (isShown(answer) || isOlder(answer, seen))) {
      forget(answer);
      answer = null;
    }
    Optional<FederatedGrid> newest = answer == null ? seen : Optional.of(answer);
    if (newest.isEmpty()) {
      deleted.remove(key);
    }
    return newest.map(grid -> orDeleted(key, grid));
  }

  private boolean isShown(FederatedGrid answer) {
    return reflector.state().reached(new ResourceVersion(answer.resourceVersion()));
  }

  private static boolean isOlder(FederatedGrid answer, Optional<FederatedGrid> seen) {
    return seen.map(grid -> new ResourceVersion(grid.resourceVersion()))
        .filter(version -> new ResourceVersion(answer.resourceVersion()).isOlderThan(version))
        .isPresent();
  }

  /** What was deleted is as good as gone, also while the watch still shows it. */
  private FederatedGrid orDeleted(ObjectKey key, FederatedGrid grid) {
    String uid = deleted.get(key);
    if (uid == null || grid.deleting()) {
      return grid;
    }
    if (!uid.equals(grid.uid())) {
      deleted.remove(key);
      return grid;
    }
    return grid.withDeleting();
  }

  /** The API server answered with {@code object}. */
  FederatedGrid answered(Json object) {
    FederatedGrid grid = FederatedGrid.decode(kind, object);
    FederatedGrid before = answers.get(key(grid));
    if (before != null) {
      forget(before);
    }
    answers.put(key(grid), grid);
    index.terms().apply(grid).forEach(term -> answersByTerm.put(term, key(grid)));
    return grid;
  }

  private void forget(FederatedGrid answer) {
    answers.remove(key(answer));
    index.terms().apply(answer).forEach(term -> answersByTerm.remove(term, key(answer)));
  }

  /** The API server took the deletion of {@code grid}. */
  void deleted(FederatedGrid grid) {
    deleted.put(key(grid), grid.uid());
  }

  static ObjectKey key(FederatedGrid grid) {
    return new ObjectKey(grid.namespace(), grid.name());
  }
}

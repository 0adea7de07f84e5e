/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.controllers.internal.Reflecting;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.runtime.codec.Item;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.codec.ResourceVersion;
import dev.unitgrid.runtime.health.WatchHealth;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.reflect.Reflector;
import dev.unitgrid.runtime.reflect.ReflectorState;
import dev.unitgrid.runtime.store.Change;
import dev.unitgrid.runtime.store.Index;
import dev.unitgrid.runtime.store.Store;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.transport.ApiTransport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The grids and children that are watched, found by what the engine asks for. Thread-safe; readers
 * never see half a list (RULE 2).
 */
final class Caches implements ChildCache, AutoCloseable {
  private static final Index<ObservedChild> BY_OWNER = new Index<>("owner", Caches::owners);

  private final ImmutableMap<GridKind, Store<GridView>> grids;
  private final ImmutableMap<ResourceType, Store<ObservedChild>> children;
  private final Map<GridKind, NavigableMap<ObjectKey, GridView>> gridsByName =
      new EnumMap<>(GridKind.class);
  private final ImmutableList<Watched> watched;

  /**
   * A kind that is watched.
   *
   * @param namespace the only one; empty for all
   */
  private record Watched(Reflector<?> reflector, String namespace) {
    ReflectorState state() {
      return reflector.state();
    }
  }

  /**
   * Caches that are not started.
   *
   * @param namespaces the only ones to look at; empty for all
   * @param onState told whenever the state of a reflector may have changed
   */
  Caches(
      Collection<String> namespaces,
      ApiTransport transport,
      Scheduler scheduler,
      RandomGenerator random,
      Metrics metrics,
      Runnable onState) {
    ImmutableMap.Builder<GridKind, Store<GridView>> grids = ImmutableMap.builder();
    ImmutableMap.Builder<ResourceType, Store<ObservedChild>> children = ImmutableMap.builder();
    List<Watched> watched = new ArrayList<>();
    Collection<String> scopes = namespaces.isEmpty() ? Set.of("") : new TreeSet<>(namespaces);
    Reflecting reflecting = new Reflecting(transport, scheduler, random, metrics, onState);
    for (GridKind kind : GridKind.values()) {
      Store<GridView> gridStore = new Store<>();
      NavigableMap<ObjectKey, GridView> byName = new ConcurrentSkipListMap<>();
      gridStore.listen(change -> keep(byName, change));
      gridsByName.put(kind, byName);
      grids.put(kind, gridStore);
      ResourceType childType = kind.childType();
      Store<ObservedChild> childStore = new Store<>(List.of(BY_OWNER));
      children.put(childType, childStore);
      for (String scope : scopes) {
        watched.add(
            new Watched(
                reflecting
                    .of(kind.type(), object -> GridView.decode(kind, object), gridStore, scope)
                    .build(),
                scope));
        watched.add(
            new Watched(
                reflecting
                    .of(
                        childType,
                        child -> ObservedChild.decode(childType, child),
                        childStore,
                        scope)
                    .labelSelector(Labels.GRID_SELECTOR)
                    .build(),
                scope));
      }
    }
    this.grids = grids.buildOrThrow();
    this.children = children.buildOrThrow();
    this.watched = ImmutableList.copyOf(watched);
  }

  /** How a child changed. */
  enum ChildChange {
    /** It is new, or something that we write changed. */
    CONTENT,
    /** Its status or something that we do not write changed. */
    STATUS,
    /** It is gone. */
    GONE;

    private static ChildChange of(Change<ObservedChild> change) {
      ObservedChild before = change.before();
      ObservedChild after = change.after();
      if (after == null) {
        return GONE;
      }
      return before != null
              && before.uid().equals(after.uid())
              && before.deleting() == after.deleting()
              && before.digest().equals(after.digest())
          ? STATUS
          : CONTENT;
    }
  }

  /** Hears of changed children. */
  @FunctionalInterface
  interface ChildListener {
    /** A child of {@code grid} changed. */
    void changed(GridKey grid, ChildChange change);
  }

  void start() {
    watched.forEach(each -> each.reflector().start());
  }

  @Override
  public void close() {
    watched.forEach(each -> each.reflector().close());
  }

  /** Tells {@code listener} which grids changed, on the threads of the reflectors. */
  void onGrid(Consumer<GridKey> listener) {
    grids.forEach(
        (kind, store) ->
            store.listen(
                change ->
                    listener.accept(
                        new GridKey(kind, change.key().namespace(), change.key().name()))));
  }

  /** Tells {@code listener} which grids' children changed, on the threads of the reflectors. */
  void onChild(ChildListener listener) {
    for (GridKind kind : GridKind.values()) {
      children(kind)
          .listen(
              change -> {
                ChildChange what = ChildChange.of(change);
                Set<GridKey> concerned = new HashSet<>();
                if (change.before() != null) {
                  concerned.addAll(gridsOf(kind, change.before()));
                }
                if (change.after() != null) {
                  concerned.addAll(gridsOf(kind, change.after()));
                }
                concerned.forEach(grid -> listener.changed(grid, what));
              });
    }
  }

  /** How each reflector is. */
  List<WatchHealth> health() {
    return watched.stream().map(Caches::health).toList();
  }

  private static WatchHealth health(Watched watched) {
    ResourceType type = watched.reflector().type();
    WatchHealth health = WatchHealth.of(type, watched.namespace(), watched.state());
    boolean unknown =
        watched.state().problem().filter(problem -> problem.code() == 404).isPresent();
    return unknown && type.group().equals(GridKind.GROUP)
        ? health.withHint("are the CRDs there? unitgrid crds | kubectl apply --server-side -f -")
        : health;
  }

  boolean synced() {
    return watched.stream().allMatch(each -> each.state().synced());
  }

  boolean deletionsTrusted() {
    return watched.stream().allMatch(each -> each.state().allowsDeletions());
  }

  Optional<GridView> grid(GridKey key) {
    return grids(key.kind()).get(new ObjectKey(key.namespace(), key.name()));
  }

  /** The keys of all grids. */
  ImmutableList<GridKey> gridKeys() {
    ImmutableList.Builder<GridKey> keys = ImmutableList.builder();
    gridsByName.forEach(
        (kind, byName) ->
            byName
                .keySet()
                .forEach(key -> keys.add(new GridKey(kind, key.namespace(), key.name()))));
    return keys.build();
  }

  /** Grids whose names begin with this one's and a dash, or this one's with theirs (RULE 12). */
  ImmutableList<Grid> neighbours(Grid grid) {
    NavigableMap<ObjectKey, GridView> byName = byName(grid.kind());
    ImmutableList.Builder<Grid> neighbours = ImmutableList.builder();
    String name = grid.name();
    for (int dash = name.indexOf('-'); dash > 0; dash = name.indexOf('-', dash + 1)) {
      GridView shorter = byName.get(new ObjectKey(grid.namespace(), name.substring(0, dash)));
      if (shorter != null) {
        neighbours.add(shorter.grid());
      }
    }
    // '.' is the character after '-': everything between begins with the name and a dash.
    byName
        .subMap(
            new ObjectKey(grid.namespace(), name + "-"),
            new ObjectKey(grid.namespace(), name + "."))
        .values()
        .forEach(view -> neighbours.add(view.grid()));
    return neighbours.build();
  }

  /** The children that {@code grid} controls or that name it. */
  List<ObservedChild> childrenOf(Grid grid) {
    Map<ObjectKey, ObservedChild> found = new LinkedHashMap<>();
    for (String term : List.of(byUid(grid.uid()), byName(grid.namespace(), grid.name()))) {
      for (Item<ObservedChild> item : children(grid.kind()).items(BY_OWNER, term)) {
        found.put(item.key(), item.value());
      }
    }
    return List.copyOf(found.values());
  }

  @Override
  public Optional<ObservedChild> find(ResourceType type, String namespace, String name) {
    return children(type).get(new ObjectKey(namespace, name));
  }

  /** Whether the cache has seen all that happened up to the version of {@code child}. */
  boolean reached(ObservedChild child) {
    ResourceVersion version = new ResourceVersion(child.resourceVersion());
    return watched.stream()
        .filter(each -> each.reflector().type().equals(child.type()))
        .filter(each -> each.namespace().isEmpty() || each.namespace().equals(child.namespace()))
        .allMatch(each -> each.state().reached(version));
  }

  private static void keep(NavigableMap<ObjectKey, GridView> byName, Change<GridView> change) {
    GridView after = change.after();
    if (after == null) {
      byName.remove(change.key());
    } else {
      byName.put(change.key(), after);
    }
  }

  private static List<String> owners(ObservedChild child) {
    List<String> owners = new ArrayList<>();
    child.controller().ifPresent(owner -> owners.add(byUid(owner.uid())));
    String grid = child.annotations().get(Annotations.GRID);
    if (grid != null) {
      owners.add(byName(child.namespace(), grid));
    }
    return owners;
  }

  private static List<GridKey> gridsOf(GridKind kind, ObservedChild child) {
    List<GridKey> grids = new ArrayList<>();
    child
        .controller()
        .filter(owner -> owner.kind().equals(kind.type().kind()))
        .ifPresent(owner -> grids.add(new GridKey(kind, child.namespace(), owner.name())));
    String grid = child.annotations().get(Annotations.GRID);
    if (grid != null && grids.stream().noneMatch(key -> key.name().equals(grid))) {
      grids.add(new GridKey(kind, child.namespace(), grid));
    }
    return grids;
  }

  private static String byUid(String uid) {
    return "uid " + uid;
  }

  private static String byName(String namespace, String name) {
    return "name " + namespace + "/" + name;
  }

  private Store<GridView> grids(GridKind kind) {
    return found(grids.get(kind), kind);
  }

  private NavigableMap<ObjectKey, GridView> byName(GridKind kind) {
    return found(gridsByName.get(kind), kind);
  }

  private Store<ObservedChild> children(GridKind kind) {
    return children(kind.childType());
  }

  private Store<ObservedChild> children(ResourceType type) {
    return found(children.get(type), type);
  }

  private static <T> T found(@org.jspecify.annotations.Nullable T value, Object key) {
    if (value == null) {
      throw new IllegalArgumentException("not watched: " + key);
    }
    return value;
  }
}

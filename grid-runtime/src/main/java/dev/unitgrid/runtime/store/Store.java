/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.store;

import dev.unitgrid.runtime.codec.Item;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.codec.ResourceVersion;
import dev.unitgrid.runtime.reflect.DeltaSink;
import dev.unitgrid.runtime.reflect.Replacement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trimmed values of the objects of one kind, by key and by {@link Index}. A value that arrives
 * equal to the one that is there changes its version only: the old instance stays, and nobody is
 * told, so a node's heartbeat costs nothing further. Thread-safe: readers do not wait for
 * listeners, writers come one after the other.
 *
 * <p>An upsert or removal that is older than what is there is ignored; a complete list is taken as
 * it is. Answers to writes do not belong here: one that comes after the watch has shown the
 * object's end would stay until the next list.
 */
public final class Store<T> implements DeltaSink<T> {
  private static final Logger LOG = LoggerFactory.getLogger(Store.class);

  private final Map<ObjectKey, Item<T>> items = new HashMap<>();
  private final Map<Index<T>, Map<String, Set<ObjectKey>>> indexes = new HashMap<>();
  private final List<Consumer<? super Change<T>>> listeners = new CopyOnWriteArrayList<>();
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  // Held while listeners are told, so that they hear of changes in order; never taken by readers.
  private final Lock writing = new ReentrantLock();

  /** An empty store. */
  public Store() {
    this(List.of());
  }

  /** An empty store that can be asked by {@code indexes}. */
  public Store(Collection<Index<T>> indexes) {
    indexes.forEach(index -> this.indexes.put(index, new HashMap<>()));
  }

  /**
   * Tells {@code listener} of each change of a value, after it can be read here. It is called on
   * the writer's thread and must not block; what it throws is logged.
   */
  public void listen(Consumer<? super Change<T>> listener) {
    listeners.add(listener);
  }

  /** The value of {@code key}. */
  public Optional<T> get(ObjectKey key) {
    return item(key).map(Item::value);
  }

  /** The value of {@code key} with its latest version. */
  public Optional<Item<T>> item(ObjectKey key) {
    return reading(() -> Optional.ofNullable(items.get(key)));
  }

  /** How many objects there are. */
  public int size() {
    return reading(items::size);
  }

  /** All objects, as they are together at this moment, in no order. */
  public List<Item<T>> items() {
    return reading(() -> List.copyOf(items.values()));
  }

  /** The objects that {@code index} finds by {@code term}, as they are together, by key. */
  public List<Item<T>> items(Index<T> index, String term) {
    return reading(() -> found(index, term).stream().map(items::get).toList());
  }

  /** The keys of the objects that {@code index} finds by {@code term}, sorted. */
  public List<ObjectKey> keys(Index<T> index, String term) {
    return reading(() -> List.copyOf(found(index, term)));
  }

  /** All terms by which {@code index} finds something, sorted. */
  public List<String> terms(Index<T> index) {
    return reading(() -> List.copyOf(new TreeSet<>(termsOf(index).keySet())));
  }

  @Override
  public void upsert(Item<T> item) {
    write(
        changes -> {
          Item<T> known = items.get(item.key());
          if (known == null || !item.version().isOlderThan(known.version())) {
            put(item, changes);
          }
        });
  }

  @Override
  public void remove(ObjectKey key, ResourceVersion version) {
    write(
        changes -> {
          Item<T> known = items.get(key);
          if (known != null && !version.isOlderThan(known.version())) {
            drop(key, changes);
          }
        });
  }

  @Override
  public void replace(Replacement<T> list) {
    write(
        changes -> {
          Set<ObjectKey> listed = new TreeSet<>(list.kept());
          list.items().forEach(item -> listed.add(item.key()));
          if (!list.keepsAbsent()) {
            absent(list.namespace(), listed).forEach(key -> drop(key, changes));
          }
          list.items().forEach(item -> put(item, changes));
        });
  }

  private List<ObjectKey> absent(String namespace, Set<ObjectKey> listed) {
    return items.keySet().stream()
        .filter(key -> namespace.isEmpty() || key.namespace().equals(namespace))
        .filter(key -> !listed.contains(key))
        .toList();
  }

  private void put(Item<T> item, List<Change<T>> changes) {
    Item<T> known = items.get(item.key());
    if (known != null && known.value().equals(item.value())) {
      items.put(known.key(), new Item<>(known.key(), item.version(), known.value()));
      return;
    }
    T before = known == null ? null : known.value();
    ObjectKey key = known == null ? item.key() : known.key();
    items.put(key, new Item<>(key, item.version(), item.value()));
    reindex(key, before, item.value());
    changes.add(new Change<>(key, before, item.value()));
  }

  private void drop(ObjectKey key, List<Change<T>> changes) {
    Item<T> known = items.remove(key);
    if (known != null) {
      reindex(key, known.value(), null);
      changes.add(new Change<>(key, known.value(), null));
    }
  }

  private void reindex(ObjectKey key, @Nullable T before, @Nullable T after) {
    indexes.forEach(
        (index, terms) -> {
          Set<String> old = before == null ? Set.of() : Set.copyOf(index.terms().apply(before));
          Set<String> now = after == null ? Set.of() : Set.copyOf(index.terms().apply(after));
          old.stream()
              .filter(term -> !now.contains(term))
              .forEach(term -> forget(terms, term, key));
          now.forEach(term -> terms.computeIfAbsent(term, any -> new TreeSet<>()).add(key));
        });
  }

  private static void forget(Map<String, Set<ObjectKey>> terms, String term, ObjectKey key) {
    Set<ObjectKey> keys = terms.get(term);
    if (keys != null && keys.remove(key) && keys.isEmpty()) {
      terms.remove(term);
    }
  }

  private Set<ObjectKey> found(Index<T> index, String term) {
    return termsOf(index).getOrDefault(term, Set.of());
  }

  private Map<String, Set<ObjectKey>> termsOf(Index<T> index) {
    Map<String, Set<ObjectKey>> terms = indexes.get(index);
    if (terms == null) {
      throw new IllegalArgumentException("the store has no index " + index.name());
    }
    return terms;
  }

  private <R> R reading(java.util.function.Supplier<R> read) {
    lock.readLock().lock();
    try {
      return read.get();
    } finally {
      lock.readLock().unlock();
    }
  }

  private void write(Consumer<List<Change<T>>> change) {
    writing.lock();
    try {
      List<Change<T>> changes = new ArrayList<>();
      lock.writeLock().lock();
      try {
        change.accept(changes);
      } finally {
        lock.writeLock().unlock();
      }
      changes.forEach(this::tell);
    } finally {
      writing.unlock();
    }
  }

  private void tell(Change<T> change) {
    for (Consumer<? super Change<T>> listener : listeners) {
      try {
        listener.accept(change);
      } catch (RuntimeException bug) {
        LOG.error("A listener failed on the change of {}", change.key(), bug);
      }
    }
  }
}

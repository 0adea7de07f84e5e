/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Interner;
import com.google.common.collect.Interners;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a node is shown of every slice, kept up to date change by change (RULES 27, 29). Each change
 * answers with the slices that look different now, and no others: a change in another unit answers
 * with nothing. After any sequence of changes it shows what {@link TopologyFilter} shows of what is
 * there now, save that a Service whose annotations became unreadable keeps what they said last.
 *
 * <p>A slice of a Service that is not known shows no endpoints until the Service is: it may be a
 * filtered one. Work is in proportion to the slices that a change concerns. Memory is about twelve
 * bytes for each endpoint and some hundred for each slice. Not thread-safe.
 *
 * @param <K> how the caller names slices; equal names are the same slice
 */
public final class IncrementalFilter<K> {
  private final String localNode;
  private final Map<String, KnownNode> nodes = new HashMap<>();
  private final Map<ServiceName, KnownService<K>> services = new HashMap<>();
  private final Map<K, KnownSlice<K>> slices = new HashMap<>();
  private final List<@Nullable KnownSlice<K>> numbered = new ArrayList<>();
  private final BitSet numbers = new BitSet();
  private final Map<Topology, Proximity> proximities = new LinkedHashMap<>();
  private final Interner<String> strings = Interners.newWeakInterner();
  private final Interner<ImmutableList<String>> lists = Interners.newWeakInterner();

  /** A filter for the clients of {@code localNode} that knows of nothing yet. */
  public IncrementalFilter(String localNode) {
    this.localNode = localNode;
  }

  /** The node {@code name} is there, with these labels. */
  public Changes<K> node(String name, Map<String, String> labels) {
    NodeLabels now = new NodeLabels(labels, strings);
    KnownNode node = nodes.computeIfAbsent(name, KnownNode::new);
    NodeLabels before = node.labels();
    return before != null && before.sameAs(now) ? nothing() : relabelled(node, now);
  }

  /** The node {@code name} is gone. */
  public Changes<K> nodeRemoved(String name) {
    KnownNode node = nodes.get(name);
    if (node == null || node.labels() == null) {
      return nothing();
    }
    Changes<K> changes = relabelled(node, null);
    forgetIfUnused(node);
    return changes;
  }

  /**
   * The Service {@code name} is there, and its annotations say this.
   *
   * @param name a Service's; never one without a name
   */
  public Changes<K> service(ServiceName name, Topology.Reading reading) {
    KnownService<K> service = services.computeIfAbsent(name, KnownService::new);
    Topology before = service.topology();
    if (reading instanceof Topology.Reading.Stated stated) {
      return restated(service, stated.topology());
    }
    return restated(service, before == null ? Topology.UNFILTERED : before);
  }

  /** The Service {@code name} is gone. */
  public Changes<K> serviceRemoved(ServiceName name) {
    KnownService<K> service = services.get(name);
    if (service == null) {
      return nothing();
    }
    Changes<K> changes = restated(service, null);
    forgetIfUnused(service);
    return changes;
  }

  /** The slice {@code key} is there, in this version. */
  public Changes<K> slice(K key, SliceShape shape) {
    Evaluation changes = new Evaluation();
    KnownSlice<K> known = slices.get(key);
    if (known != null && !known.service.name.equals(shape.service())) {
      drop(known, changes);
      known = null;
    }
    KnownSlice.Version version = version(shape);
    if (known == null) {
      known = add(key, shape.service(), version);
    } else {
      reindex(known, version);
    }
    changes.touch(known);
    return changes.evaluate();
  }

  /** The slice {@code key} is gone. What is shown of it is not among the changes. */
  public Changes<K> sliceRemoved(K key) {
    KnownSlice<K> known = slices.get(key);
    if (known == null) {
      return nothing();
    }
    Evaluation changes = new Evaluation();
    drop(known, changes);
    return changes.evaluate();
  }

  /** What the node is shown of the newest version of the slice {@code key}. */
  public Optional<Shown> shown(K key) {
    return Optional.ofNullable(slices.get(key)).map(KnownSlice::shown);
  }

  /** What is in force for the Service {@code name}; nothing while it is not known. */
  public Optional<Topology> topologyOf(ServiceName name) {
    return Optional.ofNullable(services.get(name)).map(KnownService::topology);
  }

  /** The slices of the Service {@code name}, in the order in which they were first seen. */
  public ImmutableList<K> slicesOf(ServiceName name) {
    KnownService<K> service = services.get(name);
    return service == null
        ? ImmutableList.of()
        : service.slices.stream().map(slice -> slice.key).collect(ImmutableList.toImmutableList());
  }

  /** How much is remembered: nothing once everything that was told is taken back. */
  int remembered() {
    return nodes.size()
        + services.size()
        + slices.size()
        + proximities.size()
        + numbers.cardinality();
  }

  private Changes<K> relabelled(KnownNode node, @Nullable NodeLabels labels) {
    node.label(labels);
    Evaluation changes = new Evaluation();
    if (node.name.equals(localNode)) {
      proximities.values().forEach(proximity -> proximity.localIs(labels));
      nodes.values().forEach(any -> compare(any, changes));
    } else {
      compare(node, changes);
    }
    return changes.evaluate();
  }

  private void compare(KnownNode node, Evaluation changes) {
    for (Proximity proximity : proximities.values()) {
      if (node.compare(proximity)) {
        changes.touch(node.slices);
      }
    }
  }

  private Changes<K> restated(KnownService<K> service, @Nullable Topology now) {
    Topology before = service.topology();
    if (now == null ? before == null : now.equals(before)) {
      return nothing();
    }
    Proximity old = service.proximity();
    service.state(now, now == null || !now.filters() ? null : enter(now));
    leave(old);
    Evaluation changes = new Evaluation();
    service.slices.forEach(changes::touch);
    changes.concern(service.name);
    return changes.evaluate();
  }

  private Proximity enter(Topology topology) {
    Proximity proximity = proximities.get(topology);
    if (proximity == null) {
      proximity = new Proximity(topology, freeIndex(), localLabels());
      proximities.put(topology, proximity);
      for (KnownNode node : nodes.values()) {
        node.compare(proximity);
      }
    }
    proximity.services++;
    return proximity;
  }

  private void leave(@Nullable Proximity proximity) {
    if (proximity != null && --proximity.services == 0) {
      proximities.remove(proximity.topology);
    }
  }

  private int freeIndex() {
    BitSet used = new BitSet();
    proximities.values().forEach(proximity -> used.set(proximity.index));
    return used.nextClearBit(0);
  }

  private @Nullable NodeLabels localLabels() {
    KnownNode local = nodes.get(localNode);
    return local == null ? null : local.labels();
  }

  private KnownSlice.Version version(SliceShape shape) {
    KnownNode[] at = new KnownNode[shape.size()];
    BitSet ready = new BitSet(shape.size());
    for (int place = 0; place < at.length; place++) {
      String node = shape.nodeOrNull(place);
      at[place] = node == null ? null : known(node);
      ready.set(place, shape.ready(place));
    }
    return new KnownSlice.Version(
        strings.intern(shape.addressType()),
        lists.intern(shape.ports()),
        at,
        ready,
        shape.fingerprints());
  }

  private KnownNode known(String name) {
    KnownNode node = nodes.get(name);
    if (node == null) {
      node = new KnownNode(name);
      nodes.put(name, node);
    }
    return node;
  }

  private KnownSlice<K> add(K key, ServiceName name, KnownSlice.Version version) {
    KnownService<K> service = services.computeIfAbsent(name, KnownService::new);
    int number = numbers.nextClearBit(0);
    numbers.set(number);
    KnownSlice<K> slice = new KnownSlice<>(key, number, service, version);
    if (number == numbered.size()) {
      numbered.add(slice);
    } else {
      numbered.set(number, slice);
    }
    slices.put(key, slice);
    service.slices.add(slice);
    index(slice);
    return slice;
  }

  private void reindex(KnownSlice<K> slice, KnownSlice.Version newer) {
    KnownNode[] before = slice.version().nodes();
    for (KnownNode node : before) {
      if (node != null) {
        node.slices.clear(slice.number);
      }
    }
    slice.become(newer);
    index(slice);
    forgetUnused(before);
  }

  private void index(KnownSlice<K> slice) {
    for (KnownNode node : slice.version().nodes()) {
      if (node != null) {
        node.slices.set(slice.number);
      }
    }
  }

  private void drop(KnownSlice<K> slice, Evaluation changes) {
    KnownNode[] at = slice.version().nodes();
    for (KnownNode node : at) {
      if (node != null) {
        node.slices.clear(slice.number);
      }
    }
    forgetUnused(at);
    numbers.clear(slice.number);
    numbered.set(slice.number, null);
    slices.remove(slice.key);
    slice.service.slices.remove(slice);
    changes.concern(slice.service.name);
    slice.service.slices.forEach(changes::touch);
    forgetIfUnused(slice.service);
  }

  private void forgetUnused(@Nullable KnownNode[] candidates) {
    for (KnownNode node : candidates) {
      if (node != null) {
        forgetIfUnused(node);
      }
    }
  }

  private void forgetIfUnused(KnownNode node) {
    if (node.isForgettable()) {
      nodes.remove(node.name);
    }
  }

  private void forgetIfUnused(KnownService<K> service) {
    if (service.isForgettable()) {
      services.remove(service.name);
    }
  }

  private KnownSlice<K> numbered(int number) {
    KnownSlice<K> slice = numbered.get(number);
    if (slice == null) {
      throw new IllegalStateException("no slice has the number " + number);
    }
    return slice;
  }

  private Changes<K> nothing() {
    return new Changes<>(ImmutableList.of(), ImmutableSet.of());
  }

  /** Decides anew what may have changed. */
  private final class Evaluation {
    private final BitSet touched = new BitSet();
    private final Map<KnownService<K>, Acceptance> acceptances = new HashMap<>();
    private final Set<ServiceName> concerned = new LinkedHashSet<>();
    private final ImmutableList.Builder<Changes.Slice<K>> changed = ImmutableList.builder();

    void touch(KnownSlice<K> slice) {
      touched.set(slice.number);
    }

    void touch(BitSet numbers) {
      touched.or(numbers);
    }

    void concern(ServiceName service) {
      concerned.add(service);
    }

    Changes<K> evaluate() {
      touchSiblings();
      for (int number = touched.nextSetBit(0);
          number >= 0;
          number = touched.nextSetBit(number + 1)) {
        show(numbered(number));
      }
      return new Changes<>(changed.build(), ImmutableSet.copyOf(concerned));
    }

    /** What a slice keeps may change with what another one holds: then all are decided at once. */
    private void touchSiblings() {
      BitSet first = (BitSet) touched.clone();
      for (int number = first.nextSetBit(0); number >= 0; number = first.nextSetBit(number + 1)) {
        KnownService<K> service = numbered(number).service;
        if (service.looksAtAllSlices() && !acceptances.containsKey(service)) {
          acceptances.put(service, service.acceptance());
          service.slices.forEach(this::touch);
        }
      }
    }

    private void show(KnownSlice<K> slice) {
      Shown shown = slice.decide(acceptances.get(slice.service));
      if (slice.show(shown)) {
        concern(slice.service.name);
        changed.add(new Changes.Slice<>(slice.key, slice.service.name, shown));
      }
    }
  }
}

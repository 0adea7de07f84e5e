/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.cache;

import dev.unitgrid.core.topology.Changes;
import dev.unitgrid.core.topology.IncrementalFilter;
import dev.unitgrid.core.topology.ServiceName;
import dev.unitgrid.core.topology.Shown;
import dev.unitgrid.core.topology.SliceRenderer;
import dev.unitgrid.core.topology.Topology;
import dev.unitgrid.node.serve.ServedObject;
import dev.unitgrid.runtime.codec.Item;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.reflect.Replacement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The EndpointSlices as this node is shown them. Every change of nodes, Services and slices goes
 * through here to the filter, and what the filter says changed is served. Nothing is served before
 * {@link #begin}. Used by the one loop only, save {@link #held}.
 */
final class FilteredSlices {
  private final IncrementalFilter<ObjectKey> filter;
  private final FilteredKind kind;
  private final Packer packer;
  private final HeldSlice.Decoder decoder;
  private final Consumer<Collection<ServiceName>> dirty;
  private final Map<ObjectKey, Packer.Packed> held = new ConcurrentHashMap<>();

  /**
   * Slices of which none is known.
   *
   * @param dirty hears of Services whose endpoints look different, once it is served so
   */
  FilteredSlices(
      String localNode,
      FilteredKind kind,
      Packer packer,
      HeldSlice.Decoder decoder,
      Consumer<Collection<ServiceName>> dirty) {
    this.filter = new IncrementalFilter<>(localNode);
    this.kind = kind;
    this.packer = packer;
    this.decoder = decoder;
    this.dirty = dirty;
  }

  /** All slices, whole. May be read on any thread. */
  Map<ObjectKey, Packer.Packed> held() {
    return held;
  }

  /** What is in force for a Service; nothing while it is not known. */
  @Nullable Topology topologyOf(ServiceName service) {
    return filter.topologyOf(service).orElse(null);
  }

  /** The slices of a Service, whole but for what is not shown of them. */
  List<byte[]> shownOf(ServiceName service) {
    List<byte[]> shown = new ArrayList<>();
    for (ObjectKey key : filter.slicesOf(service)) {
      shown.add(render(key, filter.shown(key).orElseThrow(), null, 0));
    }
    return shown;
  }

  /** Takes a slice from before a restart. */
  void restore(ObjectKey key, Packer.Packed packed) {
    held.put(key, packed);
    filter.slice(key, decoder.shape(packer.unpack(packed)));
  }

  /** Serves what is known. */
  void begin(long upstream) {
    kind.begin(upstream, this::all);
  }

  void node(String name, Map<String, String> labels) {
    serve(filter.node(name, labels), null);
  }

  void nodeRemoved(String name) {
    serve(filter.nodeRemoved(name), null);
  }

  void service(ServiceName name, Topology.Reading reading) {
    serve(filter.service(name, reading), null);
  }

  void serviceRemoved(ServiceName name) {
    serve(filter.serviceRemoved(name), null);
  }

  void slice(ObjectKey key, HeldSlice slice) {
    held.put(key, slice.packed());
    serve(filter.slice(key, slice.shape()), new Fresh(key, slice.whole()));
  }

  void sliceRemoved(ObjectKey key) {
    if (held.remove(key) == null) {
      return;
    }
    Changes<ObjectKey> changes = filter.sliceRemoved(key);
    if (!kind.isReady()) {
      return;
    }
    FilteredKind.Batch batch = kind.batch();
    batch.gone(key);
    put(changes, null, batch);
    batch.commit();
    dirty.accept(changes.services());
  }

  /** A complete list: only the differences go through the filter, and are served as one. */
  void replace(Replacement<HeldSlice> list) {
    Set<ObjectKey> touched = new LinkedHashSet<>();
    Set<ServiceName> services = new LinkedHashSet<>();
    Set<ObjectKey> listed = new HashSet<>();
    for (Item<HeldSlice> item : list.items()) {
      listed.add(item.key());
      Packer.Packed before = held.put(item.key(), item.value().packed());
      if (before == null || !before.sameAs(item.value().packed())) {
        note(filter.slice(item.key(), item.value().shape()), touched, services);
      }
    }
    List<ObjectKey> gone =
        held.keySet().stream().filter(key -> !listed.contains(key) && list.lacks(key)).toList();
    for (ObjectKey key : gone) {
      held.remove(key);
      note(filter.sliceRemoved(key), touched, services);
    }
    if (kind.isReady()) {
      serveDifferences(touched, gone);
      dirty.accept(services);
    }
  }

  private static void note(
      Changes<ObjectKey> changes, Set<ObjectKey> touched, Set<ServiceName> services) {
    changes.slices().forEach(slice -> touched.add(slice.key()));
    services.addAll(changes.services());
  }

  /** What changed there and back on the way through the list is no difference. */
  private void serveDifferences(Set<ObjectKey> touched, List<ObjectKey> gone) {
    FilteredKind.Batch batch = kind.batch();
    gone.forEach(batch::gone);
    touched.removeAll(gone);
    for (ObjectKey key : touched) {
      Shown shown = filter.shown(key).orElseThrow();
      byte[] whole = whole(key, null);
      batch.put(key, version -> SliceRenderer.render(whole, shown, text(version)));
    }
    batch.commit();
  }

  private void serve(Changes<ObjectKey> changes, @Nullable Fresh fresh) {
    if (changes.isEmpty() || !kind.isReady()) {
      return;
    }
    FilteredKind.Batch batch = kind.batch();
    put(changes, fresh, batch);
    batch.commit();
    dirty.accept(changes.services());
  }

  private void put(Changes<ObjectKey> changes, @Nullable Fresh fresh, FilteredKind.Batch batch) {
    for (Changes.Slice<ObjectKey> slice : changes.slices()) {
      batch.put(slice.key(), version -> render(slice.key(), slice.shown(), fresh, version));
    }
  }

  private List<ServedObject> all(long version) {
    return held.keySet().stream()
        .map(
            key ->
                new ServedObject(
                    key, version, render(key, filter.shown(key).orElseThrow(), null, version)))
        .toList();
  }

  private byte[] render(ObjectKey key, Shown shown, @Nullable Fresh fresh, long version) {
    return SliceRenderer.render(whole(key, fresh), shown, text(version));
  }

  private byte[] whole(ObjectKey key, @Nullable Fresh fresh) {
    if (fresh != null && fresh.whole != null && fresh.key.equals(key)) {
      return fresh.whole;
    }
    Packer.Packed packed = held.get(key);
    if (packed == null) {
      throw new IllegalStateException("the filter knows " + key + ", which is not held");
    }
    return packer.unpack(packed);
  }

  private static String text(long version) {
    return Long.toString(version);
  }

  /** The slice that was just read needs no unpacking. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Fresh(ObjectKey key, byte @Nullable [] whole) {}
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.cache;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.topology.EndpointsRenderer;
import dev.unitgrid.core.topology.ServiceName;
import dev.unitgrid.core.topology.Topology;
import dev.unitgrid.node.serve.ServedObject;
import dev.unitgrid.node.serve.ServedResource;
import dev.unitgrid.runtime.codec.Item;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.reflect.Replacement;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Endpoints as this node is shown them: those of filtered Services are made of slices (RULE 28),
 * the others are the API server's. They follow the slices in batches of their own, so that a change
 * of many Services does not hold up their slices. Used by the one loop only, save {@link #held}.
 */
final class FilteredEndpoints {
  private static final int AT_A_TIME = 64;

  private final FilteredKind kind;
  private final FilteredSlices slices;
  private final Map<ObjectKey, ServedObject> services;
  private final Packer packer;
  private final Executor loop;
  private final ServedForm form = new ServedForm(ServedResource.ENDPOINTS.type());
  private final Map<ObjectKey, Packer.Packed> held = new ConcurrentHashMap<>();
  private final Set<ObjectKey> dirty = new LinkedHashSet<>();
  private boolean cleaning;

  FilteredEndpoints(
      FilteredKind kind,
      FilteredSlices slices,
      Map<ObjectKey, ServedObject> services,
      Packer packer,
      Executor loop) {
    this.kind = kind;
    this.slices = slices;
    this.services = services;
    this.packer = packer;
    this.loop = loop;
  }

  /** All Endpoints as the API server has them. May be read on any thread. */
  Map<ObjectKey, Packer.Packed> held() {
    return held;
  }

  /** Takes Endpoints from before a restart. */
  void restore(ObjectKey key, Packer.Packed packed) {
    held.put(key, packed);
  }

  /** Serves what is known. */
  void begin(long upstream) {
    kind.begin(
        upstream,
        version ->
            held.keySet().stream()
                .map(key -> new ServedObject(key, version, form.of(shown(key), text(version))))
                .toList());
  }

  /** The endpoints of {@code names} look different, or their Services do. */
  void dirty(Collection<ServiceName> names) {
    if (kind.isReady()) {
      for (ServiceName name : names) {
        if (!name.name().isEmpty()) {
          dirty(new ObjectKey(name.namespace(), name.name()));
        }
      }
    }
  }

  /** A complete list. */
  void replace(Replacement<Packer.Packed> list) {
    Set<ObjectKey> listed = new HashSet<>();
    for (Item<Packer.Packed> item : list.items()) {
      listed.add(item.key());
      upsert(item.key(), item.value());
    }
    List<ObjectKey> gone =
        held.keySet().stream().filter(key -> !listed.contains(key) && list.lacks(key)).toList();
    gone.forEach(this::remove);
  }

  void upsert(ObjectKey key, Packer.Packed packed) {
    Packer.Packed before = held.put(key, packed);
    if (kind.isReady() && (before == null || !before.sameAs(packed))) {
      dirty(key);
    }
  }

  void remove(ObjectKey key) {
    if (held.remove(key) != null && kind.isReady()) {
      dirty.remove(key);
      FilteredKind.Batch batch = kind.batch();
      batch.gone(key);
      batch.commit();
    }
  }

  private void dirty(ObjectKey key) {
    if (!held.containsKey(key)) {
      return;
    }
    dirty.add(key);
    if (!cleaning) {
      cleaning = true;
      loop.execute(this::clean);
    }
  }

  private void clean() {
    FilteredKind.Batch batch = kind.batch();
    Iterator<ObjectKey> next = dirty.iterator();
    for (int count = 0; next.hasNext() && count < AT_A_TIME; count++) {
      ObjectKey key = next.next();
      next.remove();
      byte[] shown = shown(key);
      batch.put(key, version -> form.of(shown, text(version)));
    }
    batch.commit();
    cleaning = !dirty.isEmpty();
    if (cleaning) {
      loop.execute(this::clean);
    }
  }

  /** What is shown, but for the version. */
  private byte[] shown(ObjectKey key) {
    Packer.Packed packed = held.get(key);
    if (packed == null) {
      throw new IllegalStateException("no Endpoints " + key);
    }
    byte[] upstream = packer.unpack(packed);
    ServiceName name = new ServiceName(key.namespace(), key.name());
    Topology topology = slices.topologyOf(name);
    if (topology != null && !topology.filters()) {
      return upstream;
    }
    List<Json> shown = slices.shownOf(name).stream().map(Json::parse).toList();
    return EndpointsRenderer.render(Json.parse(upstream), family(key), shown, "").toBytes();
  }

  /** Endpoints have one family: the Service's first. */
  private String family(ObjectKey key) {
    ServedObject service = services.get(key);
    if (service == null) {
      return "";
    }
    List<Json> families = Json.parse(service.json()).get("spec", "ipFamilies").items();
    return families.isEmpty() ? "IPv4" : families.get(0).asString("");
  }

  private static String text(long version) {
    return Long.toString(version);
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.cache;

import dev.unitgrid.core.topology.ServiceName;
import dev.unitgrid.core.topology.Topology;
import dev.unitgrid.node.NodeMetrics;
import dev.unitgrid.node.serve.ServedKind;
import dev.unitgrid.node.serve.ServedObject;
import dev.unitgrid.node.serve.ServedResource;
import dev.unitgrid.runtime.codec.Item;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.codec.ResourceVersion;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.reflect.DeltaSink;
import dev.unitgrid.runtime.reflect.Replacement;
import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that a node agent knows of the cluster, and what is served of it. It takes what reflectors
 * learn, or what a snapshot kept, and tells the served kinds what changes. Used by the one loop
 * only; a snapshot reads the maps of its parts on its own thread.
 */
final class World {
  private static final Logger LOG = LoggerFactory.getLogger(World.class);

  private final Map<String, Map<String, String>> nodes = new ConcurrentHashMap<>();
  private final Map<ObjectKey, String> broken = new ConcurrentHashMap<>();
  private final Map<ObjectKey, Topology> inForce = new ConcurrentHashMap<>();
  private final Function<ServedResource, ServedKind> kinds;
  private final PlainKind services;
  private final PlainKind ownNode;
  private final PlainKind cidrs;
  private final FilteredKind sliceKind;
  private final FilteredKind endpointsKind;
  private final FilteredSlices slices;
  private final FilteredEndpoints endpoints;
  private final Metrics metrics;
  private final Runnable changed;
  private long upstream;

  /**
   * A world of which nothing is known.
   *
   * @param changed is called when there is something new to write down
   */
  World(
      String localNode,
      Function<ServedResource, ServedKind> kinds,
      Packer packer,
      HeldSlice.Decoder decoder,
      Executor loop,
      Clock clock,
      Metrics metrics,
      Runnable changed) {
    this.kinds = kinds;
    this.metrics = metrics;
    this.changed = changed;
    this.services = new PlainKind(kinds.apply(ServedResource.SERVICES));
    this.ownNode = new PlainKind(kinds.apply(ServedResource.OWN_NODE));
    this.cidrs = new PlainKind(kinds.apply(ServedResource.SERVICE_CIDRS));
    this.sliceKind = new FilteredKind(kinds.apply(ServedResource.ENDPOINT_SLICES), clock, changed);
    this.endpointsKind = new FilteredKind(kinds.apply(ServedResource.ENDPOINTS), clock, changed);
    this.slices = new FilteredSlices(localNode, sliceKind, packer, decoder, this::slicesChanged);
    this.endpoints = new FilteredEndpoints(endpointsKind, slices, services.objects(), packer, loop);
  }

  /** The labels of all nodes. May be read on any thread. */
  Map<String, Map<String, String>> nodes() {
    return nodes;
  }

  /** Services whose annotations cannot be read, and why. May be read on any thread. */
  Map<ObjectKey, String> broken() {
    return broken;
  }

  /** What is in force for each of {@link #broken}. May be read on any thread. */
  Map<ObjectKey, Topology> inForce() {
    return inForce;
  }

  PlainKind services() {
    return services;
  }

  PlainKind ownNode() {
    return ownNode;
  }

  PlainKind cidrs() {
    return cidrs;
  }

  FilteredKind sliceKind() {
    return sliceKind;
  }

  FilteredKind endpointsKind() {
    return endpointsKind;
  }

  FilteredSlices slices() {
    return slices;
  }

  FilteredEndpoints endpoints() {
    return endpoints;
  }

  /** Serves Services and slices from now on, and whatever else is known. */
  void begin() {
    services.begin();
    slices.begin(Math.max(upstream, services.reached()));
    for (PlainKind other : List.of(ownNode, cidrs)) {
      if (other.reached() > 0) {
        other.begin();
      }
    }
    LOG.info(
        "Serving {} Services and {} EndpointSlices",
        services.objects().size(),
        slices.held().size());
    changed.run();
  }

  /** Takes a Service from before a restart. */
  void restore(HeldService service, long version) {
    services.restore(service.object(), version);
    read(service);
  }

  /** Sink of the labels of all nodes. */
  DeltaSink<Map<String, String>> nodesSink(Runnable listed) {
    return new DeltaSink<>() {
      @Override
      public void replace(Replacement<Map<String, String>> list) {
        Set<String> names = new HashSet<>();
        list.items().forEach(item -> names.add(item.key().name()));
        list.items().forEach(this::upsert);
        nodes.keySet().stream()
            .filter(name -> !names.contains(name) && list.lacks(new ObjectKey("", name)))
            .toList()
            .forEach(World.this::nodeRemoved);
        listed.run();
      }

      @Override
      public void upsert(Item<Map<String, String>> item) {
        node(item.key().name(), item.value());
      }

      @Override
      public void remove(ObjectKey key, ResourceVersion version) {
        nodeRemoved(key.name());
      }
    };
  }

  /** Sink of all Services. */
  DeltaSink<HeldService> servicesSink(Runnable listed) {
    return new DeltaSink<>() {
      @Override
      public void replace(Replacement<HeldService> list) {
        Collection<ObjectKey> before = List.copyOf(services.objects().keySet());
        services.replace(
            list.items().stream().map(item -> item.value().object()).toList(),
            number(list.version()),
            list::lacks);
        list.items().forEach(item -> read(item.value()));
        before.stream()
            .filter(key -> !services.objects().containsKey(key))
            .forEach(World.this::serviceGone);
        changed.run();
        listed.run();
      }

      @Override
      public void upsert(Item<HeldService> item) {
        services.upsert(item.value().object());
        read(item.value());
        changed.run();
      }

      @Override
      public void remove(ObjectKey key, ResourceVersion version) {
        services.remove(key, number(version));
        serviceGone(key);
        changed.run();
      }
    };
  }

  /** Sink of all slices. */
  DeltaSink<HeldSlice> slicesSink(Runnable listed) {
    return new DeltaSink<>() {
      @Override
      public void replace(Replacement<HeldSlice> list) {
        upstream = Math.max(upstream, number(list.version()));
        slices.replace(list);
        changed.run();
        listed.run();
      }

      @Override
      public void upsert(Item<HeldSlice> item) {
        slices.slice(item.key(), item.value());
        changed.run();
      }

      @Override
      public void remove(ObjectKey key, ResourceVersion version) {
        slices.sliceRemoved(key);
        changed.run();
      }
    };
  }

  /** Sink of all Endpoints, which are served from the first list on. */
  DeltaSink<Packer.Packed> endpointsSink() {
    return new DeltaSink<>() {
      @Override
      public void replace(Replacement<Packer.Packed> list) {
        endpoints.replace(list);
        if (!endpointsKind.isReady()) {
          endpoints.begin(number(list.version()));
        }
        changed.run();
      }

      @Override
      public void upsert(Item<Packer.Packed> item) {
        endpoints.upsert(item.key(), item.value());
        changed.run();
      }

      @Override
      public void remove(ObjectKey key, ResourceVersion version) {
        endpoints.remove(key);
        changed.run();
      }
    };
  }

  /** Sink of a kind that is served as it is, from its first list on. */
  DeltaSink<ServedObject> plainSink(ServedResource resource, PlainKind kind) {
    return new DeltaSink<>() {
      @Override
      public void replace(Replacement<ServedObject> list) {
        kind.replace(
            list.items().stream().map(Item::value).toList(), number(list.version()), list::lacks);
        if (!kinds.apply(resource).isReady()) {
          kind.begin();
        }
        changed.run();
      }

      @Override
      public void upsert(Item<ServedObject> item) {
        kind.upsert(item.value());
        changed.run();
      }

      @Override
      public void remove(ObjectKey key, ResourceVersion version) {
        kind.remove(key, number(version));
        changed.run();
      }
    };
  }

  /** A node is there, with these labels. */
  void node(String name, Map<String, String> labels) {
    if (!labels.equals(nodes.put(name, labels))) {
      slices.node(name, labels);
      changed.run();
    }
  }

  private void nodeRemoved(String name) {
    if (nodes.remove(name) != null) {
      slices.nodeRemoved(name);
      changed.run();
    }
  }

  private void read(HeldService service) {
    ObjectKey key = service.object().key();
    ServiceName name = new ServiceName(key.namespace(), key.name());
    slices.service(name, service.reading());
    // The family of its Endpoints may have changed, which the filter does not know of.
    endpoints.dirty(List.of(name));
    if (service.reading() instanceof Topology.Reading.Broken unreadable) {
      unreadable(key, unreadable.sentence(), slices.topologyOf(name));
    } else if (broken.remove(key) != null) {
      inForce.remove(key);
      LOG.info("Service {}: its annotations can be read again", key);
    }
  }

  private void unreadable(ObjectKey key, String sentence, @Nullable Topology kept) {
    if (kept != null) {
      inForce.put(key, kept);
    }
    if (!sentence.equals(broken.put(key, sentence))) {
      metrics.count(NodeMetrics.BROKEN_ANNOTATIONS);
      String keys = kept == null || !kept.filters() ? "no filter" : kept.keys().toString();
      LOG.warn("Service {}: {}; in force stays: {}", key, sentence, keys);
    }
  }

  private void serviceGone(ObjectKey key) {
    broken.remove(key);
    inForce.remove(key);
    slices.serviceRemoved(new ServiceName(key.namespace(), key.name()));
  }

  private void slicesChanged(Collection<ServiceName> names) {
    endpoints.dirty(names);
  }

  private static long number(ResourceVersion version) {
    return version.isNone() ? 0 : Long.parseLong(version.text());
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.dns;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.core.dns.DnsSettings;
import dev.unitgrid.core.dns.GoverningService;
import dev.unitgrid.core.dns.HeadlessDns;
import dev.unitgrid.core.dns.NameRecord;
import dev.unitgrid.core.dns.ObservedStatefulSet;
import dev.unitgrid.core.dns.ServiceNames;
import dev.unitgrid.core.dns.SliceNames;
import dev.unitgrid.core.dns.Withheld;
import dev.unitgrid.core.topology.ServiceName;
import dev.unitgrid.runtime.codec.Item;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.codec.ResourceVersion;
import dev.unitgrid.runtime.reflect.DeltaSink;
import dev.unitgrid.runtime.reflect.Replacement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of names, told by reflectors. Used by the one loop only; the counts are read by
 * anybody.
 */
final class Names {
  private static final Logger LOG = LoggerFactory.getLogger(Names.class);

  private final String localNode;
  private final HeadlessDns<ObjectKey> dns;
  private final Executor loop;
  private final Runnable changed;
  private final Map<ServiceName, ServiceNames> known =
      new TreeMap<>(Comparator.comparing(ServiceName::namespace).thenComparing(ServiceName::name));
  private final Set<Kind> awaited = EnumSet.allOf(Kind.class);
  // Written by the loop, read by anybody.
  private volatile boolean listed;
  private volatile boolean nodeKnown;
  private volatile int names;
  private volatile int withheld;
  private boolean hasNews = true; // that there is nothing is news too, the first time

  /** What must be listed before anything is written. */
  private enum Kind {
    NODES,
    SERVICES,
    STATEFUL_SETS,
    SLICES
  }

  /**
   * Nothing is known.
   *
   * @param changed is called on the loop when there is something new, and nothing is missing
   */
  Names(String localNode, DnsSettings settings, Executor loop, Runnable changed) {
    this.localNode = localNode;
    this.dns = new HeadlessDns<>(settings);
    this.loop = loop;
    this.changed = changed;
  }

  boolean listed() {
    return listed;
  }

  boolean nodeKnown() {
    return nodeKnown;
  }

  int count() {
    return names;
  }

  int withheld() {
    return withheld;
  }

  /** Whether what is known may be written: nothing of it is missing. */
  boolean isWhole() {
    return listed && nodeKnown;
  }

  /** All names, in a stable order. */
  List<ImmutableList<NameRecord>> records() {
    return known.values().stream().map(ServiceNames::records).toList();
  }

  // Sinks

  /** The labels of the local node; of all others too, where plain names are closed. */
  DeltaSink<Map<String, String>> nodes() {
    return new Sink<>(Kind.NODES, labels -> true) {
      @Override
      List<ServiceNames> put(ObjectKey key, Map<String, String> labels) {
        return node(key.name(), labels);
      }

      @Override
      List<ServiceNames> drop(ObjectKey key) {
        return nodeRemoved(key.name());
      }
    };
  }

  DeltaSink<Optional<GoverningService>> services() {
    return new Sink<>(Kind.SERVICES, Optional::isPresent) {
      @Override
      List<ServiceNames> put(ObjectKey key, Optional<GoverningService> service) {
        return service.isPresent() ? dns.service(service.get()) : drop(key);
      }

      @Override
      List<ServiceNames> drop(ObjectKey key) {
        return dns.serviceRemoved(new ServiceName(key.namespace(), key.name()));
      }
    };
  }

  DeltaSink<ObservedStatefulSet> statefulSets() {
    return new Sink<>(Kind.STATEFUL_SETS, set -> true) {
      @Override
      List<ServiceNames> put(ObjectKey key, ObservedStatefulSet set) {
        return dns.statefulSet(set);
      }

      @Override
      List<ServiceNames> drop(ObjectKey key) {
        return dns.statefulSetRemoved(key.namespace(), key.name());
      }
    };
  }

  DeltaSink<SliceNames> slices() {
    return new Sink<>(Kind.SLICES, slice -> !slice.isEmpty()) {
      @Override
      List<ServiceNames> put(ObjectKey key, SliceNames slice) {
        return dns.slice(key, slice);
      }

      @Override
      List<ServiceNames> drop(ObjectKey key) {
        return dns.sliceRemoved(key);
      }
    };
  }

  private List<ServiceNames> node(String name, Map<String, String> labels) {
    List<ServiceNames> news = new ArrayList<>(dns.node(name, labels));
    if (name.equals(localNode)) {
      news.addAll(dns.localNode(labels));
      nodeKnown = true;
    }
    return news;
  }

  /** The local node's names live on: it is the same place, whatever happens to its Node. */
  private List<ServiceNames> nodeRemoved(String name) {
    if (!name.equals(localNode)) {
      return dns.nodeRemoved(name);
    }
    nodeKnown = false;
    LOG.warn("There is no node {} any more: the hosts file stays as it is until it is", name);
    return List.of();
  }

  private void listed(Kind kind) {
    if (awaited.remove(kind) && awaited.isEmpty()) {
      listed = true;
      if (!nodeKnown) {
        LOG.warn("There is no node {}: the hosts file stays as it is until it is", localNode);
      }
    }
  }

  /** Without a change of a name nobody is told, and nothing is done. */
  private void tell() {
    if (hasNews && listed && nodeKnown) {
      hasNews = false;
      changed.run();
    }
  }

  private void take(List<ServiceNames> news) {
    news.forEach(this::take);
    if (!news.isEmpty()) {
      hasNews = true;
      names = known.values().stream().mapToInt(each -> each.records().size()).sum();
      withheld = known.values().stream().mapToInt(each -> each.withheld().size()).sum();
    }
  }

  private void take(ServiceNames now) {
    ServiceNames before =
        now.records().isEmpty() && now.withheld().isEmpty()
            ? known.remove(now.service())
            : known.put(now.service(), now);
    for (Withheld each : now.withheld()) {
      if (before == null || !before.withheld().contains(each)) {
        LOG.warn("{} is not answered: {}", each.name(), each.sentence());
      }
    }
  }

  /** Hands what a reflector learns on its threads to the loop. */
  private abstract class Sink<T> implements DeltaSink<T> {
    private final Kind kind;
    private final Predicate<T> kept;
    private final Set<ObjectKey> keys = new HashSet<>();

    /**
     * A sink.
     *
     * @param kept whether anything is remembered of a value; if not, its end is no news either
     */
    Sink(Kind kind, Predicate<T> kept) {
      this.kind = kind;
      this.kept = kept;
    }

    abstract List<ServiceNames> put(ObjectKey key, T value);

    abstract List<ServiceNames> drop(ObjectKey key);

    @Override
    public void replace(Replacement<T> list) {
      loop.execute(() -> replaced(list));
    }

    private void replaced(Replacement<T> list) {
      Set<ObjectKey> present = new HashSet<>();
      list.items().forEach(item -> present.add(item.key()));
      List<ObjectKey> gone =
          keys.stream().filter(key -> !present.contains(key) && list.lacks(key)).toList();
      list.items().forEach(this::putItem);
      gone.forEach(this::dropKey);
      listed(kind);
      tell();
    }

    @Override
    public void upsert(Item<T> item) {
      loop.execute(
          () -> {
            putItem(item);
            tell();
          });
    }

    @Override
    public void remove(ObjectKey key, ResourceVersion version) {
      loop.execute(
          () -> {
            dropKey(key);
            tell();
          });
    }

    private void putItem(Item<T> item) {
      boolean before = keys.contains(item.key());
      if (kept.test(item.value())) {
        keys.add(item.key());
      } else if (before) {
        keys.remove(item.key());
      } else {
        return;
      }
      take(put(item.key(), item.value()));
    }

    private void dropKey(ObjectKey key) {
      if (keys.remove(key)) {
        take(drop(key));
      }
    }
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.dns;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.core.topology.ServiceName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The names that a node's DNS answers from its own unit, kept up to date change by change (RULE
 * 32): told what is there, it answers with the Services whose names are other ones now. One change
 * costs the work of one Service; what concerns other units only changes nothing.
 *
 * <p>The order in which it is told things does not matter, and nothing is answered of a Service
 * before it, its StatefulSets and the local node are known. Not thread-safe.
 *
 * @param <K> how the caller names slices
 */
public final class HeadlessDns<K> {
  private final DnsSettings settings;
  private final Map<ServiceName, Known<K>> services = new TreeMap<>(BY_NAME);
  private final Map<K, ServiceName> serviceOfSlice = new HashMap<>();
  private final Map<ServiceName, ServiceName> serviceOfSet = new HashMap<>();
  private final Map<String, Map<String, String>> nodes = new HashMap<>();
  private Map<String, String> localLabels = Map.of();
  private long worked;

  private static final java.util.Comparator<ServiceName> BY_NAME =
      java.util.Comparator.comparing(ServiceName::namespace).thenComparing(ServiceName::name);

  /** Knows nothing yet. */
  public HeadlessDns(DnsSettings settings) {
    this.settings = settings;
  }

  /** What is known of one Service. */
  private static final class Known<K> {
    private final Map<String, ObservedStatefulSet> sets = new TreeMap<>();
    private final Map<K, SliceNames> slices = new HashMap<>();
    private @Nullable GoverningService service;
    private ServiceNames names;

    Known(ServiceName name) {
      this.names = ServiceNames.none(name);
    }

    boolean isForgettable() {
      return service == null && sets.isEmpty() && slices.isEmpty();
    }
  }

  /** All names at once; sorted by Service. Without what has none and withholds none. */
  public static ImmutableList<ServiceNames> all(
      DnsSettings settings,
      Map<String, String> localLabels,
      Map<String, Map<String, String>> labelsOfNodes,
      Collection<GoverningService> services,
      Collection<ObservedStatefulSet> sets,
      Collection<SliceNames> slices) {
    ImmutableList.Builder<ServiceNames> all = ImmutableList.builder();
    services.stream()
        .sorted(java.util.Comparator.comparing(GoverningService::name, BY_NAME))
        .map(
            service ->
                names(
                    settings,
                    localLabels,
                    labelsOfNodes::get,
                    service,
                    sets.stream().filter(set -> set.service().equals(service.name())).toList(),
                    slices.stream().filter(each -> each.service().equals(service.name())).toList()))
        .filter(names -> !names.records().isEmpty() || !names.withheld().isEmpty())
        .forEach(all::add);
    return all.build();
  }

  private static ServiceNames names(
      DnsSettings settings,
      Map<String, String> localLabels,
      Function<String, ? extends @Nullable Map<String, String>> labelsOfNode,
      GoverningService service,
      Collection<ObservedStatefulSet> sets,
      Collection<SliceNames> slices) {
    String unit = localLabels.getOrDefault(service.unitKey(), "");
    List<SliceNames.Endpoint> endpoints = new ArrayList<>();
    slices.forEach(slice -> endpoints.addAll(slice.endpoints()));
    return new Naming(settings, service, sets, unit).names(endpoints, labelsOfNode);
  }

  /** What is answered of {@code service} now. */
  public ServiceNames namesOf(ServiceName service) {
    Known<K> known = services.get(service);
    return known == null ? ServiceNames.none(service) : known.names;
  }

  /** The local node has these labels; none if it is not known. */
  public ImmutableList<ServiceNames> localNode(Map<String, String> labels) {
    Map<String, String> before = localLabels;
    localLabels = Map.copyOf(labels);
    return workWhere(service -> differs(before, localLabels, service.unitKey()));
  }

  /** A node has these labels. Only {@link DnsSettings#closedHeadless} asks where nodes are. */
  public ImmutableList<ServiceNames> node(String name, Map<String, String> labels) {
    return settings.closedHeadless()
        ? nodeChanged(nodes.put(name, Map.copyOf(labels)), labels)
        : ImmutableList.of();
  }

  /** A node is gone. */
  public ImmutableList<ServiceNames> nodeRemoved(String name) {
    return nodeChanged(nodes.remove(name), Map.of());
  }

  private ImmutableList<ServiceNames> nodeChanged(
      @Nullable Map<String, String> before, Map<String, String> now) {
    Map<String, String> former = before == null ? Map.of() : before;
    return workWhere(service -> service.headless() && differs(former, now, service.unitKey()));
  }

  private static boolean differs(Map<String, String> one, Map<String, String> other, String key) {
    return !Objects.equals(one.get(key), other.get(key));
  }

  /** A Service is new, or as it is now. */
  public ImmutableList<ServiceNames> service(GoverningService service) {
    Known<K> known = known(service.name());
    if (service.equals(known.service)) {
      return ImmutableList.of();
    }
    known.service = service;
    return work(service.name());
  }

  /** A Service is gone, or no ServiceGrid's any more. */
  public ImmutableList<ServiceNames> serviceRemoved(ServiceName name) {
    Known<K> known = services.get(name);
    if (known == null || known.service == null) {
      return ImmutableList.of();
    }
    known.service = null;
    return work(name);
  }

  /** A StatefulSet is new, or as it is now. */
  public ImmutableList<ServiceNames> statefulSet(ObservedStatefulSet set) {
    ServiceName key = new ServiceName(set.namespace(), set.name());
    ServiceName before = serviceOfSet.put(key, set.service());
    ImmutableList.Builder<ServiceNames> changed = ImmutableList.builder();
    if (before != null && !before.equals(set.service())) {
      changed.addAll(withoutSet(before, set.name()));
    }
    if (!set.equals(known(set.service()).sets.put(set.name(), set))) {
      changed.addAll(work(set.service()));
    }
    return changed.build();
  }

  /** A StatefulSet is gone. */
  public ImmutableList<ServiceNames> statefulSetRemoved(String namespace, String name) {
    ServiceName before = serviceOfSet.remove(new ServiceName(namespace, name));
    return before == null ? ImmutableList.of() : withoutSet(before, name);
  }

  private ImmutableList<ServiceNames> withoutSet(ServiceName service, String name) {
    known(service).sets.remove(name);
    return work(service);
  }

  /** A slice is new, or as it is now. */
  public ImmutableList<ServiceNames> slice(K key, SliceNames slice) {
    if (slice.isEmpty()) {
      return sliceRemoved(key);
    }
    ServiceName before = serviceOfSlice.put(key, slice.service());
    ImmutableList.Builder<ServiceNames> changed = ImmutableList.builder();
    if (before != null && !before.equals(slice.service())) {
      changed.addAll(withoutSlice(before, key));
    }
    if (!slice.equals(known(slice.service()).slices.put(key, slice))) {
      changed.addAll(work(slice.service()));
    }
    return changed.build();
  }

  /** A slice is gone. */
  public ImmutableList<ServiceNames> sliceRemoved(K key) {
    ServiceName before = serviceOfSlice.remove(key);
    return before == null ? ImmutableList.of() : withoutSlice(before, key);
  }

  private ImmutableList<ServiceNames> withoutSlice(ServiceName service, K key) {
    known(service).slices.remove(key);
    return work(service);
  }

  private Known<K> known(ServiceName name) {
    return services.computeIfAbsent(name, Known::new);
  }

  private ImmutableList<ServiceNames> workWhere(
      java.util.function.Predicate<GoverningService> concerned) {
    ImmutableList.Builder<ServiceNames> changed = ImmutableList.builder();
    for (Map.Entry<ServiceName, Known<K>> entry : services.entrySet()) {
      GoverningService service = entry.getValue().service;
      if (service != null && concerned.test(service)) {
        changed.addAll(work(entry.getKey(), entry.getValue()));
      }
    }
    return changed.build();
  }

  private ImmutableList<ServiceNames> work(ServiceName name) {
    Known<K> known = known(name);
    ImmutableList<ServiceNames> changed = work(name, known);
    if (known.isForgettable()) {
      services.remove(name);
    }
    return changed;
  }

  private ImmutableList<ServiceNames> work(ServiceName name, Known<K> known) {
    ServiceNames now =
        known.service == null
            ? ServiceNames.none(name)
            : worked(known.service, known.sets.values(), known.slices.values());
    if (now.equals(known.names)) {
      return ImmutableList.of(); // whoever was told holds the former value: one of them is enough
    }
    known.names = now;
    return ImmutableList.of(now);
  }

  private ServiceNames worked(
      GoverningService service,
      Collection<ObservedStatefulSet> sets,
      Collection<SliceNames> slices) {
    worked++;
    return names(settings, localLabels, nodes::get, service, sets, slices);
  }

  /** How often the names of a Service were worked out. */
  long worked() {
    return worked;
  }
}

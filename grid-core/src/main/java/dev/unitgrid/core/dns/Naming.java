/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.dns;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.core.topology.TopologyFilter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Works out the names below one Service, on one node (RULE 32). Used once.
 *
 * <p>A real pod has its name whether it is ready or not, and in whatever unit: the cluster's own
 * DNS answers it, or nothing, but never the pod of another.
 */
final class Naming {
  /**
   * What a plain name answers where the unit has no ready pod and every other answer would be
   * another unit's: an address at which nobody is (RFC 6666). Without a record the query would fall
   * through to the cluster's DNS, which answers with all pods.
   */
  static final String NOBODY = "100::";

  private final DnsSettings settings;
  private final GoverningService service;
  private final Collection<ObservedStatefulSet> sets;
  private final String localUnit;
  private final Map<String, TreeSet<String>> addressesOfPod = new TreeMap<>();
  private final Set<String> realNames = new TreeSet<>();
  private final Map<String, Set<String>> claims = new TreeMap<>();
  private final Map<String, Collection<String>> records = new TreeMap<>();
  private final List<Withheld> withheld = new ArrayList<>();

  /**
   * The names below {@code service}.
   *
   * @param sets all StatefulSets whose pods have names below it
   * @param localUnit the local node's unit by the Service's unit key; empty for none
   */
  Naming(
      DnsSettings settings,
      GoverningService service,
      Collection<ObservedStatefulSet> sets,
      String localUnit) {
    this.settings = settings;
    this.service = service;
    this.sets = sets;
    this.localUnit = localUnit;
  }

  /**
   * The names.
   *
   * @param endpoints of all slices of the Service
   * @param labelsOfNode the labels of any node; null for one that is not known
   */
  ServiceNames names(
      List<SliceNames.Endpoint> endpoints,
      Function<String, ? extends @Nullable Map<String, String>> labelsOfNode) {
    endpoints.forEach(this::endpoint);
    List<ObservedStatefulSet> local = sets.stream().filter(this::isLocal).toList();
    local.forEach(this::claim);
    local.forEach(this::pods);
    if (settings.closedHeadless() && service.headless() && !localUnit.isEmpty()) {
      plainName(endpoints, labelsOfNode);
    }
    sets.forEach(this::mismatch);
    return result();
  }

  private boolean isLocal(ObservedStatefulSet set) {
    return set.child()
        .filter(child -> child.unitKey().equals(service.unitKey()))
        .filter(child -> !localUnit.isEmpty() && child.unit().equals(localUnit))
        .isPresent();
  }

  private void endpoint(SliceNames.Endpoint endpoint) {
    if (endpoint.hostname().isEmpty()) {
      return;
    }
    realNames.add(endpoint.hostname());
    if (endpoint.pod()) {
      Collection<String> addresses =
          addressesOfPod.computeIfAbsent(
              endpoint.hostname(), name -> new TreeSet<>(NameRecord.ADDRESSES));
      if (answers(endpoint)) {
        addresses.addAll(endpoint.addresses());
      }
    }
  }

  private boolean answers(SliceNames.Endpoint endpoint) {
    return endpoint.ready() || service.publishesNotReady();
  }

  private void claim(ObservedStatefulSet set) {
    claims.computeIfAbsent(gridOf(set), grid -> new TreeSet<>()).add(set.name());
  }

  private void pods(ObservedStatefulSet set) {
    addressesOfPod.forEach(
        (pod, addresses) -> {
          Optional<Long> ordinal = set.ordinalOf(pod);
          if (ordinal.isPresent() && !addresses.isEmpty()) {
            records.put(inFull(pod), addresses);
            unitFree(set, pod, ordinal.get(), addresses);
          }
        });
  }

  private void unitFree(
      ObservedStatefulSet set, String pod, long ordinal, Collection<String> addresses) {
    String host = gridOf(set) + "-" + ordinal;
    if (host.equals(pod)) {
      return; // it has the name anyway
    }
    Optional<String> reason = whyNot(set, host, ordinal);
    if (reason.isPresent()) {
      withheld.add(
          new Withheld(inFull(host), "it would be the pod " + pod + ", but " + reason.get()));
    } else {
      records.put(inFull(host), addresses);
    }
  }

  private Optional<String> whyNot(ObservedStatefulSet set, String host, long ordinal) {
    Set<String> claimants = claims.getOrDefault(gridOf(set), Set.of());
    if (realNames.contains(host)) {
      return Optional.of("a pod of that name exists");
    }
    if (sets.stream().anyMatch(other -> other.name().equals(gridOf(set)) && other.has(ordinal))) {
      return Optional.of("the StatefulSet " + gridOf(set) + " has a pod of that name");
    }
    if (claimants.size() > 1) {
      return Optional.of("the unit has several StatefulSets of the grid: " + claimants);
    }
    return DomainName.isLegal(inFull(host))
        ? Optional.empty()
        : Optional.of("that is no name for DNS: it is too long");
  }

  private void plainName(
      List<SliceNames.Endpoint> endpoints,
      Function<String, ? extends @Nullable Map<String, String>> labelsOfNode) {
    Set<String> addresses = new TreeSet<>(NameRecord.ADDRESSES);
    TopologyFilter.forNode(Map.of(service.unitKey(), localUnit), labelsOfNode)
        .keep(List.of(service.unitKey()), endpoints, SliceNames.Endpoint::node)
        .stream()
        .filter(this::answers)
        .forEach(endpoint -> addresses.addAll(endpoint.addresses()));
    if (addresses.isEmpty()) {
      addresses.add(NOBODY);
    }
    records.put(settings.nameOf(service.name()), addresses);
  }

  private void mismatch(ObservedStatefulSet set) {
    set.mismatch().ifPresent(sentence -> withheld.add(new Withheld(set.name(), sentence)));
  }

  private ServiceNames result() {
    ImmutableList.Builder<NameRecord> sorted = ImmutableList.builder();
    records.forEach((name, addresses) -> sorted.add(NameRecord.of(name, addresses)));
    withheld.sort(Comparator.comparing(Withheld::name).thenComparing(Withheld::sentence));
    return new ServiceNames(
        service.name(),
        sorted.build(),
        withheld.stream().distinct().collect(ImmutableList.toImmutableList()));
  }

  private String inFull(String host) {
    return host + "." + settings.nameOf(service.name());
  }

  private static String gridOf(ObservedStatefulSet set) {
    return set.child().map(ObservedStatefulSet.Child::grid).orElse("");
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the endpoints that a node may use: those on nodes that share a value with it for one of the
 * Service's keys (RULES 27, 29). This is the whole decision at once; {@link IncrementalFilter}
 * comes to the same change by change. Immutable; thread-safe if its function is.
 */
public final class TopologyFilter {
  private final Map<String, String> local;
  private final Function<? super String, ? extends @Nullable Map<String, String>> labelsOfNode;

  private TopologyFilter(
      Map<String, String> local,
      Function<? super String, ? extends @Nullable Map<String, String>> labelsOfNode) {
    this.local = Map.copyOf(local);
    this.labelsOfNode = labelsOfNode;
  }

  /**
   * The filter of one node.
   *
   * @param localLabels the labels of the node whose clients are served; empty if it is not known
   * @param labelsOfNode the labels of any node; null for one that is not known
   */
  public static TopologyFilter forNode(
      Map<String, String> localLabels,
      Function<? super String, ? extends @Nullable Map<String, String>> labelsOfNode) {
    return new TopologyFilter(localLabels, labelsOfNode);
  }

  /**
   * The endpoints that the node may use, in their order.
   *
   * @param keys the Service's topology keys; empty keeps all
   * @param endpoints all endpoints of the Service of one port and address family
   * @param nodeName the name of an endpoint's node; null or empty for none
   */
  public <E> ImmutableList<E> keep(
      Collection<String> keys,
      Iterable<? extends E> endpoints,
      Function<? super E, ? extends @Nullable String> nodeName) {
    Topology topology = Topology.within(keys);
    if (!topology.filters()) {
      return ImmutableList.copyOf(endpoints);
    }
    int shared = 0;
    for (E endpoint : endpoints) {
      shared |= sharedWith(nodeName.apply(endpoint), topology);
    }
    int accepted = Acceptance.of(topology, shared, shared);
    ImmutableList.Builder<E> kept = ImmutableList.builder();
    for (E endpoint : endpoints) {
      if ((sharedWith(nodeName.apply(endpoint), topology) & accepted) != 0) {
        kept.add(endpoint);
      }
    }
    return kept.build();
  }

  /**
   * What the node is shown of the slices of one Service.
   *
   * @param slices all slices of the Service
   * @return one for each slice, in their order
   */
  public ImmutableList<Shown> show(Topology topology, List<SliceShape> slices) {
    if (!topology.filters()) {
      return slices.stream()
          .map(slice -> Shown.unchanged())
          .collect(ImmutableList.toImmutableList());
    }
    Acceptance acceptance = acceptance(topology, slices);
    ImmutableList.Builder<Shown> shown = ImmutableList.builder();
    for (SliceShape slice : slices) {
      int accepted = acceptance.of(slice.addressType(), slice.ports());
      BitSet kept = new BitSet();
      for (int place = 0; place < slice.size(); place++) {
        kept.set(place, (sharedWith(slice.nodeOrNull(place), topology) & accepted) != 0);
      }
      shown.add(Shown.only(kept));
    }
    return shown.build();
  }

  /**
   * Why each endpoint of a Service is kept or dropped.
   *
   * @param reading what the Service's annotations say; of nothing that they said before
   * @param slices all slices of the Service
   * @return for each slice, in their order, one verdict for each endpoint
   */
  public ImmutableList<ImmutableList<Verdict>> explain(
      Topology.Reading reading, List<SliceShape> slices) {
    if (reading instanceof Topology.Reading.Broken broken) {
      return same(Verdict.Reason.UNREADABLE_ANNOTATION, broken.sentence(), slices);
    }
    Topology topology = ((Topology.Reading.Stated) reading).topology();
    if (!topology.filters()) {
      return same(Verdict.Reason.UNFILTERED, "the Service has no topology keys", slices);
    }
    Acceptance acceptance = acceptance(topology, slices);
    ImmutableList.Builder<ImmutableList<Verdict>> verdicts = ImmutableList.builder();
    for (SliceShape slice : slices) {
      int accepted = acceptance.of(slice.addressType(), slice.ports());
      List<Verdict> ofSlice = new ArrayList<>();
      for (int place = 0; place < slice.size(); place++) {
        ofSlice.add(verdict(topology, slice.nodeOrNull(place), accepted));
      }
      verdicts.add(ImmutableList.copyOf(ofSlice));
    }
    return verdicts.build();
  }

  private static ImmutableList<ImmutableList<Verdict>> same(
      Verdict.Reason reason, String sentence, List<SliceShape> slices) {
    Verdict verdict = new Verdict(reason, sentence);
    return slices.stream()
        .map(slice -> ImmutableList.copyOf(java.util.Collections.nCopies(slice.size(), verdict)))
        .collect(ImmutableList.toImmutableList());
  }

  private Acceptance acceptance(Topology topology, List<SliceShape> slices) {
    Acceptance acceptance = new Acceptance(topology);
    for (SliceShape slice : slices) {
      int byAny = 0;
      int byReady = 0;
      for (int place = 0; place < slice.size(); place++) {
        int shared = sharedWith(slice.nodeOrNull(place), topology);
        byAny |= shared;
        byReady |= slice.ready(place) ? shared : 0;
      }
      acceptance.add(slice.addressType(), slice.ports(), byAny, byReady);
    }
    return acceptance;
  }

  /** The keys that an endpoint on {@code node} shares with the local node. */
  private int sharedWith(@Nullable String node, Topology topology) {
    Map<String, String> labels = node == null || node.isEmpty() ? null : labelsOfNode.apply(node);
    int shared = topology.everywhere();
    if (labels == null) {
      return shared;
    }
    for (int i = 0; i < topology.keys().size(); i++) {
      String value = local.getOrDefault(topology.keys().get(i), "");
      if (!value.isEmpty() && value.equals(labels.get(topology.keys().get(i)))) {
        shared |= 1 << i;
      }
    }
    return shared;
  }

  private Verdict verdict(Topology topology, @Nullable String node, int accepted) {
    int shared = sharedWith(node, topology);
    if ((shared & accepted & ~topology.everywhere()) != 0) {
      String key = firstKey(topology, shared & accepted & ~topology.everywhere());
      return new Verdict(Verdict.Reason.SAME_UNIT, "same " + key + "=" + local.get(key));
    }
    if ((shared & accepted) != 0) {
      return new Verdict(
          Verdict.Reason.EVERYWHERE, "\"*\" keeps all, since no other key keeps anything");
    }
    return dropped(topology, node, shared & ~topology.everywhere(), accepted);
  }

  private Verdict dropped(Topology topology, @Nullable String node, int shared, int accepted) {
    if (hasNone(topology, local)) {
      return new Verdict(
          Verdict.Reason.LOCAL_NODE_WITHOUT_LABEL,
          "the local node has none of the labels " + topology.keys());
    }
    if (node == null || node.isEmpty()) {
      return new Verdict(Verdict.Reason.ENDPOINT_WITHOUT_NODE, "the endpoint names no node");
    }
    Map<String, String> labels = labelsOfNode.apply(node);
    if (labels == null) {
      return new Verdict(
          Verdict.Reason.NODE_NOT_KNOWN_YET, "its node " + node + " is not known yet");
    }
    if (hasNone(topology, labels)) {
      return new Verdict(
          Verdict.Reason.NODE_WITHOUT_LABEL,
          "its node " + node + " has none of the labels " + topology.keys());
    }
    if (shared != 0) {
      return new Verdict(
          Verdict.Reason.NEARER_ENDPOINTS,
          "its node "
              + node
              + " shares "
              + firstKey(topology, shared)
              + ", but "
              + firstKey(topology, accepted)
              + " comes first and serves");
    }
    return otherUnit(topology, node, labels);
  }

  private Verdict otherUnit(Topology topology, String node, Map<String, String> labels) {
    List<String> differences = new ArrayList<>();
    for (String key : topology.keys()) {
      if (!labels.getOrDefault(key, "").isEmpty()) {
        String mine = local.getOrDefault(key, "");
        differences.add(
            key + "=" + labels.get(key) + (mine.isEmpty() ? ", not set here" : ", not " + mine));
      }
    }
    return new Verdict(
        Verdict.Reason.OTHER_UNIT, "its node " + node + " has " + String.join("; ", differences));
  }

  private static boolean hasNone(Topology topology, Map<String, String> labels) {
    return topology.keys().stream().allMatch(key -> labels.getOrDefault(key, "").isEmpty());
  }

  private static String firstKey(Topology topology, int bits) {
    return topology.keys().get(Integer.numberOfTrailingZeros(bits));
  }
}

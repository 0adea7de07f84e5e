/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.core.Rule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@Rule(27)
class TopologyFilterTest {
  private static final Map<String, Map<String, String>> NODES =
      Map.of(
          "bj-1", labels("bj-1", "beijing", "north"),
          "bj-2", labels("bj-2", "beijing", "north"),
          "tj-1", labels("tj-1", "tianjin", "north"),
          "gz-1", labels("gz-1", "guangzhou", "south"),
          "bare", Map.of("kubernetes.io/hostname", "bare"),
          "empty", Map.of("location", ""));

  private static final Endpoint BJ1 = Endpoint.on("bj-1", "10.0.0.1");
  private static final Endpoint BJ2 = Endpoint.on("bj-2", "10.0.0.2");
  private static final Endpoint TJ1 = Endpoint.on("tj-1", "10.0.0.3");
  private static final Endpoint GZ1 = Endpoint.on("gz-1", "10.0.0.4");
  private static final Endpoint BARE = Endpoint.on("bare", "10.0.0.5");
  private static final Endpoint NOWHERE = Endpoint.nowhere("10.0.0.6");
  private static final Endpoint UNKNOWN = Endpoint.on("new-1", "10.0.0.7");
  private static final List<Endpoint> ALL = List.of(GZ1, BJ1, TJ1, BARE, NOWHERE, UNKNOWN, BJ2);

  @Test
  void an_endpoint_is_kept_for_the_value_that_its_node_shares() {
    assertThat(keep("bj-1", List.of("location"))).containsExactly(BJ1, BJ2);
    assertThat(keep("gz-1", List.of("location"))).containsExactly(GZ1);
  }

  @Test
  void one_shared_value_of_several_keys_is_enough() {
    assertThat(keep("bj-1", List.of("location", "region"))).containsExactly(BJ1, TJ1, BJ2);
  }

  @Test
  void no_keys_keep_everything() {
    assertThat(keep("bj-1", List.of())).isEqualTo(ALL);
  }

  @Test
  void a_node_without_the_label_sees_nothing() {
    assertThat(keep("bare", List.of("location"))).isEmpty();
    assertThat(keep("empty", List.of("location"))).isEmpty();
    assertThat(keep("new-1", List.of("location"))).isEmpty();
  }

  @Test
  void an_empty_value_is_no_unit() {
    assertThat(
            TopologyFilter.forNode(NODES.get("empty"), NODES::get)
                .keep(List.of("location"), List.of("empty"), node -> node))
        .isEmpty();
  }

  @Test
  void the_star_keeps_all_where_nothing_else_is_kept() {
    assertThat(keep("bj-1", List.of("location", "*"))).containsExactly(BJ1, BJ2);
    assertThat(keep("bj-1", List.of("*", "location"))).containsExactly(BJ1, BJ2);
    assertThat(keep("bare", List.of("location", "*"))).isEqualTo(ALL);
    assertThat(keep("bare", List.of("*"))).isEqualTo(ALL);
  }

  @Test
  void each_verdict_names_its_rule() {
    assertThat(reasons("bj-1", List.of("location"), Topology.Mode.ANY))
        .containsExactly(
            Verdict.Reason.OTHER_UNIT,
            Verdict.Reason.SAME_UNIT,
            Verdict.Reason.OTHER_UNIT,
            Verdict.Reason.NODE_WITHOUT_LABEL,
            Verdict.Reason.ENDPOINT_WITHOUT_NODE,
            Verdict.Reason.NODE_NOT_KNOWN_YET,
            Verdict.Reason.SAME_UNIT);
    assertThat(reasons("bare", List.of("location"), Topology.Mode.ANY))
        .containsOnly(Verdict.Reason.LOCAL_NODE_WITHOUT_LABEL);
    assertThat(reasons("bare", List.of("location", "*"), Topology.Mode.ANY))
        .containsOnly(Verdict.Reason.EVERYWHERE);
    assertThat(reasons("bj-1", List.of(), Topology.Mode.ANY))
        .containsOnly(Verdict.Reason.UNFILTERED);
    assertThat(reasons("bj-1", List.of("location", "region"), Topology.Mode.ORDERED))
        .contains(Verdict.Reason.NEARER_ENDPOINTS, Verdict.Reason.SAME_UNIT);
  }

  @Test
  void each_verdict_says_in_a_sentence_what_a_person_wants_to_know() {
    assertThat(sentences("bj-1", List.of("location", "region"), Topology.Mode.ANY))
        .containsExactly(
            "dropped: its node gz-1 has location=guangzhou, not beijing; region=south, not north",
            "kept: same location=beijing",
            "kept: same region=north",
            "dropped: its node bare has none of the labels [location, region]",
            "dropped: the endpoint names no node",
            "dropped: its node new-1 is not known yet",
            "kept: same location=beijing");
    assertThat(sentences("bare", List.of("location"), Topology.Mode.ANY))
        .containsOnly("dropped: the local node has none of the labels [location]");
    assertThat(sentences("bare", List.of("location", "*"), Topology.Mode.ANY))
        .containsOnly("kept: \"*\" keeps all, since no other key keeps anything");
    assertThat(sentences("bare", List.of("location", "kubernetes.io/hostname"), Topology.Mode.ANY))
        .contains(
            "dropped: its node gz-1 has location=guangzhou, not set here;"
                + " kubernetes.io/hostname=gz-1, not bare");
    assertThat(sentences("bj-1", List.of("location", "region"), Topology.Mode.ORDERED))
        .contains("dropped: its node tj-1 shares region, but location comes first and serves");
    assertThat(sentences("bj-1", List.of(), Topology.Mode.ANY))
        .containsOnly("kept: the Service has no topology keys");
  }

  @Test
  @Rule(29)
  void a_broken_annotation_drops_nothing_and_says_so() {
    assertThat(
            filter("bj-1")
                .explain(
                    new Topology.Reading.Broken("topologyKeys is broken"),
                    List.of(Slices.shape(GZ1, BJ1), Slices.shape())))
        .containsExactly(
            ImmutableList.of(
                new Verdict(Verdict.Reason.UNREADABLE_ANNOTATION, "topologyKeys is broken"),
                new Verdict(Verdict.Reason.UNREADABLE_ANNOTATION, "topologyKeys is broken")),
            ImmutableList.of());
  }

  @Test
  @Rule(29)
  void an_endpoint_waits_for_its_node_and_an_empty_name_is_no_node() {
    assertThat(keep("bj-1", List.of("location"))).doesNotContain(UNKNOWN);
    assertThat(filter("bj-1").keep(List.of("location"), List.of("", "bj-2"), node -> node))
        .containsExactly("bj-2");
  }

  @Test
  void an_ordered_service_is_served_by_the_first_key_with_a_ready_endpoint() {
    List<String> keys = List.of("kubernetes.io/hostname", "location", "region");
    assertThat(ordered("bj-1", keys, Slices.shape(BJ1, BJ2, TJ1))).containsExactly("{0}");
    assertThat(ordered("bj-1", keys, Slices.shape(BJ1.unready(), BJ2, TJ1)))
        .containsExactly("{0, 1}");
    assertThat(ordered("bj-1", keys, Slices.shape(BJ1.unready(), BJ2.unready(), TJ1)))
        .containsExactly("{0, 1, 2}");
    assertThat(ordered("bj-1", keys, Slices.shape(GZ1))).containsExactly("{}");
  }

  @Test
  void an_ordered_service_with_nothing_ready_keeps_the_nearest_that_are_not() {
    assertThat(
            ordered(
                "bj-1",
                List.of("kubernetes.io/hostname", "location"),
                Slices.shape(GZ1, BJ2.unready())))
        .containsExactly("{1}");
  }

  @Test
  void an_ordered_star_is_the_last_resort() {
    List<String> keys = List.of("location", "*");
    assertThat(ordered("bj-1", keys, Slices.shape(BJ2, GZ1, NOWHERE))).containsExactly("{0}");
    assertThat(ordered("bj-1", keys, Slices.shape(BJ2.unready(), GZ1, NOWHERE)))
        .containsExactly("{0, 1, 2}");
  }

  @Test
  void the_first_key_is_looked_for_over_all_slices_of_the_service() {
    assertThat(
            ordered(
                "bj-1", List.of("location", "region"), Slices.shape(TJ1, GZ1), Slices.shape(BJ2)))
        .containsExactly("{}", "{0}");
    assertThat(ordered("bj-1", List.of("location", "*"), Slices.shape(GZ1), Slices.shape(BJ2)))
        .containsExactly("{}", "{0}");
    assertThat(
            show(
                "bj-1",
                Topology.within(List.of("location", "*")),
                Slices.shape(GZ1),
                Slices.shape(BJ2)))
        .containsExactly("{}", "{0}");
  }

  @Test
  void each_port_of_an_ordered_service_has_its_own_first_key() {
    assertThat(
            ordered(
                "bj-1",
                List.of("location", "region"),
                Slices.shape(Slices.slice("IPv4", List.of("http"), BJ2, TJ1)),
                Slices.shape(Slices.slice("IPv4", List.of("metrics"), TJ1, GZ1))))
        .containsExactly("{0}", "{0}");
  }

  @Test
  void a_slice_of_two_ports_keeps_what_each_of_them_needs() {
    assertThat(
            ordered(
                "bj-1",
                List.of("location", "region"),
                Slices.shape(Slices.slice("IPv4", List.of("http"), BJ2)),
                Slices.shape(Slices.slice("IPv4", List.of("http", "metrics"), TJ1, GZ1))))
        .containsExactly("{0}", "{0}");
  }

  @Test
  void each_address_family_has_its_own_first_key() {
    assertThat(
            ordered(
                "bj-1",
                List.of("location", "region"),
                Slices.shape(Slices.slice("IPv4", List.of("http"), BJ2)),
                Slices.shape(Slices.slice("IPv6", List.of("http"), TJ1))))
        .containsExactly("{0}", "{0}");
  }

  @Test
  void slices_without_ports_are_decided_together() {
    assertThat(
            ordered(
                "bj-1",
                List.of("location", "region"),
                Slices.shape(Slices.slice("IPv4", List.of(), BJ2)),
                Slices.shape(Slices.slice("IPv4", List.of(), TJ1))))
        .containsExactly("{0}", "{}");
  }

  @Test
  void a_ready_endpoint_is_found_at_any_place_of_a_long_slice() {
    Endpoint[] many = new Endpoint[100];
    java.util.Arrays.fill(many, BJ1.unready());
    many[70] = TJ1;
    SliceShape slice = Slices.shape(many);
    Topology topology = new Topology(ImmutableList.of("location", "region"), Topology.Mode.ORDERED);
    IncrementalFilter<String> filter = new IncrementalFilter<>("bj-1");
    NODES.forEach(filter::node);
    filter.service(Slices.DEMO, new Topology.Reading.Stated(topology));
    Shown shown = filter.slice("demo-1", slice).slices().get(0).shown();
    assertThat(shown.keeps(70)).isTrue();
    assertThat(shown).hasToString(show("bj-1", topology, slice).get(0));
  }

  @Test
  void what_is_not_filtered_is_shown_unchanged() {
    assertThat(show("bj-1", Topology.UNFILTERED, Slices.shape(GZ1))).containsExactly("unchanged");
  }

  private static List<Endpoint> keep(String local, List<String> keys) {
    return filter(local).keep(keys, ALL, Endpoint::nodeName);
  }

  private static List<String> ordered(String local, List<String> keys, SliceShape... slices) {
    return show(local, new Topology(ImmutableList.copyOf(keys), Topology.Mode.ORDERED), slices);
  }

  private static List<String> show(String local, Topology topology, SliceShape... slices) {
    return filter(local).show(topology, List.of(slices)).stream().map(Shown::toString).toList();
  }

  private static List<Verdict.Reason> reasons(String local, List<String> keys, Topology.Mode mode) {
    return explain(local, keys, mode).stream().map(Verdict::reason).toList();
  }

  private static List<String> sentences(String local, List<String> keys, Topology.Mode mode) {
    return explain(local, keys, mode).stream().map(Verdict::toString).toList();
  }

  private static List<Verdict> explain(String local, List<String> keys, Topology.Mode mode) {
    return filter(local)
        .explain(
            new Topology.Reading.Stated(new Topology(ImmutableList.copyOf(keys), mode)),
            List.of(Slices.shape(ALL.toArray(Endpoint[]::new))))
        .get(0);
  }

  private static TopologyFilter filter(String local) {
    return TopologyFilter.forNode(NODES.getOrDefault(local, Map.of()), NODES::get);
  }

  private static Map<String, String> labels(String name, String location, String region) {
    return Map.of("kubernetes.io/hostname", name, "location", location, "region", region);
  }
}

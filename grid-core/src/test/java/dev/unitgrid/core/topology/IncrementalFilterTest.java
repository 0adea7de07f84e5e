/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Rule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@Rule({27, 29})
class IncrementalFilterTest {
  private static final Endpoint BJ1 = Endpoint.on("bj-1", "10.0.0.1");
  private static final Endpoint BJ2 = Endpoint.on("bj-2", "10.0.0.2");
  private static final Endpoint GZ1 = Endpoint.on("gz-1", "10.0.0.4");
  private static final Endpoint GZ2 = Endpoint.on("gz-2", "10.0.0.5");

  private final IncrementalFilter<String> filter = new IncrementalFilter<>("bj-1");

  @BeforeEach
  void two_units_and_the_demo() {
    for (String node : List.of("bj-1", "bj-2")) {
      filter.node(node, Map.of("location", "beijing", "region", "cn"));
    }
    for (String node : List.of("gz-1", "gz-2")) {
      filter.node(node, Map.of("location", "guangzhou", "region", "cn"));
    }
    filter.service(Slices.DEMO, stated("[\"location\"]"));
  }

  @Test
  void a_new_slice_is_shown_with_the_units_endpoints() {
    Changes<String> changes = filter.slice("demo-1", Slices.shape(BJ1, GZ1, BJ2));
    assertThat(seen(changes)).containsExactly("demo-1: {0, 2}");
    assertThat(changes.slices().get(0).service()).isEqualTo(Slices.DEMO);
    assertThat(changes.services()).containsExactly(Slices.DEMO);
    assertThat(filter.shown("demo-1")).contains(changes.slices().get(0).shown());
    assertThat(filter.slicesOf(Slices.DEMO)).containsExactly("demo-1");
  }

  @Test
  void a_new_slice_is_shown_even_if_nothing_of_it_is_kept() {
    assertThat(seen(filter.slice("demo-1", Slices.shape(GZ1)))).containsExactly("demo-1: {}");
    assertThat(seen(filter.slice("demo-2", Slices.shape()))).containsExactly("demo-2: {}");
  }

  @Test
  void an_endpoint_of_another_unit_that_comes_changes_or_goes_changes_nothing() {
    filter.slice("demo-1", Slices.shape(GZ1, BJ1));
    assertThat(filter.slice("demo-1", Slices.shape(GZ1, BJ1, GZ2)).isEmpty()).isTrue();
    assertThat(filter.slice("demo-1", Slices.shape(GZ1.unready(), BJ1)).isEmpty()).isTrue();
    assertThat(filter.slice("demo-1", Slices.shape(BJ1)).isEmpty()).isTrue();
    assertThat(filter.shown("demo-1")).hasToString("Optional[{0}]");
  }

  @Test
  void an_endpoint_of_the_unit_that_comes_changes_or_goes_changes_the_slice() {
    filter.slice("demo-1", Slices.shape(GZ1, BJ1));
    assertThat(seen(filter.slice("demo-1", Slices.shape(GZ1, BJ1, BJ2))))
        .containsExactly("demo-1: {1, 2}");
    assertThat(seen(filter.slice("demo-1", Slices.shape(GZ1, BJ1.unready(), BJ2))))
        .containsExactly("demo-1: {1, 2}");
    assertThat(seen(filter.slice("demo-1", Slices.shape(GZ1)))).containsExactly("demo-1: {}");
  }

  @Test
  void the_same_version_again_changes_nothing() {
    filter.slice("demo-1", Slices.shape(GZ1, BJ1));
    assertThat(filter.slice("demo-1", Slices.shape(GZ1, BJ1)).isEmpty()).isTrue();
    assertThat(filter.node("bj-2", Map.of("region", "cn", "location", "beijing")).isEmpty())
        .isTrue();
    assertThat(filter.service(Slices.DEMO, stated("[\"location\"]")).isEmpty()).isTrue();
  }

  @Test
  void a_node_that_moves_into_the_unit_brings_its_endpoints() {
    filter.slice("demo-1", Slices.shape(GZ1, BJ1));
    filter.slice("demo-2", Slices.shape(GZ2));
    assertThat(seen(filter.node("gz-1", Map.of("location", "beijing"))))
        .containsExactly("demo-1: {0, 1}");
    assertThat(seen(filter.node("gz-1", Map.of("location", "guangzhou"))))
        .containsExactly("demo-1: {1}");
  }

  @Test
  void a_node_that_moves_between_other_units_changes_nothing() {
    filter.slice("demo-1", Slices.shape(GZ1, BJ1));
    assertThat(filter.node("gz-1", Map.of("location", "tianjin")).isEmpty()).isTrue();
    assertThat(filter.node("gz-1", Map.of()).isEmpty()).isTrue();
    assertThat(filter.nodeRemoved("gz-1").isEmpty()).isTrue();
    assertThat(filter.nodeRemoved("gz-1").isEmpty()).isTrue();
  }

  @Test
  void an_endpoint_waits_for_its_node_and_goes_with_it() {
    filter.slice("demo-1", Slices.shape(Endpoint.on("bj-9", "10.0.0.9")));
    assertThat(filter.shown("demo-1")).hasToString("Optional[{}]");
    assertThat(seen(filter.node("bj-9", Map.of("location", "beijing"))))
        .containsExactly("demo-1: {0}");
    assertThat(seen(filter.nodeRemoved("bj-9"))).containsExactly("demo-1: {}");
    assertThat(seen(filter.node("bj-9", Map.of("location", "beijing"))))
        .containsExactly("demo-1: {0}");
  }

  @Test
  void the_local_node_that_moves_changes_every_filtered_slice_that_looks_different() {
    filter.slice("demo-1", Slices.shape(GZ1, BJ1));
    filter.slice("demo-2", Slices.shape(GZ2));
    filter.slice("demo-3", Slices.shape(Endpoint.nowhere("10.0.0.9")));
    filter.slice("free-1", free(GZ1));
    filter.service(new ServiceName("default", "free"), stated(""));
    Changes<String> changes = filter.node("bj-1", Map.of("location", "guangzhou"));
    assertThat(seen(changes)).containsExactly("demo-1: {0, 1}", "demo-2: {0}");
    assertThat(seen(filter.nodeRemoved("bj-1"))).containsExactly("demo-1: {}", "demo-2: {}");
  }

  @Test
  void a_service_that_begins_and_ceases_to_be_filtered_changes_its_slices() {
    filter.slice("demo-1", Slices.shape(GZ1, BJ1));
    filter.slice("demo-2", Slices.shape(BJ2));
    Changes<String> open = filter.service(Slices.DEMO, stated("[]"));
    assertThat(seen(open)).containsExactly("demo-1: unchanged", "demo-2: unchanged");
    assertThat(open.services()).containsExactly(Slices.DEMO);
    assertThat(seen(filter.service(Slices.DEMO, stated("[\"location\"]"))))
        .containsExactly("demo-1: {1}", "demo-2: {0}");
    assertThat(filter.topologyOf(Slices.DEMO)).contains(Topology.within(List.of("location")));
  }

  @Test
  void other_keys_change_only_the_slices_that_look_different() {
    filter.slice("demo-1", Slices.shape(GZ1, BJ1));
    filter.slice("demo-2", Slices.shape(BJ2));
    assertThat(seen(filter.service(Slices.DEMO, stated("[\"region\"]"))))
        .containsExactly("demo-1: {0, 1}");
  }

  @Test
  void a_service_without_slices_whose_keys_change_concerns_its_endpoints() {
    assertThat(filter.service(Slices.DEMO, stated("[\"region\"]")))
        .isEqualTo(
            new Changes<>(
                com.google.common.collect.ImmutableList.of(),
                com.google.common.collect.ImmutableSet.of(Slices.DEMO)));
  }

  @Test
  void an_annotation_that_breaks_keeps_what_was_in_force() {
    filter.slice("demo-1", Slices.shape(GZ1, BJ1));
    assertThat(filter.service(Slices.DEMO, new Topology.Reading.Broken("no")).isEmpty()).isTrue();
    assertThat(seen(filter.slice("demo-1", Slices.shape(GZ1, BJ1, BJ2))))
        .containsExactly("demo-1: {1, 2}");
  }

  @Test
  void an_annotation_that_was_never_readable_drops_nothing() {
    ServiceName free = new ServiceName("default", "free");
    filter.slice("free-1", free(GZ1));
    assertThat(seen(filter.service(free, new Topology.Reading.Broken("no"))))
        .containsExactly("free-1: unchanged");
    assertThat(filter.topologyOf(free)).contains(Topology.UNFILTERED);
  }

  @Test
  void a_slice_whose_service_is_not_known_shows_nothing_until_it_is() {
    assertThat(seen(filter.slice("free-1", free(BJ1)))).containsExactly("free-1: {}");
    assertThat(filter.topologyOf(new ServiceName("default", "free"))).isEmpty();
    assertThat(seen(filter.service(new ServiceName("default", "free"), stated(""))))
        .containsExactly("free-1: unchanged");
    assertThat(seen(filter.serviceRemoved(new ServiceName("default", "free"))))
        .containsExactly("free-1: {}");
    assertThat(filter.serviceRemoved(new ServiceName("default", "free")).isEmpty()).isTrue();
    assertThat(filter.serviceRemoved(new ServiceName("default", "none")).isEmpty()).isTrue();
  }

  @Test
  void a_slice_that_names_no_service_is_not_filtered() {
    Json nobodys = Slices.slice(GZ1).withoutAt(List.of("metadata", "labels"));
    assertThat(seen(filter.slice("odd", Slices.shape(nobodys)))).containsExactly("odd: unchanged");
    assertThat(filter.sliceRemoved("odd").isEmpty()).isFalse();
    assertThat(seen(filter.slice("odd", Slices.shape(nobodys)))).containsExactly("odd: unchanged");
  }

  @Test
  void a_slice_that_goes_to_another_service_is_that_ones() {
    filter.service(Slices.DEMO, ordered("[\"location\", \"region\"]"));
    filter.slice("demo-1", Slices.shape(BJ1));
    filter.slice("demo-2", Slices.shape(GZ1));
    filter.service(new ServiceName("default", "free"), stated(""));
    Changes<String> changes = filter.slice("demo-1", free(BJ1));
    assertThat(seen(changes)).containsExactly("demo-1: unchanged", "demo-2: {0}");
    assertThat(changes.services())
        .containsExactlyInAnyOrder(Slices.DEMO, new ServiceName("default", "free"));
    assertThat(filter.slicesOf(Slices.DEMO)).containsExactly("demo-2");
    assertThat(filter.slicesOf(new ServiceName("default", "free"))).containsExactly("demo-1");
  }

  @Test
  void a_slice_that_is_gone_concerns_its_service_and_is_not_shown() {
    filter.slice("demo-1", Slices.shape(BJ1));
    Changes<String> changes = filter.sliceRemoved("demo-1");
    assertThat(changes.slices()).isEmpty();
    assertThat(changes.services()).containsExactly(Slices.DEMO);
    assertThat(filter.shown("demo-1")).isEmpty();
    assertThat(filter.slicesOf(Slices.DEMO)).isEmpty();
    assertThat(filter.slicesOf(new ServiceName("default", "none"))).isEmpty();
    assertThat(filter.sliceRemoved("demo-1").isEmpty()).isTrue();
    assertThat(filter.node("bj-2", Map.of()).isEmpty()).isTrue();
    assertThat(seen(filter.slice("demo-1", Slices.shape(BJ1)))).containsExactly("demo-1: {0}");
  }

  @Test
  void an_ordered_service_switches_all_its_slices_at_once() {
    filter.service(Slices.DEMO, ordered("[\"location\", \"region\"]"));
    filter.slice("demo-1", Slices.shape(BJ2, GZ1));
    filter.slice("demo-2", Slices.shape(GZ2));
    assertThat(filter.shown("demo-2")).hasToString("Optional[{}]");
    assertThat(seen(filter.slice("demo-1", Slices.shape(BJ2.unready(), GZ1))))
        .containsExactly("demo-1: {0, 1}", "demo-2: {0}");
    assertThat(seen(filter.slice("demo-1", Slices.shape(BJ2, GZ1))))
        .containsExactly("demo-1: {0}", "demo-2: {}");
    assertThat(seen(filter.sliceRemoved("demo-1"))).containsExactly("demo-2: {0}");
  }

  @Test
  void the_star_gives_way_in_all_slices_when_the_unit_has_an_endpoint() {
    filter.service(Slices.DEMO, stated("[\"location\", \"*\"]"));
    filter.slice("demo-1", Slices.shape(GZ1));
    assertThat(filter.shown("demo-1")).hasToString("Optional[{0}]");
    assertThat(seen(filter.slice("demo-2", Slices.shape(BJ2))))
        .containsExactly("demo-1: {}", "demo-2: {0}");
    assertThat(seen(filter.node("bj-2", Map.of()))).containsExactly("demo-1: {0}");
  }

  @Test
  void keys_that_come_into_use_later_find_the_labels_that_were_there() {
    filter.slice("demo-1", Slices.shape(GZ1, BJ1));
    filter.node("gz-1", Map.of("location", "guangzhou", "rack", "r7"));
    filter.node("bj-1", Map.of("location", "beijing", "rack", "r7"));
    assertThat(seen(filter.service(Slices.DEMO, stated("[\"rack\"]"))))
        .containsExactly("demo-1: {0, 1}");
    filter.service(new ServiceName("default", "free"), stated("[\"location\"]"));
    assertThat(seen(filter.service(Slices.DEMO, stated("[\"location\"]"))))
        .containsExactly("demo-1: {1}");
  }

  @Test
  void what_is_taken_back_is_forgotten() {
    filter.service(new ServiceName("default", "free"), ordered("[\"region\"]"));
    filter.slice("demo-1", Slices.shape(BJ1, Endpoint.on("bj-9", "10.0.0.9")));
    filter.slice("demo-1", Slices.shape(BJ1, Endpoint.on("gz-9", "10.0.0.9")));
    filter.slice("free-1", free(GZ1, Endpoint.nowhere("10.0.0.8")));
    filter.slice("free-2", free(Endpoint.on("gz-9", "10.0.0.9")));
    filter.service(Slices.DEMO, stated("[\"region\"]"));
    filter.nodeRemoved("bj-1");
    filter.sliceRemoved("demo-1");
    filter.serviceRemoved(Slices.DEMO);
    filter.serviceRemoved(new ServiceName("default", "free"));
    filter.sliceRemoved("free-1");
    filter.sliceRemoved("free-2");
    for (String node : List.of("bj-2", "gz-1", "gz-2")) {
      assertThat(filter.nodeRemoved(node).isEmpty()).isTrue();
    }
    assertThat(filter.remembered()).isZero();
  }

  @Test
  void services_of_different_keys_do_not_mix() {
    ServiceName free = new ServiceName("default", "free");
    filter.slice("demo-1", Slices.shape(GZ1, BJ2));
    filter.slice("free-1", free(GZ1, BJ2));
    assertThat(seen(filter.service(free, stated("[\"region\"]"))))
        .containsExactly("free-1: {0, 1}");
    assertThat(filter.shown("demo-1")).hasToString("Optional[{1}]");
    assertThat(seen(filter.node("gz-1", Map.of("location", "beijing"))))
        .containsExactly("demo-1: {0, 1}", "free-1: {1}");
  }

  private static SliceShape free(Endpoint... endpoints) {
    return Slices.shape(
        Slices.slice(endpoints)
            .withAt(List.of("metadata", "labels", "kubernetes.io/service-name"), Json.of("free")));
  }

  private static List<String> seen(Changes<String> changes) {
    return changes.slices().stream().map(slice -> slice.key() + ": " + slice.shown()).toList();
  }

  private static Topology.Reading stated(String keys) {
    return Topology.read(Map.of("topologyKeys", keys));
  }

  private static Topology.Reading ordered(String keys) {
    return Topology.read(Map.of("topologyKeys", keys, "unitgrid.dev/topology-mode", "ordered"));
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.node.Rule;
import dev.unitgrid.node.serve.ServedResource;
import dev.unitgrid.testkit.LinkCut;
import dev.unitgrid.testkit.Verb;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeCacheTest {
  private final SimulatedSite site = new SimulatedSite(1);

  @BeforeEach
  void two_units() {
    site.node("bj-1", "beijing");
    site.node("bj-2", "beijing");
    site.node("gz-1", "guangzhou");
    site.service("near", "[\"location\"]");
    site.service("far", "");
    site.slice("near-1", "near", "bj-1", "bj-2", "gz-1");
    site.slice("near-2", "near", "gz-1");
    site.slice("far-1", "far", "bj-1", "gz-1");
  }

  @AfterEach
  void end() {
    site.close();
  }

  @Test
  void nothing_is_served_before_all_first_lists_are_in() {
    try (LinkCut cut = site.cluster().faults().cutLink()) {
      site.cache().start();
      site.run(Duration.ofMinutes(1));
      assertThat(site.cache().state().serving()).isFalse();
      assertThat(site.cache().kind(ServedResource.SERVICES).isReady()).isFalse();
      assertThat(site.cache().kind(ServedResource.ENDPOINT_SLICES).isReady()).isFalse();
    }
    site.runUntil(() -> site.cache().state().serving());

    site.assertTruth();
  }

  @Test
  @Rule(27)
  void without_the_list_of_nodes_nothing_is_served_whatever_else_is_known() {
    site.cluster().faults().on(Verb.LIST, "nodes").status(500);
    site.cache().start();
    site.run(Duration.ofMinutes(1));

    assertThat(site.cache().state().serving()).isFalse();
    assertThat(site.cache().kind(ServedResource.SERVICES).isReady()).isFalse();
    assertThat(site.cache().kind(ServedResource.ENDPOINT_SLICES).isReady()).isFalse();
    assertThat(site.cache().state().problems()).anyMatch(sentence -> sentence.contains("Node"));
  }

  @Test
  @Rule(27)
  void a_node_that_does_not_exist_is_shown_nothing_filtered_until_it_does_and_that_is_said() {
    site.replaceBy(
        NodeCache.builder(
                "bj-9",
                site.cluster().transport(),
                site.simulation().scheduler(),
                new java.util.Random(1))
            .build());
    site.start();

    assertThat(site.addressesOf("near-1")).isEmpty();
    assertThat(site.addressesOf("far-1")).containsExactly("bj-1", "gz-1");
    assertThat(site.cache().state().problems())
        .singleElement()
        .asString()
        .startsWith("there is no node bj-9: ");

    site.node("bj-9", "beijing");
    site.runUntil(() -> site.cache().state().nodeKnown());
    assertThat(site.addressesOf("near-1")).containsExactly("bj-1", "bj-2");
    assertThat(site.cache().state().problems()).isEmpty();
  }

  @Test
  @Rule({27, 28})
  void a_node_sees_the_endpoints_of_its_own_unit_and_all_of_unfiltered_services() {
    site.start();

    assertThat(site.addressesOf("near-1")).containsExactly("bj-1", "bj-2");
    assertThat(site.addressesOf("near-2")).isEmpty();
    assertThat(site.addressesOf("far-1")).containsExactly("bj-1", "gz-1");
    site.assertTruth();
  }

  @Test
  @Rule(30)
  void a_change_in_another_unit_is_no_event() {
    site.start();
    site.run(Duration.ofSeconds(5));
    site.events();
    site.slice("near-2", "near", "gz-1", "gz-1");
    site.node("gz-9", "guangzhou");
    site.run(Duration.ofSeconds(5));

    assertThat(site.events()).isEmpty();
    site.assertTruth();
  }

  @Test
  void another_nodes_label_is_one_event_for_each_slice_that_looks_different() {
    site.start();
    site.run(Duration.ofSeconds(5));
    site.events();
    site.cluster().label("gz-1", java.util.Map.of("location", "beijing"));
    site.run(Duration.ofSeconds(5));

    assertThat(site.events())
        .containsExactlyInAnyOrder("EndpointSlice near-1", "EndpointSlice near-2");
    site.assertTruth();
  }

  @Test
  void the_local_nodes_label_moves_it_to_the_other_unit() {
    site.start();
    site.run(Duration.ofSeconds(5));
    site.events();
    site.cluster().label("bj-1", java.util.Map.of("location", "guangzhou"));
    site.run(Duration.ofSeconds(5));

    assertThat(site.addressesOf("near-1")).containsExactly("bj-1", "gz-1");
    assertThat(site.addressesOf("near-2")).containsExactly("gz-1");
    assertThat(site.events())
        .containsExactlyInAnyOrder("EndpointSlice near-1", "EndpointSlice near-2", "Node bj-1");
    site.assertTruth();
  }

  @Test
  @Rule(29)
  void an_endpoint_waits_for_its_node() {
    site.slice("near-3", "near", "bj-7");
    site.start();
    assertThat(site.addressesOf("near-3")).isEmpty();
    site.node("bj-7", "beijing");
    site.run(Duration.ofSeconds(5));

    assertThat(site.addressesOf("near-3")).containsExactly("bj-7");
    site.cluster().deleteNode("bj-7");
    site.run(Duration.ofSeconds(5));

    assertThat(site.addressesOf("near-3")).isEmpty();
    site.assertTruth();
  }

  @Test
  @Rule(29)
  void a_broken_annotation_keeps_what_was_served_last_and_is_told() {
    site.start();
    site.service("near", "[\"location\"");
    site.slice("near-1", "near", "bj-1", "gz-1");
    site.run(Duration.ofSeconds(5));

    assertThat(site.addressesOf("near-1")).containsExactly("bj-1");
    assertThat(site.cache().state().brokenServices()).containsOnlyKeys("default/near");
    site.service("near", "");
    site.run(Duration.ofSeconds(5));

    assertThat(site.addressesOf("near-1")).containsExactly("bj-1", "gz-1");
    assertThat(site.cache().state().brokenServices()).isEmpty();
    site.assertTruth();
  }

  @Test
  void while_the_api_server_is_away_it_serves_on_and_then_only_the_differences() {
    site.start();
    site.run(Duration.ofSeconds(5));
    site.events();
    long reached = site.cache().kind(ServedResource.ENDPOINT_SLICES).versions().current();
    try (LinkCut cut = site.cluster().faults().cutLink()) {
      site.slice("near-1", "near", "bj-1", "gz-1");
      site.slice("near-2", "near", "gz-1", "gz-1");
      site.cluster().delete(SimulatedSite.SLICE, "default", "far-1");
      site.cluster().compact();
      site.run(Duration.ofMinutes(2));
      assertThat(site.cache().state().serving()).isTrue();
      assertThat(site.cache().state().connected()).isFalse();
      assertThat(site.cache().state().problems()).isNotEmpty();
      assertThat(site.addressesOf("near-1")).containsExactly("bj-1", "bj-2");
      assertThat(site.events()).isEmpty();
    }
    site.run(Duration.ofMinutes(2));

    assertThat(site.events())
        .containsExactlyInAnyOrder("EndpointSlice near-1", "EndpointSlice far-1 gone");
    assertThat(site.cache().kind(ServedResource.ENDPOINT_SLICES).versions().current())
        .isEqualTo(reached + 2);
    assertThat(site.cache().state().connected()).isTrue();
    assertThat(site.cache().state().problems()).isEmpty();
    site.assertTruth();
  }

  @Test
  @Rule(31)
  void the_own_node_is_served_and_no_other() {
    site.start();
    site.run(Duration.ofSeconds(5));

    assertThat(site.cache().kind(ServedResource.OWN_NODE).all())
        .singleElement()
        .satisfies(own -> assertThat(own.key().name()).isEqualTo("bj-1"));
  }

  @Test
  void slices_are_listed_in_pages_that_fit_a_small_heap() {
    site.start();

    assertThat(site.cluster().requests())
        .filteredOn(request -> request.path().endsWith("/endpointslices"))
        .anySatisfy(request -> assertThat(request.query()).containsEntry("limit", "100"));
  }

  @Test
  void a_deleted_service_hides_its_endpoints_until_its_slices_are_gone_too() {
    site.start();
    site.cluster().delete(ResourceType.SERVICE, "default", "far");
    site.run(Duration.ofSeconds(5));

    site.assertTruth();
  }
}

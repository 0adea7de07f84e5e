/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.core.nodeunit.ObservedNode;
import dev.unitgrid.runtime.codec.Item;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.codec.ResourceVersion;
import dev.unitgrid.runtime.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UnitIndexTest {
  private static final GridKey BY_LOCATION =
      new GridKey(GridKind.DEPLOYMENT_GRID, "default", "by-location");
  private static final GridKey BY_ZONE =
      new GridKey(GridKind.DEPLOYMENT_GRID, "default", "by-zone");

  private final Store<ObservedNode> nodes = new Store<>();
  private final UnitIndex index = new UnitIndex(nodes);
  private final List<Set<GridKey>> concerned = new ArrayList<>();
  private int version;

  UnitIndexTest() {
    nodes.listen(change -> concerned.add(index.concernedBy(change)));
    index.reads(BY_LOCATION, Set.of("location"), false);
    index.reads(BY_ZONE, Set.of("zone"), false);
  }

  @Test
  void a_node_of_a_new_unit_concerns_the_grids_of_its_key_only() {
    node("bj-1", Map.of("location", "beijing"));
    assertThat(concerned).containsExactly(Set.of(BY_LOCATION));
    assertThat(index.units("location").names()).containsExactly("beijing");
  }

  @Test
  void a_heartbeat_concerns_nobody() {
    node("bj-1", Map.of("location", "beijing"));
    concerned.clear();
    node("bj-1", Map.of("location", "beijing"));
    assertThat(concerned).isEmpty();
  }

  @Test
  void another_label_concerns_only_grids_that_select_nodes() {
    index.reads(BY_LOCATION, Set.of("location"), true);
    node("bj-1", Map.of("location", "beijing", "zone", "a"));
    concerned.clear();
    node("bj-1", Map.of("location", "beijing", "zone", "a", "disk", "ssd"));
    assertThat(concerned).containsExactly(Set.of(BY_LOCATION));
  }

  @Test
  void a_node_without_the_key_concerns_nobody() {
    node("plain", Map.of("arch", "arm64"));
    assertThat(concerned).containsExactly(Set.of());
  }

  @Test
  void units_follow_the_nodes() {
    node("bj-1", Map.of("location", "beijing"));
    assertThat(index.units("location").names()).containsExactly("beijing");
    node("bj-1", Map.of("location", "guangzhou"));
    assertThat(index.units("location").names()).containsExactly("guangzhou");
  }

  @Test
  void a_grid_that_is_gone_is_not_concerned() {
    index.forget(BY_LOCATION);
    node("bj-1", Map.of("location", "beijing"));
    assertThat(concerned).containsExactly(Set.of());
  }

  @Test
  void a_grid_whose_key_changed_is_concerned_by_both_while_it_reads_both() {
    index.reads(BY_LOCATION, Set.of("location", "zone"), false);
    node("n-1", Map.of("zone", "a"));
    assertThat(concerned).containsExactly(Set.of(BY_LOCATION, BY_ZONE));
  }

  private void node(String name, Map<String, String> labels) {
    version++;
    nodes.upsert(
        new Item<>(
            new ObjectKey("", name),
            new ResourceVersion(Integer.toString(version)),
            ObservedNode.of(name, labels)));
  }
}

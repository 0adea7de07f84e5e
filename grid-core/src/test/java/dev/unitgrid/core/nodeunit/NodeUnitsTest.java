/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.nodeunit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.LabelSelector;
import dev.unitgrid.api.UnitSelector;
import dev.unitgrid.core.Grids;
import dev.unitgrid.core.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class NodeUnitsTest {
  private static final NodeUnits DEMO =
      NodeUnits.of(
          "location",
          List.of(
              node("gz-1", "location", "guangzhou"),
              node("bj-2", "location", "beijing"),
              node("bj-1", "location", "beijing"),
              node("cloud", "zone", "1")));

  @Test
  @Rule(1)
  void a_hundred_nodes_of_one_value_are_one_unit() {
    List<ObservedNode> nodes =
        IntStream.range(0, 100).mapToObj(i -> node("node-" + i, "location", "beijing")).toList();
    NodeUnits units = NodeUnits.of("location", nodes);
    assertThat(units.names()).containsExactly("beijing");
    assertThat(units.nodesOf("beijing")).hasSize(100);
  }

  @Test
  @Rule(1)
  void each_distinct_value_is_a_unit() {
    assertThat(DEMO.unitKey()).isEqualTo("location");
    assertThat(DEMO.names()).containsExactly("beijing", "guangzhou");
    assertThat(DEMO.nodesOf("beijing")).containsExactly("bj-1", "bj-2");
    assertThat(DEMO.unitOf("gz-1")).contains("guangzhou");
  }

  @Test
  @Rule(1)
  void an_empty_value_is_no_unit() {
    NodeUnits units = NodeUnits.of("location", List.of(node("bj-1", "location", "")));
    assertThat(units.names()).isEmpty();
    assertThat(units.unitOf("bj-1")).isEmpty();
  }

  @Test
  @Rule(1)
  void a_node_without_the_label_belongs_to_no_unit() {
    assertThat(DEMO.unitOf("cloud")).isEmpty();
  }

  @Test
  @Rule(3)
  void a_node_is_in_several_units_by_several_keys() {
    ObservedNode node = ObservedNode.of("bj-1", Map.of("location", "beijing", "zone", "north-1"));
    assertThat(NodeUnits.of("location", List.of(node)).unitOf("bj-1")).contains("beijing");
    assertThat(NodeUnits.of("zone", List.of(node)).unitOf("bj-1")).contains("north-1");
  }

  @Test
  @Rule(3)
  void a_unit_without_nodes_is_no_unit() {
    assertThat(DEMO.nodesOf("shanghai")).isEmpty();
    assertThat(NodeUnits.of("location", List.of()).names()).isEmpty();
  }

  @Test
  @Rule(4)
  void a_unit_is_selected_by_its_name() {
    UnitSelector selector = new UnitSelector(Set.of("beijing", "shanghai"), Optional.empty());
    assertThat(DEMO.selectedBy(selector)).containsExactly("beijing");
  }

  @Test
  @Rule(4)
  void a_unit_is_selected_if_one_of_its_nodes_matches() {
    NodeUnits units =
        NodeUnits.of(
            "location",
            List.of(
                ObservedNode.of("bj-1", Map.of("location", "beijing")),
                ObservedNode.of("bj-2", Map.of("location", "beijing", "gpu", "yes")),
                ObservedNode.of("gz-1", Map.of("location", "guangzhou")),
                ObservedNode.of("sh-1", Map.of("location", "shanghai"))));
    UnitSelector selector =
        new UnitSelector(
            Set.of("shanghai"),
            Optional.of(LabelSelector.parse(Grids.json("{'matchLabels':{'gpu':'yes'}}"))));
    assertThat(units.selectedBy(selector)).containsExactly("beijing", "shanghai");
  }

  @Test
  void equal_nodes_make_equal_units() {
    NodeUnits same = NodeUnits.of("location", List.of(node("bj-1", "location", "beijing")));
    NodeUnits again = NodeUnits.of("location", List.of(node("bj-1", "location", "beijing")));
    assertThat(same).isEqualTo(again).hasSameHashCodeAs(again);
    assertThat(same)
        .isNotEqualTo(NodeUnits.of("zone", List.of(node("bj-1", "zone", "beijing"))))
        .isNotEqualTo(NodeUnits.of("location", List.of(node("bj-2", "location", "beijing"))))
        .isNotEqualTo("beijing")
        .hasToString("NodeUnits of location: [beijing]");
    assertThat(NodeUnits.of("location", List.of()))
        .isNotEqualTo(NodeUnits.of("zone", List.of()))
        .doesNotHaveSameHashCodeAs(same);
  }

  @Property(tries = 200)
  @Rule({1, 3})
  void the_order_of_nodes_is_irrelevant(
      @ForAll("nodes") List<ObservedNode> nodes, @ForAll long seed) {
    List<ObservedNode> shuffled = new ArrayList<>(nodes);
    Collections.shuffle(shuffled, new Random(seed));
    assertThat(NodeUnits.of("location", shuffled)).isEqualTo(NodeUnits.of("location", nodes));
  }

  @Property(tries = 200)
  @Rule(1)
  void every_node_with_the_label_is_in_exactly_one_unit(@ForAll("nodes") List<ObservedNode> nodes) {
    NodeUnits units = NodeUnits.of("location", nodes);
    for (ObservedNode node : nodes) {
      String value = node.labels().getOrDefault("location", "");
      List<String> homes =
          units.names().stream().filter(unit -> units.nodesOf(unit).contains(node.name())).toList();
      assertThat(homes).isEqualTo(value.isEmpty() ? List.of() : List.of(value));
    }
  }

  @Provide
  Arbitrary<List<ObservedNode>> nodes() {
    Arbitrary<Map<String, String>> labels =
        Arbitraries.maps(
                Arbitraries.of("location", "zone"), Arbitraries.of("", "beijing", "guangzhou", "1"))
            .ofMaxSize(2);
    Arbitrary<String> names = Arbitraries.strings().withCharRange('a', 'z').ofLength(5);
    return Combinators.combine(names, labels)
        .as(ObservedNode::of)
        .list()
        .uniqueElements(ObservedNode::name)
        .ofMaxSize(12);
  }

  private static ObservedNode node(String name, String key, String value) {
    return ObservedNode.of(name, Map.of(key, value));
  }
}

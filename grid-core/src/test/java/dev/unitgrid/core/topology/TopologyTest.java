/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.core.Rule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class TopologyTest {
  @Test
  @Rule(27)
  void the_annotation_of_a_service_grid_is_a_list_of_one_key() {
    assertThat(stated("[\"location\"]", "")).isEqualTo(Topology.within(List.of("location")));
  }

  @Test
  @Rule(27)
  void no_annotation_an_empty_one_and_an_empty_list_filter_nothing() {
    assertThat(Topology.read(Map.of())).isEqualTo(new Topology.Reading.Stated(Topology.UNFILTERED));
    assertThat(stated(" ", "ordered")).isEqualTo(Topology.UNFILTERED);
    assertThat(stated("[]", "")).isEqualTo(Topology.UNFILTERED);
    assertThat(stated("[]", "ordered")).isEqualTo(Topology.UNFILTERED);
    assertThat(stated("[]", "").filters()).isFalse();
    assertThat(stated("[\"*\"]", "").filters()).isTrue();
  }

  @Test
  @Rule(27)
  void the_mode_makes_the_order_of_keys_count() {
    Topology ordered = stated("[\"kubernetes.io/hostname\", \"location\", \"*\"]", "ordered");
    assertThat(ordered.mode()).isEqualTo(Topology.Mode.ORDERED);
    assertThat(ordered.keys()).containsExactly("kubernetes.io/hostname", "location", "*");
    assertThat(stated("[\"location\"]", "").mode()).isEqualTo(Topology.Mode.ANY);
  }

  @Test
  void a_key_that_is_named_twice_counts_once() {
    assertThat(stated("[\"a\", \"b\", \"a\"]", "").keys()).containsExactly("a", "b");
  }

  @Test
  @Rule(29)
  void what_cannot_be_read_is_a_sentence() {
    assertThat(broken("location", "")).contains("[\"location\"]").contains("no JSON: location");
    assertThat(broken("\"location\"", "")).contains("no list: \"location\"");
    assertThat(broken("[\"location\", 7]", "")).contains("other than a string");
    assertThat(broken("[\"\"]", "")).contains("a topology key is empty");
    assertThat(broken("[\"location\"]", "strict"))
        .contains("unitgrid.dev/topology-mode is \"ordered\" or absent, not \"strict\"");
    assertThat(broken(keys(17), "")).contains("17 topology keys, more than 16");
    assertThat(stated(keys(16), "").keys()).hasSize(16);
  }

  @Test
  void keys_that_no_service_can_have_are_refused_in_code_too() {
    assertThatThrownBy(() -> Topology.within(List.of("")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property(tries = 500)
  @Rule(29)
  void whatever_the_annotations_are_they_are_read(
      @ForAll("texts") String keys, @ForAll("texts") String mode) {
    Map<String, String> annotations = new HashMap<>();
    annotations.put("topologyKeys", keys);
    annotations.put("unitgrid.dev/topology-mode", mode);
    assertThat(Topology.read(annotations)).isNotNull();
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.strings().all().ofMaxLength(20),
        Arbitraries.strings().withChars("[]{}\",\\a*:1 n").ofMaxLength(12),
        Arbitraries.of("[\"location\"]", "ordered", "", "[[[[", "[\"\\ud800\"]"));
  }

  private static String keys(int count) {
    return IntStream.range(0, count).mapToObj(i -> "\"key-" + i + "\"").toList().toString();
  }

  private static Topology stated(String keys, String mode) {
    return ((Topology.Reading.Stated) read(keys, mode)).topology();
  }

  private static String broken(String keys, String mode) {
    return ((Topology.Reading.Broken) read(keys, mode)).sentence();
  }

  private static Topology.Reading read(String keys, String mode) {
    return Topology.read(
        mode.isEmpty()
            ? Map.of("topologyKeys", keys)
            : Map.of("topologyKeys", keys, "unitgrid.dev/topology-mode", mode));
  }
}

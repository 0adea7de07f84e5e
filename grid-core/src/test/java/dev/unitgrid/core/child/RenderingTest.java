/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.child;

import static dev.unitgrid.core.Grids.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Rule;
import dev.unitgrid.core.child.Rendering.Rendered;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Rule(14)
class RenderingTest {
  private static final Json BODY =
      json(
          """
          {'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'d-a'},
           'spec':{'replicas':2,'template':{'spec':{'containers':[{'name':'c','image':'i'}]}}}}
          """);

  @Test
  void a_body_carries_its_hash() {
    Rendered rendered = Rendered.of(BODY, List.of());
    assertThat(rendered.hash()).matches("v1\\.[a-z2-7]{26}\\.[a-z2-7]{26}");
    assertThat(rendered.body())
        .isEqualTo(
            BODY.withAt(
                List.of("metadata", "annotations", Annotations.HASH), Json.of(rendered.hash())));
    assertThat(rendered.name()).isEqualTo("d-a");
  }

  @Test
  void the_notes_stay_with_it() {
    Problem note = Problem.note("a", ConditionTypes.TEMPLATE_NORMALIZED, "merged");
    assertThat(Rendered.of(BODY, List.of(note)).notes()).containsExactly(note);
    assertThat(Rendered.of(BODY, List.of(note)).withReplicas(0).notes()).containsExactly(note);
    assertThat(note.blocking()).isFalse();
    assertThat(Problem.blocking("a", "b", "c").blocking()).isTrue();
  }

  @Test
  void a_hash_that_it_already_has_is_no_part_of_it() {
    Rendered once = Rendered.of(BODY, List.of());
    assertThat(Rendered.of(once.body(), List.of())).isEqualTo(once);
  }

  @Test
  void a_changed_value_changes_the_content_only() {
    Rendered one = Rendered.of(BODY, List.of());
    Rendered other = Rendered.of(BODY.withAt(List.of("spec", "replicas"), Json.of(3)), List.of());
    assertThat(content(other)).isNotEqualTo(content(one));
    assertThat(paths(other)).isEqualTo(paths(one));
  }

  @Test
  void a_dropped_path_changes_both() {
    Rendered one = Rendered.of(BODY, List.of());
    Rendered other = Rendered.of(BODY.withoutAt(List.of("spec", "replicas")), List.of());
    assertThat(content(other)).isNotEqualTo(content(one));
    assertThat(paths(other)).isNotEqualTo(paths(one));
  }

  @Test
  @Rule({14, 20})
  void another_number_of_replicas_is_another_rendering() {
    Rendered scaled = Rendered.of(BODY, List.of()).withReplicas(0);
    assertThat(scaled.body().get("spec", "replicas")).isEqualTo(Json.of(0));
    assertThat(scaled)
        .isEqualTo(Rendered.of(BODY.withAt(List.of("spec", "replicas"), Json.of(0)), List.of()));
    assertThat(scaled.withReplicas(2)).isEqualTo(Rendered.of(BODY, List.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Deployment", "StatefulSet", "Service"})
  void every_kind_of_child_has_a_hash(String kind) {
    assertThat(Rendered.of(BODY.with("kind", Json.of(kind)), List.of()).hash()).startsWith("v1.");
  }

  @Test
  void nothing_else_has_one() {
    assertThatThrownBy(() -> Rendered.of(BODY.with("kind", Json.of("Pod")), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no kind of child: Pod");
  }

  @Property(tries = 200)
  void equal_bodies_have_equal_hashes_and_others_do_not(
      @ForAll @IntRange(max = 3) int replicas, @ForAll @AlphaChars String image) {
    Json changed =
        BODY.withAt(List.of("spec", "replicas"), Json.of(replicas))
            .withAt(List.of("spec", "template", "spec", "serviceAccountName"), Json.of(image));
    Rendered rendered = Rendered.of(changed, List.of());
    assertThat(rendered.hash())
        .isEqualTo(Rendered.of(Json.parse(changed.canonical()), List.of()).hash())
        .isNotEqualTo(Rendered.of(BODY, List.of()).hash());
  }

  private static String content(Rendered rendered) {
    return rendered.hash().split("\\.")[1];
  }

  private static String paths(Rendered rendered) {
    return rendered.hash().split("\\.")[2];
  }
}

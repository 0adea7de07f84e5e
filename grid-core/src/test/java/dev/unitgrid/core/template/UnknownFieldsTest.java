/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.template;

import static dev.unitgrid.core.Grids.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSortedSet;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Children;
import dev.unitgrid.core.Rule;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Rule(7)
class UnknownFieldsTest {
  private static final Json TEMPLATE =
      json(
          """
          {'replicas':1,'bogus':{'a':1},'template':{'spec':{'selector':{'k':'v'},
            'containers':[{'name':'a','image':'i','stray':1},{'name':'b','stray':2}]}}}
          """);

  private static final String REFUSAL =
      "Deployment in version \"v1\" cannot be handled as a Deployment: strict decoding error: "
          + "unknown field \"spec.bogus\", unknown field \"spec.template.spec.selector\","
          + " unknown field \"spec.template.spec.containers[0].stray\","
          + " unknown field \"spec.template.spec.containers[1].stray\"";

  @Test
  void a_refusal_names_fields_and_their_positions_do_not_matter() {
    assertThat(UnknownFields.refused(TEMPLATE, REFUSAL))
        .isEqualTo(
            unknown(
                "",
                "spec.bogus",
                "spec.template.spec.containers[].stray",
                "spec.template.spec.selector"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "unknown field \"spec.notThere\"",
        "unknown field \"metadata.bogus\"",
        "unknown field \"bogus\"",
        "strict decoding error: duplicate field \"spec.replicas\"",
        "admission webhook denied the request: spec.bogus"
      })
  void what_is_about_something_else_names_nothing(String refusal) {
    assertThat(UnknownFields.refused(TEMPLATE, refusal)).isEqualTo(UnknownFields.NONE);
  }

  @Test
  void a_quoted_name_is_read_as_it_was_written() {
    Json odd = TEMPLATE.with("q\"x\\y", Json.of(1));
    assertThat(UnknownFields.refused(odd, "unknown field \"spec.q\\\"x\\\\y\"").paths())
        .containsExactly("spec.q\"x\\y");
  }

  @Test
  void a_name_with_dots_is_found_where_it_is_the_only_one() {
    Json odd = TEMPLATE.with("a.b[3]", Json.of(2));
    UnknownFields refused = UnknownFields.refused(odd, "unknown field \"spec.a.b[3]\"");
    assertThat(refused.strippedFrom(odd).template()).isEqualTo(TEMPLATE);
  }

  @Test
  void a_name_that_reads_like_another_field_is_not_taken_for_it() {
    Json odd = TEMPLATE.with("template.spec", Json.of(2));
    assertThat(UnknownFields.refused(odd, "unknown field \"spec.template.spec\"").isEmpty())
        .isTrue();
    assertThat(unknown("", "spec.template.spec").strippedFrom(odd).template()).isEqualTo(odd);
  }

  @Test
  void exactly_the_named_fields_are_left_out_and_each_place_is_told() {
    StrippedTemplate stripped =
        UnknownFields.refused(TEMPLATE, REFUSAL).ofServer("1.34").strippedFrom(TEMPLATE);
    assertThat(stripped.template())
        .isEqualTo(
            json(
                """
                {'replicas':1,'template':{'spec':{
                  'containers':[{'name':'a','image':'i'},{'name':'b'}]}}}
                """));
    assertThat(stripped.places())
        .containsExactly(
            "spec.bogus",
            "spec.template.spec.selector",
            "spec.template.spec.containers[0].stray",
            "spec.template.spec.containers[1].stray");
    assertThat(stripped.notes("beijing"))
        .containsExactly(
            Problem.note(
                "beijing",
                ConditionTypes.TEMPLATE_NORMALIZED,
                "left out, because the API server (1.34) refuses it: unknown field"
                    + " \"spec.bogus\", unknown field \"spec.template.spec.selector\", unknown"
                    + " field \"spec.template.spec.containers[0].stray\", unknown field"
                    + " \"spec.template.spec.containers[1].stray\""));
  }

  @Test
  void what_a_template_does_not_have_is_neither_told_nor_remembered() {
    StrippedTemplate stripped = unknown("1.34", "spec.bogus", "spec.gone").strippedFrom(TEMPLATE);
    assertThat(stripped.unknown()).isEqualTo(unknown("1.34", "spec.bogus"));
    assertThat(unknown("1.34", "spec.gone").strippedFrom(TEMPLATE).unknown().annotation())
        .isEmpty();
    assertThat(unknown("1.34", "spec.gone").strippedFrom(TEMPLATE).notes("a")).isEmpty();
  }

  @Test
  void a_server_of_no_known_version_is_told_without_one() {
    assertThat(unknown("", "spec.bogus").strippedFrom(TEMPLATE).notes("").get(0).message())
        .isEqualTo("left out, because the API server refuses it: unknown field \"spec.bogus\"");
  }

  @Test
  void another_version_of_the_server_is_asked_again_and_an_unknown_one_is_the_same() {
    UnknownFields known = unknown("1.34", "spec.bogus");
    assertThat(known.ofServer("1.34")).isEqualTo(known);
    assertThat(known.ofServer("")).isEqualTo(known);
    assertThat(known.ofServer("1.35")).isEqualTo(unknown("1.35"));
    assertThat(unknown("", "spec.bogus").ofServer("1.35")).isEqualTo(unknown("1.35", "spec.bogus"));
  }

  @Test
  void a_childs_annotation_is_what_it_remembers() {
    Optional<ObservedChild> living = child("{\"1.34\":[\"spec.bogus\"]}");
    assertThat(UnknownFields.NONE.andOf(living)).isEqualTo(unknown("1.34", "spec.bogus"));
    assertThat(unknown("1.34", "spec.stray").andOf(living))
        .isEqualTo(unknown("1.34", "spec.bogus", "spec.stray"));
    assertThat(unknown("1.35", "spec.stray").andOf(living))
        .isEqualTo(unknown("1.35", "spec.stray"));
    assertThat(unknown("1.35", "spec.stray").andOf(Optional.empty()))
        .isEqualTo(unknown("1.35", "spec.stray"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{}", "{\"1.34\":7}", "7"})
  void an_annotation_of_somebody_else_is_no_knowledge(String annotation) {
    assertThat(UnknownFields.NONE.andOf(child(annotation)).isEmpty()).isTrue();
  }

  @Property(tries = 200)
  void nothing_but_the_named_fields_is_lost_and_stripping_is_done_once(
      @ForAll("templates") Json template, @ForAll("paths") Set<String> paths) {
    UnknownFields unknown = new UnknownFields("1.34", ImmutableSortedSet.copyOf(paths));
    StrippedTemplate stripped = unknown.strippedFrom(template);
    assertThat(stripped.unknown().paths()).isSubsetOf(paths);
    assertThat(stripped.unknown().strippedFrom(template)).isEqualTo(stripped);
    assertThat(unknown.strippedFrom(stripped.template()).template()).isEqualTo(stripped.template());
    Json expected = template;
    for (String path : paths) {
      expected = expected.withoutAt(List.of(path.substring("spec.".length()).split("\\.")));
    }
    assertThat(stripped.template()).isEqualTo(expected);
  }

  @Property(tries = 200)
  void what_a_child_was_given_is_what_it_remembers(@ForAll("paths") Set<String> paths) {
    UnknownFields unknown = new UnknownFields("1.34", ImmutableSortedSet.copyOf(paths));
    String annotation =
        unknown.annotation().getOrDefault("unitgrid.dev/unknown-fields", "none of them");
    assertThat(UnknownFields.NONE.andOf(child(annotation)).paths()).isEqualTo(unknown.paths());
  }

  @Provide
  Arbitrary<Json> templates() {
    Arbitrary<Json> leaves = Arbitraries.integers().between(0, 3).map(Json::of);
    return objects(objects(leaves));
  }

  private static Arbitrary<Json> objects(Arbitrary<Json> values) {
    return Arbitraries.maps(Arbitraries.of("a", "b", "c"), values)
        .ofMaxSize(3)
        .map(fields -> Json.object(new LinkedHashMap<>(fields)));
  }

  @Provide
  Arbitrary<Set<String>> paths() {
    return Arbitraries.of("spec.a", "spec.b.a", "spec.b.b", "spec.c.c").set().ofMaxSize(4);
  }

  private static UnknownFields unknown(String server, String... paths) {
    return new UnknownFields(server, ImmutableSortedSet.copyOf(paths));
  }

  private static Optional<ObservedChild> child(String annotation) {
    return Optional.of(
        Children.uncontrolled(
            ResourceType.DEPLOYMENT,
            "a",
            Json.strings(Map.of("unitgrid.dev/unknown-fields", annotation))));
  }
}

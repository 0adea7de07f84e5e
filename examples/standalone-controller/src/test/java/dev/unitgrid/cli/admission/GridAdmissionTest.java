/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GridAdmissionTest {
  private final GridAdmission admission = GridAdmission.ofOurCrds();

  @Test
  void what_people_write_well_is_taken() {
    for (String spec : Slips.TAKEN) {
      assertThat(objections(GridKind.DEPLOYMENT_GRID, "{name: a}", spec)).as(spec).isEmpty();
    }
  }

  @Test
  void every_rule_of_the_crds_is_broken_by_one_of_the_slips() {
    for (GridKind kind : GridKind.values()) {
      List<String> said = new ArrayList<>(objections(kind, "{name: a}", ""));
      Slips.REFUSED.forEach(spec -> said.addAll(objections(kind, "{name: a}", spec)));

      assertThat(said).as(kind.toString()).containsAll(Slips.messages(GridAdmission.schema(kind)));
    }
  }

  @Test
  void fields_types_and_words_are_told_with_their_paths() {
    assertThat(
            objections(
                GridKind.DEPLOYMENT_GRID,
                "{name: Caps, labels: {a: 1}}",
                "{gridUniqKey: 5, emptyUnitPolicy: Drop, template: {}}"))
        .satisfiesExactly(
            name -> assertThat(name).startsWith("metadata.name: \"Caps\" is no name: "),
            label ->
                assertThat(label).isEqualTo("metadata.labels.a is 1, not text: put it in quotes"),
            type ->
                assertThat(type)
                    .isEqualTo("spec.gridUniqKey in body must be of type string: \"integer\""),
            word ->
                assertThat(word)
                    .isEqualTo(
                        "spec.emptyUnitPolicy: Unsupported value: \"Drop\": supported values:"
                            + " \"Delete\", \"Retain\", \"ScaleToZero\""));
    assertThat(
            objections(
                GridKind.DEPLOYMENT_GRID, "{name: a}", "{gridUniqKey: a, template: {}, b: 1}"))
        .containsExactly("unknown field \"spec.b\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "isURL(self.a)",
        "has(self.a",
        "size(self.a)",
        "has(a)",
        "a == 'b'",
        "",
        "self.a == 'b' 'c'",
        "self.a ? 1 : 2"
      })
  void a_rule_beyond_what_is_understood_is_refused_and_not_passed_over(String rule) {
    assertThatThrownBy(() -> CelRule.parse(rule)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_schema_beyond_what_is_understood_is_refused_and_not_passed_over() {
    Json schema = Json.parse("{\"type\":\"object\",\"properties\":{\"a\":{\"pattern\":\"b\"}}}");

    assertThatThrownBy(() -> new StructuralSchema(schema)).hasMessage("the schema says pattern");
  }

  @Test
  void connectives_bind_as_in_the_language() {
    CelRule rule =
        CelRule.parse("has(self.a) && self.a == 'x' || !has(self.a) && size(self.b) > 1");

    assertThat(rule.holds(Json.parse("{\"a\":\"x\"}"))).isTrue();
    assertThat(rule.holds(Json.parse("{\"a\":\"y\",\"b\":[1,2]}"))).isFalse();
    assertThat(rule.holds(Json.parse("{\"b\":[1,2]}"))).isTrue();
    assertThat(rule.holds(Json.parse("{\"b\":[1]}"))).isFalse();
  }

  private List<String> objections(GridKind kind, String metadata, String spec) {
    return admission.objections(kind, Slips.object(kind, metadata, spec));
  }
}

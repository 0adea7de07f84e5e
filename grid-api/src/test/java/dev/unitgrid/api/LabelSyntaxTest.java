/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.api.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Rule(4)
class LabelSyntaxTest {
  private static final String LONG = "a".repeat(63);

  @ParameterizedTest
  @ValueSource(strings = {"tier", "a/b", "topology.kubernetes.io/zone", "A_b-c.1", "x.y/A_b"})
  void keys_are_names_with_or_without_a_domain(String key) {
    assertThat(LabelSyntax.isKey(key)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "tier edge", "/a", "a/", "a/b/c", "A/b", "-a", "a-", "a..b/c", "x/a b"})
  void what_no_label_can_have_is_no_key(String key) {
    assertThat(LabelSyntax.isKey(key)).isFalse();
  }

  @Test
  void lengths_are_those_of_the_api_server() {
    assertThat(LabelSyntax.isKey(LONG)).isTrue();
    assertThat(LabelSyntax.isKey(LONG + "a")).isFalse();
    assertThat(LabelSyntax.isValue(LONG)).isTrue();
    assertThat(LabelSyntax.isValue(LONG + "a")).isFalse();
    assertThat(LabelSyntax.isKey("a".repeat(253) + "/b")).isTrue();
    assertThat(LabelSyntax.isKey("a".repeat(254) + "/b")).isFalse();
  }

  @Test
  void an_empty_value_is_one_and_a_blank_is_none() {
    assertThat(LabelSyntax.isValue("")).isTrue();
    assertThat(LabelSyntax.isValue("x y")).isFalse();
  }

  @Test
  void a_selector_by_what_no_label_can_be_is_a_problem_of_the_spec() {
    for (String selector :
        List.of(
            "{'matchLabels':{'tier edge':'x'}}",
            "{'matchLabels':{'tier':'x y'}}",
            "{'matchExpressions':[{'key':'tier edge','operator':'Exists'}]}",
            "{'matchExpressions':[{'key':'tier','operator':'In','values':['x','y z']}]}")) {
      Json json = Json.parse(selector.replace('\'', '"'));
      assertThatThrownBy(() -> LabelSelector.parse(json))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is no label's");
      assertThat(
              GridSpec.parse(Json.object("unitSelector", Json.object("nodeSelector", json)))
                  .problems())
          .anyMatch(problem -> problem.startsWith("spec.unitSelector.nodeSelector: "));
    }
  }
}

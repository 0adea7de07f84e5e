/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.api.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
  private static final String HEAD = "apiVersion: v1\nkind: Thing\n";

  /** Each line is what {@code kubectl create --dry-run=client -o json} printed for the scalar. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        "yes,true",
        "on,true",
        "y,true",
        "True,true",
        "off,false",
        "No,false",
        "N,false",
        "tRue,\"tRue\"",
        "~,null",
        "Null,null",
        "\"yes\",\"yes\"",
        "'on',\"on\"",
        "010,8",
        "-010,-8",
        "08,8",
        "0o17,15",
        "0x1F,31",
        "-0x10,-16",
        "0x,\"0x\"",
        "0b101,5",
        "-0b11,-3",
        "1_000,1000",
        "1__0,10",
        "0_1,1",
        "00,0",
        "+1,1",
        "-0,0",
        "9223372036854775808,9223372036854775808",
        "1e3,1000",
        "1.10,1.1",
        ".5,0.5",
        "+.5,0.5",
        "-.5,-0.5",
        "5.,5",
        "0.1e-2,0.001",
        "1e,\"1e\"",
        "12e3,12000",
        "1.2.3,\"1.2.3\"",
        "0.1.,\"0.1.\"",
        "1E400,\"1E400\"",
        "100000000000000000000000,1E+23",
        "1:30,\"1:30\"",
        "2001-01-01,\"2001-01-01\"",
        "2001-01-01T00:00:00Z,\"2001-01-01T00:00:00Z\"",
        "!!str 12,\"12\"",
        "!!float 3,3",
        "!!int \"3\",3",
        "!foo 12,\"12\"",
        "!!binary aGVsbG8=,\"hello\"",
        "500m,\"500m\"",
        "-,\"-\"",
        "1Gi,\"1Gi\""
      })
  void a_scalar_means_what_kubectl_makes_of_it(String yaml, String json) {
    assertThat(field(yaml.equals("-") ? "\"-\"" : yaml)).isEqualTo(Json.parse(json));
  }

  @Test
  void names_of_fields_become_text_as_kubectl_has_it() {
    Json object = one(HEAD + "yes: 1\n1: 2\n1.50: 3\n0x10: 4\n2001-01-01: 5\nN: 6\n").object();

    assertThat(object.fields().keySet())
        .containsExactly("apiVersion", "kind", "true", "1", "1.5", "16", "2001-01-01", "false");
  }

  @Test
  void of_two_fields_of_one_name_the_last_wins() {
    assertThat(one(HEAD + "a: 1\na: 2\n").object().get("a")).isEqualTo(Json.of(2));
  }

  @Test
  void anchors_and_merges_are_expanded_and_own_fields_win() {
    Json object = one(HEAD + "a: &x {p: 1, q: 2}\nb: *x\nc: {q: 3, <<: *x}\n").object();

    assertThat(object.get("b")).isEqualTo(object.get("a"));
    assertThat(object.get("c")).isEqualTo(Json.object("p", 1, "q", 3));
  }

  @Test
  void documents_know_their_line_and_empty_ones_are_left_out() {
    List<Manifest> all =
        Manifest.read("f.yaml", "---\n---\n" + HEAD + "---\n# nothing\n---\n" + HEAD + "...\n");

    assertThat(all).extracting(Manifest::place).containsExactly("f.yaml:3", "f.yaml:8");
  }

  @Test
  void the_items_of_lists_stand_for_themselves() {
    String list =
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Node, metadata: {name: a}}\n"
            + "---\napiVersion: v1\nkind: NodeList\nitems:\n- {metadata: {name: b}}\n";

    assertThat(Manifest.read("f", list))
        .extracting(each -> each.kind() + " " + each.object().get("metadata", "name").asString(""))
        .containsExactly("Node a", "Node b");
  }

  @Test
  void json_indented_by_tabs_is_read_too() {
    assertThat(one("{\n\t\"apiVersion\": \"v1\", \"kind\": \"Thing\", \"a\": 1.0}").object())
        .isEqualTo(Json.object("apiVersion", "v1", "kind", "Thing", "a", 1));
  }

  @Test
  void a_syntax_error_names_file_line_and_problem() {
    assertThatThrownBy(() -> Manifest.read("grid.yaml", HEAD + "a: b: c\n"))
        .isInstanceOf(ManifestException.class)
        .hasMessage("grid.yaml:3: not YAML: mapping values are not allowed here");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: .nan",
        "a: -.inf",
        "~: 1",
        "[a]: 1",
        "a: !!bool maybe",
        "a: !!int x",
        "a: !!int 1.5",
        "a: !!binary '%%'",
        "a: {<<: 1}",
        "a: &x [*x]",
        "a: *unknown",
        "a: [",
        "a: \"\u0007\"",
        "\ta: 1"
      })
  void what_kubectl_refuses_is_a_sentence_with_a_place(String line) {
    assertThatThrownBy(() -> Manifest.read("grid.yaml", HEAD + line + "\n"))
        .isInstanceOf(ManifestException.class)
        .message()
        .startsWith("grid.yaml:")
        .doesNotContain("\n");
  }

  @Test
  void a_bomb_of_anchors_is_refused_quickly() {
    StringBuilder bomb = new StringBuilder(HEAD).append("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 10; i++) {
      String before = "*a" + (i - 1) + ", ";
      bomb.append("a" + i + ": &a" + i + " [" + before.repeat(9) + "x]\n");
    }

    assertThatThrownBy(() -> Manifest.read("bomb.yaml", bomb.toString()))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("more than a million values");
  }

  @Test
  void deep_nesting_is_refused_and_does_not_overflow() {
    assertThatThrownBy(() -> Manifest.read("deep.yaml", HEAD + "a: " + "[".repeat(100_000)))
        .isInstanceOf(ManifestException.class)
        .message()
        .startsWith("deep.yaml");
  }

  @Test
  void what_is_no_object_of_kubernetes_is_refused() {
    assertThatThrownBy(() -> Manifest.read("f.yaml", "just text\n"))
        .hasMessage("f.yaml:1: this is not a Kubernetes object: it has no apiVersion and kind");
    assertThatThrownBy(() -> Manifest.read("f.yaml", "kind: Node\n"))
        .isInstanceOf(ManifestException.class);
  }

  @Test
  void bytes_that_are_no_text_are_refused() {
    assertThatThrownBy(() -> Manifest.read("f.bin", new byte[] {(byte) 0xff, (byte) 0xfe, 0}))
        .hasMessage("f.bin: this is not text in UTF-8");
    assertThat(Manifest.read("f", (HEAD + "a: ä\n").getBytes(StandardCharsets.UTF_8)))
        .singleElement()
        .satisfies(each -> assertThat(each.object().get("a")).isEqualTo(Json.of("ä")));
  }

  private static Json field(String yaml) {
    return one(HEAD + "a: " + yaml + "\n").object().get("a");
  }

  private static Manifest one(String text) {
    List<Manifest> manifests = Manifest.read("f.yaml", text);
    assertThat(manifests).hasSize(1);
    return manifests.get(0);
  }
}

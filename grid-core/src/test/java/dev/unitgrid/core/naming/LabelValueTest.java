/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.naming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.core.Rule;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotBlank;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Rule(11)
class LabelValueTest {
  private static final String LEGAL = "([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?";

  @ParameterizedTest
  @ValueSource(strings = {"", "beijing", "Beijing", "a_b", "1", "a.b-c", "z", "0.9"})
  void a_legal_value_is_itself(String text) {
    assertThat(LabelValue.of(text)).isEqualTo(text);
  }

  @Test
  void sixty_three_characters_are_legal_and_sixty_four_are_not() {
    assertThat(LabelValue.of("a".repeat(63))).isEqualTo("a".repeat(63));
    assertThat(LabelValue.of("a".repeat(64))).matches("a{54}-[a-z2-7]{8}");
  }

  @ParameterizedTest
  @CsvSource({
    "topology.kubernetes.io/zone, topology.kubernetes.io-zone-",
    "-a-, a-",
    "a_, a-",
    "a b, a-b-",
    "Ünit, nit-"
  })
  void another_is_readable_and_hashed(String text, String start) {
    assertThat(LabelValue.of(text)).startsWith(start).hasSize(start.length() + 8).matches(LEGAL);
  }

  @Test
  void what_has_no_readable_character_is_a_hash() {
    assertThat(LabelValue.of("/")).matches("[a-z2-7]{8}");
  }

  @Test
  void a_cut_never_ends_in_a_dash() {
    assertThat(LabelValue.of("a".repeat(53) + "-" + "b".repeat(20))).matches("a{53}-[a-z2-7]{8}");
  }

  @Property(tries = 500)
  void every_text_has_a_legal_value(@ForAll @StringLength(max = 300) String text) {
    assertThat(LabelValue.of(text)).matches(LEGAL);
  }

  @Property(tries = 500)
  void different_texts_have_different_values(
      @ForAll @NotBlank @StringLength(max = 80) String text, @ForAll char more) {
    assertThat(LabelValue.of(text + more)).isNotEqualTo(LabelValue.of(text));
  }
}

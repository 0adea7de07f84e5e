/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
  @Test
  void a_digest_is_sha256_in_lower_case_base32_and_stays_so_for_ever() {
    assertThat(Digest.of("", 51)).isEqualTo("4oymiquy7qobjgx36tejs35zeqt24qpemsnzgtfeswmrw6csxbk");
    assertThat(Digest.of("deploymentgrid-demo\nbeijing")).isEqualTo("xc3cawkxau77xf73qjogm7ga3f");
    assertThat(Json.parse("{\"b\":[1.0,null],\"a\":\"x\"}").digest())
        .isEqualTo("vdlr6zgt3r3sxhvu4zl3hazzpi");
  }

  @Property(tries = 200)
  void a_shorter_digest_is_the_beginning_of_a_longer_one(
      @ForAll String text, @ForAll @IntRange(min = 1, max = 51) int length) {
    assertThat(Digest.of(text, 51)).startsWith(Digest.of(text, length)).matches("[a-z2-7]{51}");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 52})
  void other_lengths_are_refused(int length) {
    assertThatThrownBy(() -> Digest.of("", length)).isInstanceOf(IllegalArgumentException.class);
  }
}

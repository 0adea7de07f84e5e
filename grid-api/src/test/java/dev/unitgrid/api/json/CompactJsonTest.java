/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class CompactJsonTest {
  @Provide
  Arbitrary<Json> values() {
    return JsonValues.values();
  }

  @Property(tries = 300)
  void what_is_kept_comes_back(@ForAll("values") Json value) {
    CompactJson compact = CompactJson.of(value);
    assertThat(compact.json()).isEqualTo(value);
    assertThat(compact.digest()).isEqualTo(value.digest());
    assertThat(compact).isEqualTo(CompactJson.of(JsonValues.reversed(value)));
    assertThat(compact).hasSameHashCodeAs(CompactJson.of(JsonValues.reversed(value)));
  }

  @Test
  void different_values_are_different() {
    assertThat(CompactJson.of(Json.of(1))).isNotEqualTo(CompactJson.of(Json.of("1")));
    assertThat(CompactJson.of(Json.of(1))).isNotEqualTo(Json.of(1)).hasToString("1");
  }

  @Test
  void text_that_does_not_shrink_comes_back_too() {
    StringBuilder noise = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      noise.append(Digest.of("noise" + i, 51));
    }
    Json value = Json.of(noise.toString());
    assertThat(CompactJson.of(value).json()).isEqualTo(value);
  }
}

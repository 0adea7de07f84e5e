/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class QuantitiesTest {
  @Provide
  Arbitrary<String> suffixes() {
    return Arbitraries.of("", "m", "k", "M", "G", "T", "P", "Ki", "Mi", "Gi", "Ti", "Pi");
  }

  @Property(tries = 300)
  void a_zero_in_front_changes_nothing(
      @ForAll @IntRange(min = 0, max = 20_000) int number,
      @ForAll @IntRange(min = 0, max = 3) int thousands,
      @ForAll @From("suffixes") String suffix) {
    String quantity = number + "000".repeat(thousands) + suffix;
    // One that begins with a zero is reckoned; of others the short ones are not.
    assertThat(canonical(quantity)).isEqualTo(canonical("0" + quantity));
  }

  private static JsonElement canonical(String quantity) {
    return Quantities.canonical(
        new JsonPrimitive(quantity), GoPlace.root(BuiltInSchemas.get().of("v1", "Node")));
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class MergePatchTest {
  @Test
  void equal_values_need_an_empty_patch() {
    Json status = Json.parse("{\"units\":2,\"states\":{\"beijing\":{\"replicas\":2}}}");
    assertThat(MergePatch.between(status, status)).isEqualTo(Json.emptyObject());
  }

  @Test
  void a_unit_that_is_gone_is_removed_and_nothing_else_is_sent() {
    Json before = Json.parse("{\"units\":2,\"states\":{\"a\":{\"replicas\":2},\"b\":{}}}");
    Json after = Json.parse("{\"units\":2,\"states\":{\"b\":{}}}");
    assertThat(MergePatch.between(before, after))
        .isEqualTo(Json.parse("{\"states\":{\"a\":null}}"));
  }

  @Test
  void a_list_is_sent_whole() {
    Json before = Json.parse("{\"conditions\":[{\"type\":\"Ready\"}]}");
    Json after = Json.parse("{\"conditions\":[{\"type\":\"Ready\"},{\"type\":\"Degraded\"}]}");
    assertThat(MergePatch.between(before, after)).isEqualTo(after);
  }

  @Property(tries = 500)
  void merged_into_the_old_value_it_gives_the_new_one(
      @ForAll("statuses") Json before, @ForAll("statuses") Json after) {
    assertThat(merged(before, MergePatch.between(before, after))).isEqualTo(after);
  }

  @Provide
  Arbitrary<Json> statuses() {
    Arbitrary<Json> leaf =
        Arbitraries.oneOf(
            Arbitraries.integers().between(0, 3).map(Json::of),
            Arbitraries.of("x", "y").map(Json::of),
            Arbitraries.of(Json.emptyObject(), Json.emptyArray(), Json.array(Json.of(1))));
    Arbitrary<Json> inner = objects(leaf);
    return objects(Arbitraries.oneOf(leaf, inner));
  }

  private static Arbitrary<Json> objects(Arbitrary<Json> values) {
    return Arbitraries.maps(Arbitraries.of("a", "b", "c", "d"), values)
        .ofMaxSize(4)
        .map(Json::object);
  }

  /** The algorithm of RFC 7386, section 2. */
  private static Json merged(Json target, Json patch) {
    if (!patch.isObject()) {
      return patch;
    }
    Map<String, Json> fields = new LinkedHashMap<>(target.fields());
    patch
        .fields()
        .forEach(
            (name, value) -> {
              if (value.isNull()) {
                fields.remove(name);
              } else {
                fields.put(name, merged(fields.getOrDefault(name, Json.ofNull()), value));
              }
            });
    return Json.object(fields);
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Arbitrary JSON values for properties. */
final class JsonValues {
  private JsonValues() {}

  static Arbitrary<Json> values() {
    return values(3);
  }

  private static Arbitrary<Json> values(int depth) {
    Arbitrary<Json> leaves =
        Arbitraries.oneOf(
            Arbitraries.just(Json.ofNull()),
            Arbitraries.of(true, false).map(Json::of),
            Arbitraries.strings().ofMaxLength(8).map(Json::of),
            Arbitraries.longs().map(Json::of),
            Arbitraries.bigDecimals()
                .between(new BigDecimal("-1e30"), new BigDecimal("1e30"))
                .ofScale(12)
                .map(Json.Num::new));
    if (depth == 0) {
      return leaves;
    }
    return Arbitraries.oneOf(
        leaves, values(depth - 1).list().ofMaxSize(4).map(Json::array), objects(depth));
  }

  private static Arbitrary<Json> objects(int depth) {
    Arbitrary<String> names = Arbitraries.strings().ofMaxLength(4);
    return Arbitraries.maps(names, values(depth - 1)).ofMaxSize(4).map(Json::object);
  }

  /** The same value with the fields of every object in the reverse order. */
  static Json reversed(Json value) {
    if (value.isObject()) {
      List<Map.Entry<String, Json>> fields = new java.util.ArrayList<>(value.fields().entrySet());
      java.util.Collections.reverse(fields);
      Map<String, Json> reversed = new LinkedHashMap<>();
      fields.forEach(field -> reversed.put(field.getKey(), reversed(field.getValue())));
      return Json.object(reversed);
    }
    return value.isArray() ? value.mapItems(JsonValues::reversed) : value;
  }
}

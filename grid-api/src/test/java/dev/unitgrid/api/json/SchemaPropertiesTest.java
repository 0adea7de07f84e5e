/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Rule;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class SchemaPropertiesTest {
  @Provide
  Arbitrary<LiveObject> live() {
    return Arbitraries.of(LiveObject.all().toList());
  }

  @Provide
  Arbitrary<Json> values() {
    return JsonValues.values();
  }

  @Property(tries = 200)
  @Rule(16)
  void everything_covers_itself(@ForAll("values") Json value) {
    Json object = Json.object("spec", value, "metadata", value);
    assertThat(Schema.deployment().differences(object, object)).isEmpty();
    assertThat(Schema.statefulSet().differences(object, object)).isEmpty();
    assertThat(Schema.service().differences(object, object)).isEmpty();
  }

  @Property(tries = 200)
  @Rule(16)
  void a_live_object_covers_whatever_part_of_the_rendered_one_is_left(
      @ForAll("live") LiveObject object, @ForAll Random random) {
    Json part = part(object.rendered(), random);
    assertThat(object.schema().differences(object.live(), part)).isEmpty();
  }

  @Property(tries = 200)
  @Rule(16)
  void fields_of_others_make_no_difference_whatever_they_are(
      @ForAll("live") LiveObject object, @ForAll("values") Json value, @ForAll Random random) {
    Json more = withForeignFields(object.live(), object.rendered(), value, random);
    assertThat(object.schema().differences(more, object.rendered())).isEmpty();
  }

  @Property(tries = 100)
  @Rule(14)
  void the_digest_of_paths_does_not_see_the_order_of_fields(@ForAll("live") LiveObject object) {
    Json reversed = JsonValues.reversed(object.rendered());
    assertThat(object.schema().pathsDigest(reversed))
        .isEqualTo(object.schema().pathsDigest(object.rendered()));
    assertThat(object.schema().covers(object.live(), reversed)).isTrue();
  }

  @Property(tries = 200)
  @Rule(14)
  void a_dropped_path_changes_the_digest_of_paths(
      @ForAll("live") LiveObject object, @ForAll Random random) {
    Json part = part(object.rendered(), random);
    boolean samePaths =
        object.schema().paths(part).equals(object.schema().paths(object.rendered()));
    boolean sameDigest =
        object.schema().pathsDigest(part).equals(object.schema().pathsDigest(object.rendered()));
    assertThat(sameDigest).isEqualTo(samePaths);
  }

  @Property(tries = 300)
  @Rule(16)
  void a_quantity_is_its_number_times_its_suffix(
      @ForAll @LongRange(min = -1_000_000, max = 1_000_000) long number,
      @ForAll("suffixes") Map.Entry<String, BigDecimal> suffix) {
    BigDecimal value = Quantity.value(Json.of(number + suffix.getKey())).orElseThrow();
    assertThat(value).isEqualByComparingTo(suffix.getValue().multiply(BigDecimal.valueOf(number)));
  }

  @Provide
  Arbitrary<Map.Entry<String, BigDecimal>> suffixes() {
    Map<String, BigDecimal> suffixes = new LinkedHashMap<>();
    int power = -9;
    for (String suffix : List.of("n", "u", "m", "", "k", "M", "G", "T", "P", "E")) {
      suffixes.put(suffix, BigDecimal.ONE.scaleByPowerOfTen(power));
      power += 3;
    }
    BigDecimal binary = BigDecimal.ONE;
    for (String suffix : List.of("Ki", "Mi", "Gi", "Ti", "Pi", "Ei")) {
      binary = binary.multiply(BigDecimal.valueOf(1024));
      suffixes.put(suffix, binary);
    }
    suffixes.put("e-3", new BigDecimal("0.001"));
    suffixes.put("E2", new BigDecimal(100));
    return Arbitraries.of(suffixes.entrySet());
  }

  /** The object without some of its fields. */
  private static Json part(Json object, Random random) {
    Map<String, Json> fields = new LinkedHashMap<>();
    object
        .fields()
        .forEach(
            (name, value) -> {
              if (random.nextInt(6) > 0) {
                // Inside the user's maps and selectors every entry counts.
                boolean granular = !WHOLE.contains(name) && value.isObject();
                fields.put(name, granular ? part(value, random) : value);
              }
            });
    return Json.object(fields);
  }

  private static final List<String> WHOLE =
      List.of("selector", "nodeSelector", "matchLabels", "labelSelector");

  private static Json withForeignFields(Json live, Json rendered, Json value, Random random) {
    if (!live.isObject()) {
      return live;
    }
    Map<String, Json> fields = new LinkedHashMap<>();
    live.fields()
        .forEach(
            (name, field) ->
                fields.put(
                    name,
                    WHOLE.contains(name)
                        ? field
                        : withForeignFields(field, rendered.get(name), value, random)));
    if (random.nextInt(3) == 0 && !rendered.has("foreign")) {
      fields.put("foreign", value);
    }
    return Json.object(fields);
  }
}

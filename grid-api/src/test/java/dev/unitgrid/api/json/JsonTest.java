/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Provide
  Arbitrary<Json> values() {
    return JsonValues.values();
  }

  @Property(tries = 300)
  void what_is_written_is_read_back(@ForAll("values") Json value) {
    assertThat(Json.parse(value.toString())).isEqualTo(value);
    assertThat(Json.parse(value.canonical())).isEqualTo(value);
    assertThat(Json.parse(value.toBytes())).isEqualTo(value);
  }

  @Property(tries = 300)
  void gson_and_back_is_the_same_value(@ForAll("values") Json value) {
    assertThat(Json.from(value.toGson())).isEqualTo(value);
    assertThat(Json.from(JsonParser.parseString(value.toString()))).isEqualTo(value);
  }

  @Property(tries = 300)
  void the_order_of_fields_is_seen_by_nothing_but_the_printed_text(@ForAll("values") Json value) {
    Json reversed = JsonValues.reversed(value);
    assertThat(reversed).isEqualTo(value).hasSameHashCodeAs(value);
    assertThat(reversed.canonical()).isEqualTo(value.canonical());
    assertThat(reversed.digest()).isEqualTo(value.digest());
  }

  @Property(tries = 300)
  void values_with_one_canonical_form_are_equal(
      @ForAll("values") Json one, @ForAll("values") Json other) {
    assertThat(one.canonical().equals(other.canonical())).isEqualTo(one.equals(other));
  }

  @Property(tries = 200)
  void a_field_that_is_set_is_there_and_one_taken_away_is_not(
      @ForAll("values") Json object, @ForAll String name, @ForAll("values") Json value) {
    String legal = Json.of(name).asString("");
    assertThat(object.with(name, value).get(legal)).isEqualTo(value);
    assertThat(object.with(name, value).without(legal).has(legal)).isFalse();
    assertThat(object.withAt(List.of("a", legal), value).get("a", legal)).isEqualTo(value);
    assertThat(
            object
                .withAt(List.of("a", legal), value)
                .withoutAt(List.of("a", legal))
                .get("a")
                .has(legal))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "1.0, 1",
    "1e2, 100",
    "-0, 0",
    "0.0, 0",
    "1.50, 1.5",
    "100, 1E2",
    "0.1e-1, 0.01",
    "-0.0e7, 0"
  })
  void numbers_are_equal_by_value(String one, String other) {
    assertThat(Json.parse(one)).isEqualTo(Json.parse(other));
    assertThat(Json.parse(one).canonical()).isEqualTo(Json.parse(other).canonical());
  }

  @ParameterizedTest
  @CsvSource({
    "9223372036854775807, 9223372036854775807",
    "1e3, 1000",
    "18446744073709551616, 18446744073709551616",
    "0.5, 0.5",
    "1e-7, 1E-7",
    "1e30, 1E+30"
  })
  void numbers_are_written_so_that_nothing_is_lost(String given, String written) {
    assertThat(Json.parse(given)).hasToString(written);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1e401", "-1e999999999", "1e-2147483647", "1e99999999999", "10e2147483647"})
  void a_number_beyond_every_double_is_refused(String number) {
    assertThatThrownBy(() -> Json.parse(number)).isInstanceOf(JsonSyntaxException.class);
  }

  @Test
  void a_whole_number_keeps_its_digits_in_gson() {
    assertThat(Json.object("port", 8080).toJsonObject().toString()).isEqualTo("{\"port\":8080}");
    assertThat(Json.parse("[1.50, 1e3]").toGson().toString()).isEqualTo("[1.5,1000]");
  }

  @Test
  void a_number_that_json_cannot_say_is_refused() {
    assertThatThrownBy(() -> Json.from(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Json.from(Float.POSITIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Json.Num(new BigDecimal("1e2147483647")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("exponent");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "[1 2]",
        "nul",
        "NaN",
        "01",
        "+1",
        ".5",
        "1.",
        "\"\t\"",
        "\"\\x41\"",
        "\"\\u12\"",
        "{} {}",
        "[] x",
        "// c\n1",
        "True",
        "]",
        "{\"a\"}",
        "\"",
        "1;2"
      })
  void what_is_not_one_document_is_refused_with_its_place(String text) {
    assertThatThrownBy(() -> Json.parse(text))
        .isInstanceOf(JsonSyntaxException.class)
        .hasMessageContaining("$");
  }

  @Test
  void of_two_fields_of_one_name_the_last_wins() {
    assertThat(Json.parse("{\"a\":1,\"b\":2,\"a\":3}")).hasToString("{\"a\":3,\"b\":2}");
  }

  @Test
  void a_surrogate_without_its_half_becomes_the_replacement_character() {
    Json read = Json.parse("{\"\\ud800\":\"a\\udc00b\",\"ok\":\"\\ud83d\\ude00\"}");
    assertThat(read.get("\uFFFD").asString("")).isEqualTo("a\uFFFDb");
    assertThat(read.get("ok").asString("")).isEqualTo("\uD83D\uDE00");
    assertThat(Json.parse(read.toBytes())).isEqualTo(read);
    assertThat(Json.of("\uD800")).isEqualTo(Json.of("\uFFFD"));
  }

  @Test
  void control_characters_and_quotes_are_escaped() {
    String text = "\u0000\b\f\n\r\t\u001f\"\\/\u007f\u2028\u00e9";
    assertThat(Json.parse(Json.of(text).toString()).asString("")).isEqualTo(text);
    assertThat(JsonParser.parseString(Json.of(text).toString()).getAsString()).isEqualTo(text);
  }

  @Test
  void bytes_that_are_no_utf8_are_no_exception_but_replacements() {
    assertThat(Json.parse(new byte[] {'"', (byte) 0xff, '"'}).asString("")).isEqualTo("\uFFFD");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":", "[{\"a\":"})
  void a_hostile_depth_is_a_sentence_and_no_stack_overflow(String opening) {
    assertThatThrownBy(() -> Json.parse(opening.repeat(1_000_000)))
        .isInstanceOf(JsonSyntaxException.class)
        .hasMessageContaining("128");
  }

  @Test
  void java_values_nested_too_deep_are_refused() {
    List<Object> deep = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      deep = new ArrayList<>(Arrays.asList(deep));
    }
    List<Object> tooDeep = deep;
    assertThatThrownBy(() -> Json.from(tooDeep))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("128 deep");
  }

  @Test
  void the_greatest_depth_fits_the_small_stacks_of_the_node_agents() throws InterruptedException {
    String text = "[{\"a\":".repeat(64) + "1" + "}]".repeat(64);
    AtomicReference<Throwable> failed = new AtomicReference<>();
    Runnable use =
        () -> {
          Json value = Json.parse(text);
          assertThat(value.toString()).isEqualTo(text);
          assertThat(value.canonical()).isEqualTo(text);
          assertThat(value).isEqualTo(Json.parse(text)).hasSameHashCodeAs(Json.parse(text));
          assertThat(Json.from(value.toGson())).isEqualTo(value);
          assertThat(CompactJson.of(value).json()).isEqualTo(value);
          Json object = Json.object("spec", value);
          assertThat(Schema.service().covers(object, object)).isTrue();
        };
    Thread thread = new Thread(null, use, "small stack", 256 * 1024);
    thread.setUncaughtExceptionHandler((dead, cause) -> failed.set(cause));
    thread.start();
    thread.join();
    assertThat(failed.get()).isNull();
  }

  @Test
  void a_value_is_not_changed_through_what_it_was_made_of() {
    Map<String, Json> fields = new LinkedHashMap<>(Map.of("a", Json.of(1)));
    List<Json> items = new ArrayList<>(List.of(Json.of(1)));
    Json object = Json.object(fields);
    Json array = Json.array(items);
    fields.clear();
    items.clear();
    object.toJsonObject().addProperty("b", 2);
    assertThat(object).hasToString("{\"a\":1}");
    assertThat(array).hasToString("[1]");
    assertThatThrownBy(() -> object.fields().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> array.items().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void java_values_become_json() {
    Map<String, Object> map = new HashMap<>();
    map.put("nothing", null);
    map.put("list", List.of("a", 1, 2L, 1.5, true, new BigDecimal("7")));
    assertThat(Json.from(map).canonical())
        .isEqualTo("{\"list\":[\"a\",1,2,1.5,true,7],\"nothing\":null}");
    assertThatThrownBy(() -> Json.from(new Object())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Json.from(Map.of(1, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a field name: 1");
    assertThatThrownBy(() -> Json.object("a")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Json.object(1, 2)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void what_is_not_there_is_null_and_a_wrong_type_is_the_other_value() {
    Json value = Json.parse("{\"a\":{\"b\":\"text\"},\"n\":null,\"big\":1e30,\"half\":0.5}");
    assertThat(value.get("a", "b", "c").isNull()).isTrue();
    assertThat(value.find("n")).isEmpty();
    assertThat(value.has("n")).isTrue();
    assertThat(value.get("a", "b").asLong(7)).isEqualTo(7);
    assertThat(value.get("big").asLong(7)).isEqualTo(7);
    assertThat(value.get("half").asLong(7)).isEqualTo(7);
    assertThat(value.get("n").asBoolean(true)).isTrue();
    assertThat(value.asStrings()).isEmpty();
    assertThat(value.withoutAt(List.of("a", "x", "y"))).isEqualTo(value);
    assertThat(value.withoutAt(List.of()).isNull()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "false", "0", "0.0", "\"\"", "[]", "{}"})
  void zero_values_are_zero(String zero) {
    assertThat(Json.parse(zero).isZero()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "1", "-0.1", "\" \"", "[null]", "{\"a\":null}"})
  void other_values_are_not(String other) {
    assertThat(Json.parse(other).isZero()).isFalse();
  }

  @Test
  void a_reader_that_fails_is_no_syntax_error() {
    Reader broken =
        new Reader() {
          @Override
          public int read(char[] buffer, int offset, int length) throws IOException {
            throw new IOException("connection reset");
          }

          @Override
          public void close() {}
        };
    assertThatThrownBy(() -> Json.parse(broken))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("connection reset");
  }

  @Test
  void bytes_are_utf8() {
    assertThat(Json.of("\u00fc").toBytes())
        .isEqualTo("\"\u00fc\"".getBytes(StandardCharsets.UTF_8));
  }
}

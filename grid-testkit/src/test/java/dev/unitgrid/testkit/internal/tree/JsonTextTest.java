/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.tree;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class JsonTextTest {
  @Property(tries = 300)
  void every_text_is_written_as_gson_writes_it(
      @ForAll List<String> names, @ForAll String text, @ForAll long number, @ForAll boolean flag) {
    JsonObject object = new JsonObject();
    JsonArray array = new JsonArray();
    for (String name : names) {
      object.addProperty(name, text);
      array.add(number);
      array.add(flag);
      array.add(new JsonArray());
    }
    object.add(text, array);
    assertThat(JsonText.of(object)).isEqualTo(object.toString().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void what_is_special_is_written_as_gson_writes_it() {
    for (String value :
        List.of("null", "1.0", "1e18", "-0", "12345678901234567890", "{}", "[[],{},null]")) {
      assertThat(new String(JsonText.of(JsonParser.parseString(value)), StandardCharsets.UTF_8))
          .isEqualTo(value);
    }
    for (String text : List.of("", "\"", "\\", "a\nb", "\u0001", "\u2028", "\ud83d\ude00", "é")) {
      JsonPrimitive primitive = new JsonPrimitive(text);
      assertThat(new String(JsonText.of(primitive), StandardCharsets.UTF_8))
          .isEqualTo(primitive.toString());
    }
    JsonObject withNull = new JsonObject();
    withNull.add("a", JsonNull.INSTANCE);
    assertThat(new String(JsonText.of(withNull), StandardCharsets.UTF_8)).isEqualTo("{\"a\":null}");
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class JsonCursorTest {
  @Test
  void a_name_is_known_by_its_text_however_it_is_written() {
    JsonCursor cursor = cursor("{ \"\\u0065ndpoints\" : 1, \"endpoint\\u0073\":2,\"endpoint\":3}");
    cursor.beginObject();
    assertThat(cursor.nextField()).isTrue();
    assertThat(cursor.nameIs("endpoints")).isTrue();
    cursor.skip();
    assertThat(cursor.nextField()).isTrue();
    assertThat(cursor.nameIs("endpoints")).isTrue();
    assertThat(cursor.nameIs("endpoint")).isFalse();
    cursor.skip();
    assertThat(cursor.nextField()).isTrue();
    assertThat(cursor.nameIs("endpoints")).isFalse();
    assertThat(cursor.nameIs("endpoin")).isFalse();
    assertThat(cursor.nameIs("endpoint")).isTrue();
    cursor.skip();
    assertThat(cursor.nextField()).isFalse();
    cursor.end();
  }

  @Test
  void what_begins_here_is_known_before_it_is_read() {
    JsonCursor cursor = cursor("[{}, [], \"\\n\", true, false]");
    assertThat(cursor.atArray()).isTrue();
    cursor.beginArray();
    assertThat(cursor.nextItem() && cursor.atObject() && !cursor.atArray()).isTrue();
    cursor.skip();
    assertThat(cursor.nextItem() && cursor.atArray() && !cursor.atObject()).isTrue();
    cursor.skip();
    assertThat(cursor.nextItem() && cursor.atString() && !cursor.atTrue()).isTrue();
    assertThat(cursor.string()).isEqualTo("\n");
    assertThat(cursor.nextItem() && cursor.atTrue() && !cursor.atFalse()).isTrue();
    cursor.skip();
    assertThat(cursor.nextItem() && cursor.atFalse() && !cursor.atString()).isTrue();
    cursor.skip();
    assertThat(cursor.nextItem()).isFalse();
  }

  @Test
  void a_document_that_is_broken_where_it_is_walked_is_no_json() {
    for (String broken :
        List.of(
            "",
            "[",
            "{\"a\":",
            "{\"a\"1}",
            "{1:2}",
            "{\"a\":1 \"b\":2}",
            "{,\"a\":1}",
            "[}]",
            "[1,]",
            "{\"a\":\"b",
            "{} {}",
            "{\"a\":[{}",
            "7")) {
      assertThatThrownBy(() -> walk(cursor(broken)))
          .as(broken)
          .isInstanceOf(JsonSyntaxException.class);
    }
  }

  @Property(tries = 300)
  void a_walk_reads_what_a_tree_says(@ForAll("objects") Json object) {
    assertThat(Json.object(walk(new JsonCursor(object.toBytes())))).isEqualTo(object);
  }

  @Provide
  Arbitrary<Json> objects() {
    Arbitrary<String> names = Arbitraries.strings().all().ofMaxLength(4);
    Arbitrary<Json> values =
        Arbitraries.oneOf(
            names.map(Json::of),
            Arbitraries.integers().map(Json::of),
            Arbitraries.of(true, false).map(Json::of),
            names.map(Json::of).list().ofMaxSize(3).map(Json::array),
            Arbitraries.maps(names, names).ofMaxSize(3).map(Json::strings));
    return Arbitraries.maps(names, values).ofMaxSize(5).map(Json::object);
  }

  private static Map<String, Json> walk(JsonCursor cursor) {
    Map<String, Json> fields = new LinkedHashMap<>();
    cursor.beginObject();
    while (cursor.nextField()) {
      String name = cursor.name();
      fields.put(name, cursor.atArray() ? items(cursor) : Json.parse(cursor.value()));
    }
    cursor.end();
    return fields;
  }

  private static Json items(JsonCursor cursor) {
    List<Json> items = new ArrayList<>();
    cursor.beginArray();
    while (cursor.nextItem()) {
      items.add(cursor.atString() ? Json.of(cursor.string()) : Json.parse(cursor.value()));
    }
    return Json.array(items);
  }

  private static JsonCursor cursor(String text) {
    return new JsonCursor(text.getBytes(UTF_8));
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.JsonSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ObjectCodecTest {
  private static final String GOOD =
      "{\"metadata\":{\"namespace\":\"n\",\"name\":\"good\",\"resourceVersion\":\"7\"},\"x\":1}";

  private final ObjectCodec<Long> codec =
      ObjectCodec.of(
          object -> {
            if (!object.has("x")) {
              throw new IllegalArgumentException("no x");
            }
            return object.get("x").asLong(-1);
          });

  @Test
  void a_page_is_read_item_by_item() {
    ListPage<Long> page =
        codec.page(
            bytes(
                "{\"kind\":\"List\",\"metadata\":{\"resourceVersion\":\"9\",\"continue\":\"t\","
                    + "\"remainingItemCount\":3},\"items\":["
                    + GOOD
                    + "]}\n"));

    assertThat(page.version()).isEqualTo(new ResourceVersion("9"));
    assertThat(page.continueToken()).isEqualTo("t");
    assertThat(page.isLast()).isFalse();
    assertThat(page.items())
        .containsExactly(new Item<>(new ObjectKey("n", "good"), new ResourceVersion("7"), 1L));
    assertThat(page.poisoned()).isEmpty();
  }

  @Test
  void each_kind_of_poison_costs_its_object_only() {
    List<String> poison =
        List.of(
            "\"a string\"",
            "null",
            "[1,{\"a\":2}]",
            "{}",
            "{\"metadata\":5}",
            "{\"metadata\":{\"name\":[]}}",
            "{\"metadata\":{\"name\":\"bad\",\"resourceVersion\":\"8\"}}",
            "{\"x\":1e99999999999}",
            "{\"x\":nonsense}",
            "{\"x\" 1}",
            "{\"x\":\"\\q\"}",
            "[".repeat(5000) + "]".repeat(5000));
    for (String bad : poison) {
      ListPage<Long> page = codec.page(bytes(list(GOOD, bad, GOOD)));

      assertThat(page.items()).as(bad).hasSize(2);
      assertThat(page.poisoned()).as(bad).hasSize(1);
      assertThat(page.poisoned().get(0).problem()).isNotEmpty();
    }
  }

  @Test
  void a_poisoned_object_is_named_if_its_name_can_be_read() {
    String bad = "{\"metadata\":{\"name\":\"bad\",\"resourceVersion\":\"8\"}}";

    assertThat(codec.page(bytes(list(bad))).poisoned())
        .containsExactly(
            new Poisoned(
                java.util.Optional.of(new ObjectKey("", "bad")), new ResourceVersion("8"), "no x"));
  }

  @Test
  void items_that_are_null_are_no_items() {
    ListPage<Long> page =
        codec.page(bytes("{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":null}"));

    assertThat(page.items()).isEmpty();
    assertThat(page.isLast()).isTrue();
  }

  @Test
  void what_is_no_list_is_refused() {
    for (String text :
        List.of(
            "",
            "[]",
            "null",
            "{\"items\":[]}",
            "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":{}}",
            list(GOOD) + "x",
            "{\"metadata\":{\"resourceVersion\":\"1\"} \"items\":[]}",
            "<html>")) {
      assertThatThrownBy(() -> codec.page(bytes(text)))
          .as(text)
          .isInstanceOf(JsonSyntaxException.class);
    }
  }

  @Property
  void a_page_that_breaks_off_anywhere_is_no_page(@ForAll("pages") String page) {
    byte[] whole = bytes(page);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> codec.page(cut)).isInstanceOf(JsonSyntaxException.class);
    }
    assertThat(codec.page(whole).version()).isEqualTo(new ResourceVersion("5"));
  }

  @Property
  void cutting_items_out_gives_what_parsing_the_whole_gives(@ForAll("values") List<Json> values) {
    Json list =
        Json.object("metadata", Json.object("resourceVersion", "5"), "items", Json.array(values));
    List<Json> items = new ArrayList<>();
    Json rest = new ListOutline(list.toBytes()).read(item -> items.add(Json.parse(item)));

    assertThat(items).isEqualTo(values);
    assertThat(rest).isEqualTo(list.with("items", Json.emptyArray()));
  }

  @Test
  void events_are_read() {
    assertThat(codec.event(bytes("{\"type\":\"ADDED\",\"object\":" + GOOD + "}")))
        .isEqualTo(
            new WatchEvent.Changed<>(
                new Item<>(new ObjectKey("n", "good"), new ResourceVersion("7"), 1L)));
    assertThat(codec.event(bytes("{\"type\":\"DELETED\",\"object\":" + GOOD + "}")))
        .isEqualTo(new WatchEvent.Deleted<>(new ObjectKey("n", "good"), new ResourceVersion("7")));
    assertThat(
            codec.event(
                bytes(
                    "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"8\"}}}")))
        .isEqualTo(new WatchEvent.Bookmark<>(new ResourceVersion("8")));
  }

  @Test
  void a_deletion_needs_no_more_than_a_name() {
    String frame = "{\"type\":\"DELETED\",\"object\":{\"metadata\":{\"name\":\"bad\"}}}";

    assertThat(codec.event(bytes(frame)))
        .isEqualTo(new WatchEvent.Deleted<>(new ObjectKey("", "bad"), ResourceVersion.NONE));
  }

  @Test
  void an_error_event_carries_its_status() {
    WatchEvent<Long> event =
        codec.event(
            bytes(
                "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,"
                    + "\"reason\":\"Expired\",\"message\":\"too old\"}}"));

    assertThat(event).isInstanceOf(WatchEvent.Failed.class);
    assertThat(((WatchEvent.Failed<Long>) event).status().isGone()).isTrue();
    assertThat(event.version().isNone()).isTrue();
  }

  @Test
  void a_frame_that_is_no_event_is_refused() {
    for (String frame :
        List.of("", "{", "{}", "[]", "{\"type\":\"NEWS\"}", "{\"type\":\"DELETED\"}")) {
      assertThatThrownBy(() -> codec.event(bytes(frame)))
          .as(frame)
          .isInstanceOf(JsonSyntaxException.class);
    }
  }

  @Test
  void each_object_is_decoded_once() {
    AtomicInteger calls = new AtomicInteger();
    ObjectCodec<Integer> counting = ObjectCodec.of(object -> calls.incrementAndGet());
    counting.page(bytes(list(GOOD, GOOD, GOOD)));

    assertThat(calls.get()).isEqualTo(3);
  }

  @Provide
  Arbitrary<String> pages() {
    return Arbitraries.strings()
        .withChars("{}[]\",\\:é ")
        .ofMaxLength(8)
        .list()
        .ofMaxSize(3)
        .map(
            texts ->
                Json.object(
                        "items",
                        Json.array(texts.stream().map(Json::of).toList()),
                        "metadata",
                        Json.object("resourceVersion", "5"))
                    .toString());
  }

  @Provide
  Arbitrary<List<Json>> values() {
    Arbitrary<Json> scalars =
        Arbitraries.oneOf(
            Arbitraries.strings().withChars("{}[]\",\\:aé\u2028 \n").ofMaxLength(10).map(Json::of),
            Arbitraries.longs().map(Json::of),
            Arbitraries.of(true, false).map(Json::of),
            Arbitraries.just(Json.ofNull()));
    Arbitrary<Json> objects =
        Combinators.combine(Arbitraries.strings().withChars("ab\"\\{").ofMaxLength(3), scalars)
            .as((name, value) -> Json.object(name, Json.array(value, Json.object("in", value))));
    return Arbitraries.oneOf(scalars, objects).list().ofMaxSize(6);
  }

  private static String list(String... items) {
    return "{\"metadata\":{\"resourceVersion\":\"5\"},\"items\":[" + String.join(",", items) + "]}";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

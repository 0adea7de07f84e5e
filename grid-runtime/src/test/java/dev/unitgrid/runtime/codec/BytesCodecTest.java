/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.JsonSyntaxException;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class BytesCodecTest {
  private static final String GOOD =
      "{\"metadata\":{\"namespace\":\"n\",\"resourceVersion\":\"7\" , \"name\":\"good\"},\"x\":1.0}";

  private final ObjectCodec<String> codec = ObjectCodec.ofBytes(utf8 -> new String(utf8, UTF_8));

  @Test
  void the_decoder_is_given_the_bytes_of_an_item_as_they_are() {
    assertThat(codec.page(bytes(list(GOOD))).items())
        .containsExactly(new Item<>(new ObjectKey("n", "good"), new ResourceVersion("7"), GOOD));
  }

  @Test
  void the_decoder_is_given_the_bytes_of_an_event_wherever_its_type_stands() {
    WatchEvent<String> changed =
        new WatchEvent.Changed<>(
            new Item<>(new ObjectKey("n", "good"), new ResourceVersion("7"), GOOD));

    assertThat(codec.event(bytes("{\"type\":\"MODIFIED\",\"object\":" + GOOD + "}")))
        .isEqualTo(changed);
    assertThat(codec.event(bytes("{\"object\": " + GOOD + " ,\"type\":\"ADDED\"}\n")))
        .isEqualTo(changed);
    assertThat(codec.event(bytes("{\"type\":\"DELETED\",\"object\":" + GOOD + "}")))
        .isEqualTo(new WatchEvent.Deleted<>(new ObjectKey("n", "good"), new ResourceVersion("7")));
    assertThat(codec.event(bytes("{\"type\":\"BOOKMARK\",\"object\":" + GOOD + "}")))
        .isEqualTo(new WatchEvent.Bookmark<>(new ResourceVersion("7")));
  }

  @Test
  void an_error_event_carries_its_status() {
    WatchEvent<String> event =
        codec.event(bytes("{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410}}"));

    assertThat(((WatchEvent.Failed<String>) event).status().isGone()).isTrue();
  }

  @Test
  void each_kind_of_poison_costs_its_object_only() {
    for (String bad :
        List.of(
            "5", "null", "[1,{}]", "{}", "{\"metadata\":5}", "{\"x\" 1}", "{\"metadata\":{1}}")) {
      ListPage<String> page = codec.page(bytes(list(GOOD, bad, GOOD)));

      assertThat(page.items()).as(bad).hasSize(2);
      assertThat(page.poisoned()).as(bad).hasSize(1);
    }
  }

  @Test
  void an_object_that_the_decoder_refuses_is_named() {
    ObjectCodec<String> refusing =
        ObjectCodec.ofBytes(
            utf8 -> {
              throw new IllegalArgumentException("no x");
            });

    assertThat(refusing.event(bytes("{\"type\":\"ADDED\",\"object\":" + GOOD + "}")))
        .isEqualTo(
            new WatchEvent.Undecodable<>(
                new Poisoned(
                    Optional.of(new ObjectKey("n", "good")), new ResourceVersion("7"), "no x")));
  }

  @Test
  void a_frame_that_is_no_event_is_refused() {
    for (String frame :
        List.of("", "{", "{}", "[]", "{\"type\":\"NEWS\"}", "{\"type\":\"DELETED\"}", "{}{}")) {
      assertThatThrownBy(() -> codec.event(bytes(frame)))
          .as(frame)
          .isInstanceOf(JsonSyntaxException.class);
    }
  }

  @Test
  void an_item_of_a_list_may_be_kept_smaller_than_an_event() {
    ObjectCodec<String> both =
        ObjectCodec.ofBytes(
            new BytesDecoder<>() {
              @Override
              public String decode(byte[] utf8) {
                return "event";
              }

              @Override
              public String decodeItem(byte[] utf8) {
                return "item";
              }
            });

    assertThat(both.page(bytes(list(GOOD))).items().get(0).value()).isEqualTo("item");
    assertThat(both.object(Json.parse(bytes(GOOD))).value()).isEqualTo("event");
  }

  @Property
  void names_and_versions_are_those_of_the_tree(
      @ForAll("texts") String name, @ForAll("texts") String more) {
    Json object =
        Json.object(
            "spec", Json.object("metadata", Json.object("name", "no"), more, Json.of(more)),
            "metadata",
                Json.object(
                    "labels", Json.object("name", "no"),
                    "name", name,
                    "namespace", more,
                    "resourceVersion", name));
    byte[] page = list(object.toString()).getBytes(UTF_8);
    ObjectCodec<String> trees = ObjectCodec.of(Json::toString);

    assertThat(codec.page(page)).isEqualTo(trees.page(page));
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings().withChars("{}[]\",\\:aé\u2028 \n").ofMaxLength(8);
  }

  private static String list(String... items) {
    return "{\"metadata\":{\"resourceVersion\":\"5\"},\"items\":[" + String.join(",", items) + "]}";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}

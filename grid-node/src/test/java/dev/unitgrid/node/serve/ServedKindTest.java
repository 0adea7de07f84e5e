/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.core.topology.ServedVersions;
import dev.unitgrid.runtime.codec.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServedKindTest {
  private final ServedKind slices = ServedObjects.kind(ServedResource.ENDPOINT_SLICES);

  private static ServedObject slice(String name, long version) {
    return ServedObjects.slice(name, version, Map.of());
  }

  private static ServedChange put(String name, long version) {
    return new ServedChange.Put(slice(name, version));
  }

  private static ServedChange gone(String name, long version) {
    return new ServedChange.Gone(new ObjectKey("default", name), version);
  }

  private void begin(ServedObject... objects) {
    slices.begin(new ServedVersions(100, 110), List.of(objects));
  }

  private List<String> names() {
    return slices.all().stream().map(object -> object.key().name()).toList();
  }

  @Test
  void nothing_is_served_before_it_begins() {
    assertThat(slices.isReady()).isFalse();
    assertThatThrownBy(slices::versions).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> slices.apply(List.of(put("a", 111))))
        .isInstanceOf(IllegalStateException.class);
    begin(slice("b", 101), slice("a", 105));
    assertThat(slices.isReady()).isTrue();
    assertThat(names()).containsExactly("a", "b");
    slices.unready();
    assertThat(slices.isReady()).isFalse();
  }

  @Test
  void a_batch_of_changes_is_taken_over_whole_or_not_at_all() {
    begin(slice("a", 101));
    slices.apply(List.of(put("b", 111), gone("a", 112), gone("stranger", 113)));
    assertThat(names()).containsExactly("b");
    assertThat(slices.versions().current()).isEqualTo(113);
    assertThatThrownBy(() -> slices.apply(List.of(put("c", 114), put("d", 114))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("default/d changes in version 114 after 114");
    assertThat(names()).containsExactly("b");
    assertThat(slices.versions().current()).isEqualTo(113);
  }

  @Test
  void an_object_without_its_kind_in_front_is_refused() {
    begin();
    ServedObject raw =
        new ServedObject(
            new ObjectKey("default", "a"),
            111,
            "{\"metadata\":{}}".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> slices.apply(List.of(new ServedChange.Put(raw))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_list_is_shared_until_the_next_change() {
    begin(slice("a", 101));
    List<ServedObject> before = slices.all();
    slices.advance(120);
    assertThat(slices.all()).isSameAs(before);
    slices.apply(List.of(put("a", 121)));
    assertThat(slices.all()).isNotSameAs(before);
    assertThat(before.get(0).version()).isEqualTo(101);
  }

  @Test
  void a_bookmark_of_the_api_server_moves_the_version_and_never_back() {
    begin();
    slices.advance(150);
    slices.advance(140);
    assertThat(slices.versions()).isEqualTo(new ServedVersions(100, 150));
  }

  @Test
  void each_deletion_that_a_list_shows_has_a_version_that_no_other_change_has() {
    List<ServedChange> changes =
        ServedChange.ofRelist(
            440,
            List.of(slice("new", 443), slice("changed", 441)),
            List.of(new ObjectKey("default", "y"), new ObjectKey("default", "x")));
    assertThat(changes)
        .extracting(change -> change.key().name() + " " + change.version())
        .containsExactly("changed 441", "x 442", "new 443", "y 444");
  }
}

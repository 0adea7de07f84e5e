/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.runtime.Rule;
import dev.unitgrid.runtime.codec.Item;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.codec.ResourceVersion;
import dev.unitgrid.runtime.reflect.Replacement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class StoreTest {
  private static final Index<Set<String>> BY_LABEL = new Index<>("label", labels -> labels);

  private final Store<Set<String>> store = new Store<>(List.of(BY_LABEL));
  private final List<Change<Set<String>>> changes = new ArrayList<>();

  @Test
  void a_value_is_found_by_its_key_and_by_its_index() {
    store.upsert(item("bj-1", 1, "location", "zone"));
    store.upsert(item("gz-1", 2, "location"));

    assertThat(store.get(key("bj-1"))).contains(Set.of("location", "zone"));
    assertThat(store.get(key("none"))).isEmpty();
    assertThat(store.keys(BY_LABEL, "location")).containsExactly(key("bj-1"), key("gz-1"));
    assertThat(store.items(BY_LABEL, "zone")).containsExactly(item("bj-1", 1, "location", "zone"));
    assertThat(store.terms(BY_LABEL)).containsExactly("location", "zone");
    store.upsert(item("bj-1", 3, "location"));
    assertThat(store.terms(BY_LABEL)).containsExactly("location");
    store.remove(key("bj-1"), version(4));
    assertThat(store.keys(BY_LABEL, "location")).containsExactly(key("gz-1"));
    assertThat(store.size()).isOne();
  }

  @Test
  void a_heartbeat_changes_the_version_and_tells_nobody() {
    store.upsert(item("bj-1", 1, "location"));
    store.listen(changes::add);
    Set<String> before = store.get(key("bj-1")).orElseThrow();
    store.upsert(item("bj-1", 2, "location"));

    assertThat(changes).isEmpty();
    assertThat(store.item(key("bj-1")).orElseThrow().version()).isEqualTo(version(2));
    assertThat(store.get(key("bj-1")).orElseThrow()).isSameAs(before);
  }

  @Test
  void listeners_hear_of_the_old_and_the_new_value() {
    store.listen(changes::add);
    store.upsert(item("a", 1, "x"));
    store.upsert(item("a", 2, "y"));
    store.remove(key("a"), version(3));

    assertThat(changes)
        .containsExactly(
            new Change<>(key("a"), null, Set.of("x")),
            new Change<>(key("a"), Set.of("x"), Set.of("y")),
            new Change<>(key("a"), Set.of("y"), null));
  }

  @Test
  void what_is_older_than_what_is_there_is_ignored() {
    store.upsert(item("a", 5, "new"));
    store.upsert(item("a", 4, "old"));
    store.remove(key("a"), version(4));

    assertThat(store.get(key("a"))).contains(Set.of("new"));
  }

  @Test
  void a_complete_list_takes_away_what_is_not_in_it_even_if_that_is_newer() {
    store.upsert(item("a", 5, "x"));
    store.upsert(item("b", 9, "x"));
    store.listen(changes::add);
    store.replace(new Replacement<>("", List.of(item("a", 3, "y")), Set.of(), false));

    assertThat(store.items()).containsExactly(item("a", 3, "y"));
    assertThat(changes).hasSize(2);
  }

  @Test
  @Rule(2)
  void what_could_not_be_decoded_is_not_taken_for_deleted() {
    store.upsert(item("a", 1, "x"));
    store.upsert(item("b", 1, "x"));
    store.replace(new Replacement<>("", List.of(), Set.of(key("a")), false));
    assertThat(store.items()).containsExactly(item("a", 1, "x"));
    store.replace(new Replacement<>("", List.of(item("c", 2, "y")), Set.of(), true));
    assertThat(store.items()).containsExactlyInAnyOrder(item("a", 1, "x"), item("c", 2, "y"));
  }

  @Test
  void the_list_of_one_namespace_leaves_the_others_alone() {
    Item<Set<String>> other = new Item<>(new ObjectKey("other", "a"), version(1), Set.of());
    store.upsert(other);
    store.upsert(item("a", 1));
    store.replace(new Replacement<>("default", List.of(), Set.of(), false));

    assertThat(store.items()).containsExactly(other);
  }

  @Test
  void a_listener_that_throws_stops_nobody() {
    store.listen(
        change -> {
          throw new IllegalStateException("a bug");
        });
    store.listen(changes::add);
    store.upsert(item("a", 1, "x"));
    store.upsert(item("b", 1, "x"));

    assertThat(changes).hasSize(2);
  }

  @Test
  void a_listener_reads_what_it_was_told_of() {
    AtomicInteger seen = new AtomicInteger();
    store.listen(change -> seen.set(store.keys(BY_LABEL, "x").size()));
    store.upsert(item("a", 1, "x"));

    assertThat(seen.get()).isOne();
  }

  @Test
  void an_index_that_the_store_does_not_keep_is_refused() {
    assertThatThrownBy(() -> store.keys(new Index<>("other", labels -> labels), "x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void indexes_always_say_what_a_walk_over_all_values_says(@ForAll long seed) {
    Random random = new Random(seed);
    Store<Set<String>> any = new Store<>(List.of(BY_LABEL));
    Map<ObjectKey, Set<String>> told = new HashMap<>();
    any.listen(
        change -> {
          assertThat(told.get(change.key())).isEqualTo(change.before());
          if (change.after() == null) {
            told.remove(change.key());
          } else {
            told.put(change.key(), change.after());
          }
        });
    for (int step = 1; step < 60; step++) {
      String name = "n" + random.nextInt(6);
      switch (random.nextInt(5)) {
        case 0 -> any.remove(key(name), version(step));
        case 1 ->
            any.replace(
                new Replacement<>(
                    "", List.of(random(name, step, random)), Set.of(key("n1")), false));
        default -> any.upsert(random(name, step, random));
      }
    }
    Map<ObjectKey, Set<String>> values = new TreeMap<>();
    any.items().forEach(item -> values.put(item.key(), item.value()));

    assertThat(told).isEqualTo(values);
    for (String label : List.of("a", "b", "c")) {
      assertThat(any.keys(BY_LABEL, label))
          .isEqualTo(
              values.entrySet().stream()
                  .filter(entry -> entry.getValue().contains(label))
                  .map(Map.Entry::getKey)
                  .toList());
    }
  }

  @Test
  @Timeout(60)
  void a_reader_never_sees_a_list_half_taken_over() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger torn = new AtomicInteger();
    Thread reader =
        new Thread(
            () -> {
              while (!over.get()) {
                int seen = store.items(BY_LABEL, "x").size() + store.items(BY_LABEL, "y").size();
                int first = store.items(BY_LABEL, "x").size();
                if (first != 0 && first != 100 || seen % 100 != 0) {
                  torn.incrementAndGet();
                }
              }
            });
    reader.start();
    for (int round = 0; round < 500; round++) {
      List<Item<Set<String>>> items = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        items.add(item("n" + i, round, round % 2 == 0 ? "x" : "y"));
      }
      store.replace(new Replacement<>("", items, Set.of(), false));
    }
    over.set(true);
    reader.join();

    assertThat(torn.get()).isZero();
  }

  private static Item<Set<String>> random(String name, int version, Random random) {
    Set<String> labels = new java.util.HashSet<>();
    for (String label : List.of("a", "b", "c")) {
      if (random.nextBoolean()) {
        labels.add(label);
      }
    }
    return item(name, version, labels.toArray(String[]::new));
  }

  private static Item<Set<String>> item(String name, long version, String... labels) {
    return new Item<>(key(name), version(version), Set.of(labels));
  }

  private static ObjectKey key(String name) {
    return new ObjectKey("default", name);
  }

  private static ResourceVersion version(long number) {
    return new ResourceVersion(Long.toString(number));
  }
}

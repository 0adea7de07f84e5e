/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.differential;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.unitgrid.testkit.differential.Operation.Verb;
import dev.unitgrid.testkit.internal.patch.MergePatch;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;

/** What sequences are made of: fragments of manifests and patches, kind by kind. */
final class Vocabulary {
  private static final JsonObject WORDS = resource("vocabulary.json");
  private static final List<String> MANAGERS = List.of("alice", "bob");
  private static final List<String> NAMES = List.of("one", "two");

  /**
   * What no null takes back: a headless Service's address, which the real server only pretends to
   * forget, and the kind.
   */
  private static final Set<String> KEPT = Set.of("clusterIP", "kind");

  private Vocabulary() {}

  static JsonObject resource(String file) {
    try (InputStream in = Vocabulary.class.getResourceAsStream(file)) {
      return JsonParser.parseString(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .getAsJsonObject();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** The entry of a kind: its path, what every manifest of it has, whether it scales. */
  static JsonObject of(String kind) {
    return WORDS.getAsJsonObject(kind);
  }

  static List<String> kinds() {
    return WORDS.keySet().stream().filter(word -> Character.isUpperCase(word.charAt(0))).toList();
  }

  /** Operations on few objects of at most two kinds, so that they meet. */
  static Arbitrary<List<Operation>> sequences() {
    return Arbitraries.of(kinds())
        .flatMap(kind -> operations(kind).list().ofMinSize(2).ofMaxSize(12));
  }

  private static Arbitrary<Operation> operations(String kind) {
    return verbs(kind)
        .flatMap(
            verb ->
                Combinators.combine(
                        Arbitraries.of(MANAGERS),
                        Arbitraries.frequencyOf(
                            Tuple.of(4, Arbitraries.just(NAMES.get(0))),
                            Tuple.of(1, Arbitraries.just(NAMES.get(1)))),
                        content(kind, verb))
                    .as((manager, name, said) -> new Operation(verb, manager, kind, name, said)));
  }

  private static Arbitrary<Verb> verbs(String kind) {
    Map<Verb, Integer> frequencies = new TreeMap<>();
    for (Verb verb : Verb.values()) {
      frequencies.put(verb, 1);
    }
    frequencies.put(Verb.CREATE, 4);
    frequencies.put(Verb.PUT, 3);
    frequencies.put(Verb.MERGE, 4);
    frequencies.put(Verb.STRATEGIC, 3);
    frequencies.put(Verb.JSON_PATCH, 2);
    frequencies.put(Verb.APPLY, 6);
    frequencies.put(Verb.FORCE_APPLY, 4);
    if (of(kind).getAsJsonArray("status").isEmpty()) {
      List.of(Verb.STATUS_PUT, Verb.STATUS_MERGE, Verb.STATUS_APPLY).forEach(frequencies::remove);
    }
    if (!Trees.isTrue(of(kind), "scale")) {
      List.of(Verb.SCALE_MERGE, Verb.SCALE_PUT).forEach(frequencies::remove);
    }
    if (kind.equals("Service")) {
      // Which address a dry run shows is up to the allocator.
      frequencies.remove(Verb.CREATE_DRY_RUN);
    }
    List<Tuple2<Integer, Verb>> weighed = new ArrayList<>();
    frequencies.forEach((verb, frequency) -> weighed.add(Tuple.of(frequency, verb)));
    return Arbitraries.frequency(weighed);
  }

  private static Arbitrary<? extends JsonElement> content(String kind, Verb verb) {
    return switch (verb) {
      case CREATE, CREATE_DRY_RUN, CREATE_STRICT, APPLY, FORCE_APPLY -> manifest(kind);
      case PUT, PUT_BLIND, PUT_STALE -> patch(kind);
      case MERGE, MERGE_DRY_RUN, MERGE_STRICT -> patch(kind);
      case STRATEGIC ->
          Arbitraries.frequencyOf(
              Tuple.of(1, patch(kind)), Tuple.of(2, fragments(kind, "strategic")));
      case JSON_PATCH -> operationsOfJsonPatch(kind);
      case STATUS_PUT, STATUS_MERGE, STATUS_APPLY ->
          merged(fragments(kind, "status").list().ofMinSize(1).ofMaxSize(3));
      case SCALE_MERGE, SCALE_PUT ->
          // Never what a scale shows already: the real server then splits owners, for nothing.
          Arbitraries.frequencyOf(
                  Tuple.of(9, Arbitraries.integers().between(10, 100_000)),
                  Tuple.of(1, Arbitraries.just(-1)))
              .map(replicas -> Trees.objectOf("spec", Trees.objectOf("replicas", replicas)));
      case DELETE, DELETE_ORPHANING -> Arbitraries.just(new JsonObject());
    };
  }

  private static Arbitrary<JsonObject> manifest(String kind) {
    JsonObject base = of(kind).getAsJsonObject("base");
    return Arbitraries.frequencyOf(
        Tuple.of(12, changes(kind).map(fields -> overlay(base, fields))),
        Tuple.of(1, changes(kind)));
  }

  /** Changes, of which one may be taken back by a null. */
  private static Arbitrary<JsonObject> patch(String kind) {
    return Arbitraries.frequencyOf(
        Tuple.of(3, changes(kind)), Tuple.of(1, changes(kind).map(Vocabulary::nulled)));
  }

  private static Arbitrary<JsonObject> changes(String kind) {
    return merged(
        Arbitraries.frequencyOf(
                Tuple.of(10, fragments(kind, "fragments")),
                Tuple.of(5, words(WORDS.getAsJsonArray("metadata"))),
                Tuple.of(1, fragments(kind, "bad")),
                Tuple.of(1, words(WORDS.getAsJsonArray("badMetadata"))))
            .list()
            .ofMinSize(0)
            .ofMaxSize(4));
  }

  private static JsonObject nulled(JsonObject patch) {
    JsonObject copy = patch.deepCopy();
    JsonObject innermost = copy;
    String within = "";
    while (!innermost.isEmpty()) {
      String first = innermost.keySet().iterator().next();
      if (innermost.get(first) instanceof JsonObject below && !below.isEmpty()) {
        innermost = below;
        within = first;
      } else {
        if (!KEPT.contains(first) && !KEPT.contains(within)) {
          innermost.add(first, null);
        }
        break;
      }
    }
    return copy;
  }

  private static Arbitrary<JsonElement> operationsOfJsonPatch(String kind) {
    return fragments(kind, "json")
        .list()
        .ofMinSize(1)
        .ofMaxSize(2)
        .map(
            patches -> {
              JsonArray all = new JsonArray();
              patches.forEach(patch -> patch.getAsJsonArray().forEach(all::add));
              return all;
            });
  }

  private static Arbitrary<JsonElement> fragments(String kind, String list) {
    JsonArray words = of(kind).getAsJsonArray(list);
    return words.isEmpty() ? Arbitraries.just(new JsonObject()) : words(words);
  }

  private static Arbitrary<JsonElement> words(JsonArray words) {
    return Arbitraries.of(words.asList());
  }

  private static Arbitrary<JsonObject> merged(Arbitrary<List<JsonElement>> fragments) {
    return fragments.map(
        list -> {
          JsonObject all = new JsonObject();
          for (JsonElement fragment : list) {
            all = overlay(all, fragment.getAsJsonObject());
          }
          return all;
        });
  }

  /** {@code over} upon {@code base}; a null stays one. */
  static JsonObject overlay(JsonObject base, JsonObject over) {
    JsonObject result = base.deepCopy();
    over.entrySet()
        .forEach(
            entry -> {
              JsonElement there = result.get(entry.getKey());
              boolean both = there instanceof JsonObject && entry.getValue() instanceof JsonObject;
              result.add(
                  entry.getKey(),
                  both
                      ? overlay(there.getAsJsonObject(), entry.getValue().getAsJsonObject())
                      : entry.getValue().deepCopy());
            });
    return result;
  }

  /** What a merge patch makes of {@code object}. */
  static JsonObject patched(JsonObject object, JsonObject patch) {
    return MergePatch.apply(object, patch);
  }
}

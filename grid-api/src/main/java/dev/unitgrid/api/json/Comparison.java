/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a rendered object is not a subset of a live one (RULE 16). What the server defaulted
 * or others added is no difference; what we say and the live object does not have is one.
 */
final class Comparison {
  /** One place where both differ. */
  record Difference(Place place, String text) {}

  /**
   * A place in an object.
   *
   * @param text as people read it
   * @param names as {@code fieldsV1} has it, down to the first atomic value
   * @param insideAtomic whether the names stop above this place
   */
  record Place(String text, List<String> names, boolean insideAtomic) {
    static final Place ROOT = new Place("", List.of(), false);

    Place field(String name) {
      return step(text.isEmpty() ? name : text + "." + name, "f:" + name);
    }

    Place entry(String name) {
      return step(text + "[" + name + "]", "f:" + name);
    }

    Place item(SchemaNode.Keyed keyed, Json item) {
      Json key = FieldSet.liveKey(keyed, item);
      String keys =
          key.fields().entrySet().stream()
              .map(
                  part ->
                      part.getKey() + "=" + part.getValue().asString(part.getValue().toString()))
              .collect(Collectors.joining(","));
      return step(text + "[" + keys + "]", FieldSet.itemName(key));
    }

    Place member(Json member) {
      return step(text + "[" + member.asString(member.toString()) + "]", "v:" + member.canonical());
    }

    Place index(int index) {
      return new Place(text + "[" + index + "]", names, true);
    }

    Place atomic() {
      return insideAtomic ? this : new Place(text, names, true);
    }

    private Place step(String longer, String name) {
      if (insideAtomic) {
        return new Place(longer, names, true);
      }
      List<String> deeper = new ArrayList<>(names);
      deeper.add(name);
      return new Place(longer, List.copyOf(deeper), false);
    }
  }

  private static final int LONGEST_VALUE = 200;

  private final List<Difference> differences = new ArrayList<>();

  private Comparison() {}

  static List<Difference> of(SchemaNode node, Json live, Json rendered) {
    Comparison comparison = new Comparison();
    comparison.compare(node, Place.ROOT, live, rendered);
    return comparison.differences;
  }

  private void compare(SchemaNode node, Place here, Json live, Json rendered) {
    if (rendered.isNull()) {
      return;
    }
    Place place = FieldSet.isAtomic(node) ? here.atomic() : here;
    if (node instanceof SchemaNode.Amount) {
      amount(place, live, rendered);
    } else if (node instanceof SchemaNode.IntOrString) {
      scalar(place, live, rendered, intOrString(live).equals(intOrString(rendered)));
    } else if (rendered.isObject()) {
      object(node, place, live, rendered);
    } else if (rendered.isArray()) {
      list(node, place, live, rendered);
    } else {
      scalar(place, live, rendered, live.equals(rendered));
    }
  }

  private void object(SchemaNode node, Place place, Json live, Json rendered) {
    if (!live.isNull() && !live.isObject()) {
      differ(place, live, rendered);
      return;
    }
    if (node instanceof SchemaNode.Entries entries) {
      entries(entries, place, live, rendered);
    } else {
      fields(node, place, live, rendered);
    }
  }

  /** The server never drops an entry of the user's naming, not even an empty one. */
  private void entries(SchemaNode.Entries entries, Place place, Json live, Json rendered) {
    if (place.insideAtomic() && !live.fields().keySet().equals(rendered.fields().keySet())) {
      differ(place, live, rendered);
      return;
    }
    rendered
        .fields()
        .forEach(
            (name, value) -> {
              if (!value.isNull() && !live.has(name)) {
                differ(place.entry(name), null, value);
              } else {
                compare(entries.value(), place.entry(name), live.get(name), value);
              }
            });
  }

  private void fields(SchemaNode node, Place place, Json live, Json rendered) {
    rendered
        .fields()
        .forEach(
            (name, value) -> {
              if (!(value.isZero() && zeroMeansUnset(node, name))) {
                compare(FieldSet.child(node, name), place.field(name), live.get(name), value);
              }
            });
    if (place.insideAtomic()) {
      collectionsAdded(node, place, live, rendered);
    }
  }

  /**
   * An atomic value is compared whole, but the server defaults fields inside it. It defaults no
   * list or map there, so these are somebody's.
   */
  private void collectionsAdded(SchemaNode node, Place place, Json live, Json rendered) {
    live.fields()
        .forEach(
            (name, value) -> {
              boolean collection =
                  value.isArray() || FieldSet.child(node, name) instanceof SchemaNode.Entries;
              if (collection && !value.isZero() && rendered.get(name).isNull()) {
                differ(place.field(name), value, null);
              }
            });
  }

  private static boolean zeroMeansUnset(SchemaNode node, String field) {
    return node instanceof SchemaNode.Struct struct && struct.zeroMeansUnset().contains(field);
  }

  private void list(SchemaNode node, Place place, Json live, Json rendered) {
    if (node instanceof SchemaNode.Keyed keyed) {
      keyed(keyed, place, live, rendered);
    } else if (node instanceof SchemaNode.Members) {
      members(place, live, rendered);
    } else {
      whole(
          node instanceof SchemaNode.Whole whole ? whole.item() : SchemaNode.ANY,
          place,
          live,
          rendered);
    }
  }

  private void keyed(SchemaNode.Keyed keyed, Place place, Json live, Json rendered) {
    if (place.insideAtomic() && live.items().size() != rendered.items().size()) {
      differ(place, live, rendered);
      return;
    }
    Map<Json, List<Integer>> positions = new HashMap<>();
    for (int i = 0; i < live.items().size(); i++) {
      Json key = FieldSet.liveKey(keyed, live.items().get(i));
      positions.computeIfAbsent(key, unseen -> new ArrayList<>()).add(i);
    }
    List<Integer> found = new ArrayList<>();
    for (Json item : rendered.items()) {
      // Of two items of one key the first meets the first: a taken-over child may have duplicates.
      List<Integer> same = positions.getOrDefault(FieldSet.liveKey(keyed, item), new ArrayList<>());
      if (same.isEmpty()) {
        differ(place.item(keyed, item), null, item);
      } else {
        int position = same.remove(0);
        found.add(position);
        compare(keyed.item(), place.item(keyed, item), live.items().get(position), item);
      }
    }
    order(keyed, place, live, found);
  }

  /** An apply restores the order of the items that it names, so another order is a difference. */
  private void order(SchemaNode.Keyed keyed, Place place, Json live, List<Integer> found) {
    List<Integer> sorted = found.stream().sorted().toList();
    if (!sorted.equals(found)) {
      differ(place, keys(keyed, live, sorted), keys(keyed, live, found));
    }
  }

  private static Json keys(SchemaNode.Keyed keyed, Json live, List<Integer> positions) {
    return Json.array(
        positions.stream().map(i -> FieldSet.liveKey(keyed, live.items().get(i))).toList());
  }

  private void members(Place place, Json live, Json rendered) {
    for (Json member : rendered.items()) {
      if (!live.items().contains(member)) {
        differ(place.member(member), null, member);
      }
    }
  }

  private void whole(SchemaNode item, Place where, Json live, Json rendered) {
    Place place = where.atomic();
    if (live.items().size() != rendered.items().size()) {
      differ(place, live, rendered);
      return;
    }
    for (int i = 0; i < rendered.items().size(); i++) {
      compare(item, place.index(i), live.items().get(i), rendered.items().get(i));
    }
  }

  private void amount(Place place, Json live, Json rendered) {
    Optional<BigDecimal> is = Quantity.value(live);
    Optional<BigDecimal> shall = Quantity.value(rendered);
    boolean zero = live.isNull() && shall.filter(value -> value.signum() == 0).isPresent();
    scalar(
        place,
        live,
        rendered,
        zero || (shall.isPresent() ? is.equals(shall) : live.equals(rendered)));
  }

  private static Json intOrString(Json value) {
    String text = value.asString("");
    if (!text.isEmpty() && text.length() < 10 && text.chars().allMatch(Character::isDigit)) {
      return Json.of(Long.parseLong(text));
    }
    return value;
  }

  private void scalar(Place place, Json live, Json rendered, boolean equal) {
    if (!equal && !(rendered.isZero() && live.isZero())) {
      differ(place, live, rendered);
    }
  }

  private void differ(Place place, @Nullable Json live, @Nullable Json rendered) {
    differences.add(
        new Difference(place, place.text() + ": " + text(live) + " -> " + text(rendered)));
  }

  private static String text(@Nullable Json value) {
    if (value == null || value.isNull()) {
      return "(absent)";
    }
    String text = Objects.toString(value);
    return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "...";
  }
}

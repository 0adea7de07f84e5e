/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A live object with one leaf changed or removed that the rendered one names with a value. */
record Mutation(String path, Json changed) {
  /**
   * One change and one removal for every rendered leaf that is no zero. Rendered items are matched
   * to live ones by position: nobody has added an item to these fixtures.
   */
  static List<Mutation> ofLeaves(LiveObject object) {
    List<Mutation> mutations = new ArrayList<>();
    Json rendered = object.rendered().without("apiVersion").without("kind");
    visit("", rendered, object.live(), UnaryOperator.identity(), mutations);
    return mutations;
  }

  private static void visit(
      String path, Json rendered, Json live, UnaryOperator<Json> whole, List<Mutation> mutations) {
    if (rendered.isZero()) {
      return;
    }
    if (rendered.isObject()) {
      rendered
          .fields()
          .forEach(
              (name, value) ->
                  visit(
                      path + "." + name,
                      value,
                      live.get(name),
                      changed ->
                          whole.apply(
                              changed.isNull() ? live.without(name) : live.with(name, changed)),
                      mutations));
    } else if (rendered.isArray()) {
      for (int i = 0; i < rendered.items().size(); i++) {
        int index = i;
        visit(
            path + "[" + i + "]",
            rendered.items().get(i),
            live.items().get(i),
            changed -> whole.apply(replaced(live, index, changed)),
            mutations);
      }
    } else {
      mutations.add(new Mutation(path + " changed", whole.apply(other(live))));
      mutations.add(new Mutation(path + " removed", whole.apply(Json.ofNull())));
    }
  }

  private static Json replaced(Json list, int index, Json item) {
    List<Json> items = new ArrayList<>(list.items());
    if (item.isNull()) {
      items.remove(index);
    } else {
      items.set(index, item);
    }
    return Json.array(items);
  }

  private static Json other(Json leaf) {
    if (leaf instanceof Json.Num num) {
      return new Json.Num(num.value().add(java.math.BigDecimal.ONE));
    }
    if (leaf instanceof Json.Bool bool) {
      return Json.of(!bool.value());
    }
    String text = leaf.asString("");
    return Json.of(text.isEmpty() || !Character.isDigit(text.charAt(0)) ? text + "-x" : "9" + text);
  }
}

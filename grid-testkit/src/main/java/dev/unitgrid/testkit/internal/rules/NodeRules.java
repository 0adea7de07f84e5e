/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

import com.google.gson.JsonElement;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is refused in nodes and namespaces. Stateless. */
final class NodeRules {
  private NodeRules() {}

  static void node(Field node, @Nullable JsonElement before) {
    Field spec = node.get("spec");
    taints(node.get("metadata", "taints"), spec.items("taints"));
    ranges(spec);
    settled(spec, before, "podCIDRs", "podCIDR");
    settled(spec, before, "providerID", "providerID");
    Field status = node.get("status");
    resources(status.get("capacity"));
    resources(status.get("allocatable"));
    // The real server looks at addresses only when they change.
    if (before != null) {
      addresses(status.items("addresses"));
    }
  }

  private static void taints(Field said, List<Field> taints) {
    Set<String> found = new HashSet<>();
    for (int i = 0; i < taints.size(); i++) {
      Field there = said.get("[" + i + "]");
      Field taint = taints.get(i);
      String key = taint.text("key");
      String value = taint.text("value");
      String effect = taint.text("effect");
      problems(there.get("key"), key, Names.problemsOfKey(key));
      problems(there.get("value"), value, Names.problemsOfLabelValue(value));
      if (effect.isEmpty()) {
        there.get("effect").required("");
      } else if (!List.of("NoSchedule", "PreferNoSchedule", "NoExecute").contains(effect)) {
        there
            .get("effect")
            .unsupported(Field.quoted(effect), "NoSchedule", "PreferNoSchedule", "NoExecute");
      }
      if (!found.add(key + " " + effect)) {
        there.duplicate(
            "{\"Key\":"
                + Field.quoted(key)
                + ",\"Value\":"
                + Field.quoted(value)
                + ",\"Effect\":"
                + Field.quoted(effect)
                + ",\"TimeAdded\":"
                + taint.get("timeAdded").value()
                + "}: taints must be unique by key and effect pair");
      }
    }
  }

  private static void problems(Field said, String shown, List<String> problems) {
    problems.forEach(why -> said.invalid(Field.quoted(shown), why));
  }

  private static void ranges(Field spec) {
    Set<Boolean> families = new HashSet<>();
    boolean twice = false;
    for (Field range : spec.items("podCIDRs")) {
      if (!Addresses.isRange(range.text())) {
        range.invalid(Addresses.NO_RANGE);
      } else {
        twice |= !families.add(range.text().contains(":"));
      }
    }
    if (twice) {
      spec.get("podCIDRs").invalid("may specify no more than one CIDR for each IP family");
    }
  }

  private static void settled(Field spec, @Nullable JsonElement before, String name, String shown) {
    JsonElement was = Trees.at(before, "spec", name);
    Field field = spec.get(name);
    if (was != null && !Trees.same(was, field.value())) {
      field.forbidden("node updates may not change " + shown + " except from \"\" to valid");
    }
  }

  private static void resources(Field resources) {
    for (Field entry : resources.entries()) {
      ResourceRules.quantity(entry, resources.get(entry.key()));
    }
  }

  private static void addresses(List<Field> addresses) {
    Set<String> found = new HashSet<>();
    for (Field address : addresses) {
      String shown =
          "{\"Type\":"
              + Field.quoted(address.text("type"))
              + ",\"Address\":"
              + Field.quoted(address.text("address"))
              + "}";
      if (!found.add(shown)) {
        address.duplicate(shown);
      }
    }
  }

  static void namespace(Field namespace) {
    Field phase = namespace.get("status", "phase");
    boolean ends = namespace.get("metadata").has("deletionTimestamp");
    String right = ends ? "Terminating" : "Active";
    if (!phase.text().equals(right)) {
      phase
          .as("Phase")
          .invalid(
              Field.quoted(phase.text()),
              "may only be '"
                  + right
                  + "' if `deletionTimestamp` is "
                  + (ends ? "not empty" : "empty"));
    }
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

import dev.unitgrid.testkit.internal.schema.Quantities;
import java.util.List;

/** What is refused in requests and limits, and in the resources of nodes. Stateless. */
final class ResourceRules {
  private static final List<String> OF_CONTAINERS = List.of("cpu", "memory", "ephemeral-storage");

  private ResourceRules() {}

  static void ofContainer(Field resources) {
    boolean cpuOrMemory = false;
    boolean hugePages = false;
    for (String list : List.of("limits", "requests")) {
      for (Field entry : resources.get(list).entries()) {
        name(entry);
        quantity(entry, entry);
        cpuOrMemory |= entry.key().equals("cpu") || entry.key().equals("memory");
        hugePages |= isHugePages(entry.key());
      }
    }
    for (Field request : resources.get("requests").entries()) {
      compare(resources, request);
    }
    if (hugePages && !cpuOrMemory) {
      resources.forbidden("HugePages require cpu or memory");
    }
  }

  private static void name(Field entry) {
    String name = entry.key();
    if (OF_CONTAINERS.contains(name) || isHugePages(name)) {
      return;
    }
    List<String> problems = Names.problemsOfKey(name);
    problems.forEach(why -> entry.invalid(Field.quoted(name), why));
    if (!name.contains("/")) {
      if (problems.isEmpty()) {
        entry.invalid(Field.quoted(name), "must be a standard resource type or fully qualified");
      }
      entry.invalid(Field.quoted(name), "must be a standard resource for containers");
    } else if (!isExtended(name)) {
      entry.invalid(Field.quoted(name), "doesn't follow extended resource name standard");
    }
  }

  private static boolean isHugePages(String name) {
    return name.startsWith("hugepages-");
  }

  private static boolean isExtended(String name) {
    return name.contains("/")
        && !name.contains("kubernetes.io/")
        && !name.startsWith("requests.")
        && Names.problemsOfKey("requests." + name).isEmpty();
  }

  /** A quantity is not negative, and of what comes in pieces whole; {@code said} where it says. */
  static void quantity(Field entry, Field said) {
    String text = entry.text();
    if (text.startsWith("-")) {
      said.invalid(Field.quoted(text), "must be greater than or equal to 0");
    } else if (entry.key().contains("/") && !isWhole(text)) {
      said.invalid(Field.quoted(text), "must be an integer");
    }
  }

  private static boolean isWhole(String quantity) {
    return Quantities.value(quantity).stripTrailingZeros().scale() <= 0;
  }

  private static void compare(Field resources, Field request) {
    String name = request.key();
    boolean shared = !name.contains("/") && !isHugePages(name);
    Field limit = resources.get("limits", name);
    if (!limit.isThere()) {
      if (!shared) {
        resources.get("limits").required("Limit must be set for non overcommitable resources");
      }
      return;
    }
    String wanted = request.text();
    String most = limit.text();
    if (wanted.equals(most)) {
      return;
    }
    int order = Quantities.value(wanted).compareTo(Quantities.value(most));
    if (!shared && order != 0) {
      resources
          .get("requests")
          .invalid(Field.quoted(wanted), "must be equal to " + name + " limit of " + most);
    } else if (order > 0) {
      resources
          .get("requests")
          .invalid(
              Field.quoted(wanted), "must be less than or equal to " + name + " limit of " + most);
    }
  }
}

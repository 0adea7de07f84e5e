/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

import com.google.gson.JsonElement;
import dev.unitgrid.testkit.internal.tree.Trees;
import org.jspecify.annotations.Nullable;

/** What is refused in roles and their bindings. Stateless. */
final class AccessRules {
  private static final String GROUP = "rbac.authorization.k8s.io";

  private AccessRules() {}

  static void role(Field role, boolean namespaced) {
    for (Field rule : role.items("rules")) {
      rule(rule, namespaced);
    }
    Field selectors = role.get("aggregationRule", "clusterRoleSelectors");
    if (role.has("aggregationRule") && selectors.isEmpty()) {
      selectors.required("at least one clusterRoleSelector required if aggregationRule is non-nil");
    }
    for (Field selector : selectors.items()) {
      int before = selector.problemsSoFar();
      LabelRules.selector(selector);
      if (selector.problemsSoFar() > before) {
        selector.invalid("null", "invalid label selector.");
      }
    }
  }

  private static void rule(Field rule, boolean namespaced) {
    if (rule.items("verbs").isEmpty()) {
      rule.get("verbs").required("verbs must contain at least one value");
    }
    Field paths = rule.get("nonResourceURLs");
    if (!paths.items().isEmpty()) {
      if (namespaced) {
        paths.invalid("namespaced rules cannot apply to non-resource URLs");
      }
      boolean both =
          !rule.items("apiGroups").isEmpty()
              || !rule.items("resources").isEmpty()
              || !rule.items("resourceNames").isEmpty();
      if (both) {
        paths.invalid("rules cannot apply to both regular resources and non-resource URLs");
      }
      return;
    }
    if (rule.items("apiGroups").isEmpty()) {
      rule.get("apiGroups").required("resource rules must supply at least one api group");
    }
    if (rule.items("resources").isEmpty()) {
      rule.get("resources").required("resource rules must supply at least one resource");
    }
  }

  static void binding(Field binding, boolean namespaced, @Nullable JsonElement before) {
    Field role = binding.get("roleRef");
    if (!role.text("apiGroup").equals(GROUP)) {
      role.get("apiGroup").unsupported(Field.quoted(role.text("apiGroup")), GROUP);
    }
    if (namespaced) {
      role.get("kind").oneOf("Role", "ClusterRole");
    } else {
      role.get("kind").oneOf("ClusterRole");
    }
    if (role.text("name").isEmpty()) {
      role.get("name").required("");
    } else {
      role.get("name").invalid(Names.problemsOfPathSegment(role.text("name")));
    }
    binding.items("subjects").forEach(subject -> subject(subject, namespaced));
    if (before != null && !Trees.same(Trees.at(before, "roleRef"), role.value())) {
      role.invalid(
          "{\"APIGroup\":"
              + Field.quoted(role.text("apiGroup"))
              + ",\"Kind\":"
              + Field.quoted(role.text("kind"))
              + ",\"Name\":"
              + Field.quoted(role.text("name"))
              + "}",
          "cannot change roleRef");
    }
  }

  private static void subject(Field subject, boolean namespaced) {
    String name = subject.text("name");
    if (name.isEmpty()) {
      subject.get("name").required("");
    }
    switch (subject.text("kind")) {
      case "ServiceAccount" -> {
        if (!name.isEmpty()) {
          subject.get("name").invalid(Names.problemsOfSubdomain(name));
        }
        if (!subject.text("apiGroup").isEmpty()) {
          subject.get("apiGroup").oneOf("");
        }
        if (!namespaced && subject.text("namespace").isEmpty()) {
          subject.get("namespace").required("");
        }
      }
      case "User", "Group" -> subject.get("apiGroup").oneOf(GROUP);
      default -> subject.get("kind").oneOf("ServiceAccount", "User", "Group");
    }
  }
}

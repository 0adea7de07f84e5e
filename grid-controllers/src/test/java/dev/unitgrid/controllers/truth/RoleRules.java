/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.truth;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.RecordedRequest;
import dev.unitgrid.testkit.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** What Roles and ClusterRoles allow. */
public final class RoleRules {
  private RoleRules() {}

  /** Every verb on every resource, e.g. {@code patch apps/deployments}. */
  public static Set<String> deeds(Json role) {
    Set<String> deeds = new TreeSet<>();
    for (Json rule : role.get("rules").items()) {
      for (String group : strings(rule.get("apiGroups"))) {
        for (String resource : strings(rule.get("resources"))) {
          strings(rule.get("verbs"))
              .forEach(verb -> deeds.add(verb + " " + resource(group, resource)));
        }
      }
    }
    return deeds;
  }

  /** What {@code request} did, as deeds name it. */
  public static String deed(RecordedRequest request) {
    int dot = request.resource().indexOf('.');
    String plural = dot < 0 ? request.resource() : request.resource().substring(0, dot);
    String group = dot < 0 ? "" : request.resource().substring(dot + 1);
    String subresource = request.subresource().isEmpty() ? "" : "/" + request.subresource();
    Verb verb = request.verb() == Verb.APPLY ? Verb.PATCH : request.verb();
    return verb.name().toLowerCase(Locale.ROOT) + " " + resource(group, plural + subresource);
  }

  /** As deeds name it. */
  public static String resource(String group, String name) {
    return group.isEmpty() ? name : group + "/" + name;
  }

  /** The role with a verb on one resource less. */
  public static Json without(Json role, String verb, String resource) {
    List<Json> rules = new ArrayList<>();
    for (Json rule : role.get("rules").items()) {
      for (String each : strings(rule.get("resources"))) {
        List<String> verbs = new ArrayList<>(strings(rule.get("verbs")));
        verbs.removeIf(allowed -> each.equals(resource) && allowed.equals(verb));
        if (!verbs.isEmpty()) {
          rules.add(
              rule.with("resources", Json.array(Json.of(each)))
                  .with("verbs", Json.array(verbs.stream().map(Json::of).toList())));
        }
      }
    }
    return role.with("rules", Json.array(rules));
  }

  private static List<String> strings(Json list) {
    return list.items().stream().map(item -> item.asString("")).toList();
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import dev.unitgrid.testkit.internal.api.Call;
import dev.unitgrid.testkit.internal.api.Yaml;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a request is about, read from its path; also of one that the server will refuse. */
record Target(Verb verb, String resource, String namespace, String name, String subresource) {
  static Target of(Call call) {
    List<String> parts = new ArrayList<>(Arrays.asList(call.path().split("/", -1)));
    parts.removeIf(String::isEmpty);
    boolean core = !parts.isEmpty() && parts.get(0).equals("api");
    int afterVersion = core ? 2 : 3;
    if (parts.size() <= afterVersion) {
      return new Target(Verb.GET, "", "", "", "");
    }
    String group = core ? "" : parts.get(1);
    List<String> rest = parts.subList(afterVersion, parts.size());
    String namespace = "";
    if (rest.size() > 2
        && rest.get(0).equals("namespaces")
        && !List.of("status", "finalize").contains(rest.get(2))) {
      namespace = rest.get(1);
      rest = rest.subList(2, rest.size());
    }
    String name = rest.size() > 1 ? rest.get(1) : "";
    return new Target(
        verb(call, name),
        rest.get(0) + (group.isEmpty() ? "" : "." + group),
        namespace,
        name,
        rest.size() > 2 ? rest.get(2) : "");
  }

  private static Verb verb(Call call, String name) {
    return switch (call.method()) {
      case "POST" -> Verb.CREATE;
      case "PUT" -> Verb.UPDATE;
      case "PATCH" ->
          call.contentType().startsWith("application/apply-patch") ? Verb.APPLY : Verb.PATCH;
      case "DELETE" -> name.isEmpty() ? Verb.DELETE_COLLECTION : Verb.DELETE;
      default -> call.isWatch() ? Verb.WATCH : name.isEmpty() ? Verb.LIST : Verb.GET;
    };
  }

  Faults.Request request(Call call) {
    int page = call.query().getOrDefault("continue", "").isEmpty() ? 1 : 2;
    return new Faults.Request(
        verb, resource, () -> objectName(call), call.user(), call.userAgent(), page);
  }

  /** A create names its object in the body alone; one that nobody can read names none. */
  private String objectName(Call call) {
    if (verb != Verb.CREATE || !name.isEmpty()) {
      return name;
    }
    try {
      JsonElement body =
          call.contentType().contains("yaml") ? Yaml.parse(call.body()) : Trees.parse(call.body());
      return Trees.string(body, "metadata", "name");
    } catch (JsonParseException | Yaml.MalformedException unreadable) {
      return "";
    }
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import dev.unitgrid.testkit.internal.access.Deed;
import dev.unitgrid.testkit.internal.api.Call;
import dev.unitgrid.testkit.internal.api.Yaml;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.Locale;

/** What a request is about, read from its path; also of one that the server will refuse. */
record Target(Verb verb, String resource, String namespace, String name, String subresource) {
  static Target of(Call call) {
    Deed deed = Deed.of(call.method(), call.path(), call.query());
    if (!deed.isOfResource()) {
      return new Target(Verb.GET, "", "", "", "");
    }
    boolean isNamespace = deed.storage().equals("namespaces");
    return new Target(
        verb(call, deed),
        deed.storage(),
        isNamespace ? "" : deed.namespace(),
        deed.name(),
        deed.subresource());
  }

  private static Verb verb(Call call, Deed deed) {
    return switch (deed.verb()) {
      case "patch" ->
          call.contentType().startsWith("application/apply-patch") ? Verb.APPLY : Verb.PATCH;
      case "deletecollection" -> Verb.DELETE_COLLECTION;
      default -> Verb.valueOf(deed.verb().toUpperCase(Locale.ROOT));
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

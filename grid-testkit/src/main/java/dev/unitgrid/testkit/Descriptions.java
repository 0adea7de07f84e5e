/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.api.ApiServer;
import dev.unitgrid.testkit.internal.api.ResourceKind;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is there, in lines. Stateless; under the server's lock. */
final class Descriptions {
  private static final int LINES = 200;
  private static final List<String> QUIET =
      List.of("namespaces", "replicasets.apps", "controllerrevisions.apps");

  private Descriptions() {}

  static String of(ApiServer server) {
    StringBuilder text = new StringBuilder();
    Map<String, ResourceKind> kinds = new TreeMap<>();
    server.kinds().all().forEach(kind -> kinds.put(kind.storage(), kind));
    int lines = 0;
    for (ResourceKind kind : kinds.values()) {
      if (QUIET.contains(kind.storage())) {
        continue;
      }
      for (JsonObject object : server.store().all(kind.storage()).values()) {
        if (lines++ < LINES) {
          text.append("  ").append(line(kind, object)).append('\n');
        }
      }
    }
    if (lines > LINES) {
      text.append("  and ").append(lines - LINES).append(" more\n");
    }
    return lines == 0 ? "  nothing\n" : text.toString();
  }

  private static String line(ResourceKind kind, JsonObject object) {
    String namespace = Trees.string(object, "metadata", "namespace");
    String name =
        kind.kind()
            + " "
            + (namespace.isEmpty() ? "" : namespace + "/")
            + Trees.string(object, "metadata", "name");
    return switch (kind.kind()) {
      case "Deployment", "StatefulSet" ->
          name
              + " "
              + Trees.number(object, 0, "status", "readyReplicas")
              + "/"
              + Trees.number(object, 0, "spec", "replicas");
      case "Pod" ->
          name
              + " "
              + Trees.string(object, "status", "phase")
              + " on "
              + Trees.string(object, "spec", "nodeName");
      case "Node" -> name + " " + Trees.object(object, "metadata", "labels");
      case "CustomResourceDefinition" -> name;
      default -> kind.builtIn() ? name : name + " status " + Trees.object(object, "status");
    };
  }
}

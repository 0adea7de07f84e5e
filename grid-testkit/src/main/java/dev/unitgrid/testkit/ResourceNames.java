/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import com.google.gson.JsonObject;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.testkit.internal.access.Identity;
import dev.unitgrid.testkit.internal.api.Call;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;

/**
 * The names of resources that a server serves, or may serve later: a name with a typing mistake
 * would match no request, and nobody would notice. Asks the server's discovery, past log and
 * faults. Thread-safe.
 */
final class ResourceNames {
  private static final String AGGREGATED =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

  private final Upstream server;

  ResourceNames(Upstream server) {
    this.server = server;
  }

  /** One that is served, with the other names under which people know it. */
  private record Served(String plural, String group, Set<String> aliases) {
    String name() {
      return group.isEmpty() ? plural : plural + "." + group;
    }

    boolean isMeantBy(String plural) {
      return this.plural.equals(plural) || aliases.contains(plural);
    }
  }

  /**
   * Takes a name that requests can have: that of a resource which is served, or one that a
   * CustomResourceDefinition may still bring. Those have groups with a dot, which no part of
   * Kubernetes serves, and are not a slip for a resource of the same group that is there.
   *
   * @param name the plural, with the group after a dot unless it is the core group
   * @throws IllegalArgumentException for another one, with the name that may be meant
   */
  String checked(String name) {
    if (name.equals(Faults.EVERYTHING)) {
      return name;
    }
    List<Served> served = served();
    if (served.isEmpty() || served.stream().anyMatch(one -> one.name().equals(name))) {
      return name;
    }
    int dot = name.indexOf('.');
    String plural = name.substring(0, dot < 0 ? name.length() : dot);
    String group = dot < 0 ? "" : name.substring(dot + 1);
    if (mayCome(plural, group, served)) {
      return name;
    }
    throw new IllegalArgumentException(
        "no resource is named \""
            + name
            + "\": requests are about plurals, with the group after a dot unless it is the core"
            + " group; the nearest is \""
            + nearest(name, plural, served)
            + "\"");
  }

  private static boolean mayCome(String plural, String group, List<Served> served) {
    return group.contains(".")
        && !group.endsWith(".k8s.io")
        && served.stream().noneMatch(one -> one.group().equals(group) && one.isMeantBy(plural));
  }

  private static String nearest(String name, String plural, List<Served> served) {
    List<Served> meant = served.stream().filter(one -> one.isMeantBy(plural)).toList();
    return (meant.isEmpty() ? served : meant)
        .stream()
            .map(Served::name)
            .min(Comparator.comparingInt(one -> distance(one, name)))
            .orElse("");
  }

  private List<Served> served() {
    List<Served> served = new ArrayList<>();
    for (String path : List.of("/api", "/apis")) {
      try {
        ApiResponse answer = server.answer(call(path), -1).join();
        if (answer.isSuccess()) {
          read(Trees.parse(answer.body()).getAsJsonObject(), served);
        }
      } catch (CompletionException away) {
        // A server that is away serves nothing that a name could be compared with.
        return List.of();
      }
    }
    return served;
  }

  private static Call call(String path) {
    return new Call(
        "GET",
        path,
        Map.of(),
        "",
        AGGREGATED,
        "testkit/test",
        Identity.master(EmbeddedApiServer.ADMIN),
        new byte[0]);
  }

  private static void read(JsonObject discovery, List<Served> into) {
    for (JsonObject group : Trees.objects(discovery, "items")) {
      for (JsonObject version : Trees.objects(group, "versions")) {
        for (JsonObject resource : Trees.objects(version, "resources")) {
          Set<String> aliases = new HashSet<>();
          Trees.array(resource, "shortNames").forEach(each -> aliases.add(each.getAsString()));
          aliases.add(Trees.string(resource, "singularResource"));
          aliases.add(Trees.string(resource, "responseKind", "kind"));
          into.add(
              new Served(
                  Trees.string(resource, "resource"),
                  Trees.string(group, "metadata", "name"),
                  aliases));
        }
      }
    }
  }

  /** How many letters have to be changed, put in or taken out. */
  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int above = row[j];
        int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above, row[j - 1]));
        diagonal = above;
      }
    }
    return row[other.length()];
  }
}

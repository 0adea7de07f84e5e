/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import dev.unitgrid.testkit.internal.store.ObjectKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Where a path leads: a kind, and in it a namespace, a name, a subresource, each empty if none. */
public record Route(ResourceKind kind, String namespace, String name, String subresource) {
  /**
   * Subresources that a real server has and this one refuses, so that nobody takes it for a 404.
   */
  private static final Map<String, List<String>> ONLY_REAL =
      Map.of(
          "pods",
          List.of("attach", "ephemeralcontainers", "exec", "log", "portforward", "proxy", "resize"),
          "nodes",
          List.of("proxy"),
          "services",
          List.of("proxy"),
          "serviceaccounts",
          List.of("token"),
          "namespaces",
          List.of("finalize"));

  static Route of(String path, Kinds kinds) {
    if (path.contains("//")) {
      throw StatusException.noSuchPath();
    }
    List<String> parts = new ArrayList<>(Arrays.asList(path.split("/", -1)));
    parts.removeIf(String::isEmpty);
    int afterVersion = parts.isEmpty() || parts.get(0).equals("api") ? 2 : 3;
    if (parts.size() <= afterVersion) {
      throw StatusException.noSuchPath();
    }
    String apiVersion = String.join("/", parts.subList(1, afterVersion));
    List<String> rest = parts.subList(afterVersion, parts.size());
    if (rest.get(0).equals("watch") && rest.size() > 1) {
      throw StatusException.notImplemented(
          "the paths below /watch, deprecated since Kubernetes 1.11; ask with ?watch=true");
    }
    String namespace = "";
    boolean inNamespace =
        rest.size() > 2
            && rest.get(0).equals("namespaces")
            && !rest.get(2).equals("status")
            && !rest.get(2).equals("finalize");
    if (inNamespace) {
      namespace = rest.get(1);
      rest = rest.subList(2, rest.size());
    }
    if (rest.size() > 3) {
      throw StatusException.noSuchPath();
    }
    ResourceKind kind =
        kinds.find(apiVersion, rest.get(0)).orElseThrow(StatusException::noSuchPath);
    String name = rest.size() > 1 ? rest.get(1) : "";
    if (inNamespace != kind.namespaced() && (inNamespace || !name.isEmpty())) {
      throw StatusException.noSuchPath();
    }
    String subresource = rest.size() > 2 ? rest.get(2) : "";
    boolean known =
        subresource.isEmpty()
            || (subresource.equals("status") && kind.status())
            || (subresource.equals("scale") && kind.scale())
            || (List.of("binding", "eviction").contains(subresource)
                && kind.storage().equals("pods"));
    if (!known && ONLY_REAL.getOrDefault(kind.storage(), List.of()).contains(subresource)) {
      throw StatusException.notImplemented(kind.plural() + "/" + subresource);
    }
    if (!known) {
      throw StatusException.noSuchPath();
    }
    return new Route(kind, namespace, name, subresource);
  }

  ObjectKey key() {
    return new ObjectKey(kind.storage(), namespace, name);
  }
}

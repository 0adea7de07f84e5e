/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import dev.unitgrid.testkit.internal.store.ObjectKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Where a path leads: a kind, and in it a namespace, a name, a subresource, each empty if none. */
public record Route(ResourceKind kind, String namespace, String name, String subresource) {
  static Route of(String path, Kinds kinds) {
    List<String> parts = new ArrayList<>(Arrays.asList(path.split("/", -1)));
    parts.removeIf(String::isEmpty);
    int afterVersion = parts.isEmpty() || parts.get(0).equals("api") ? 2 : 3;
    if (parts.size() <= afterVersion) {
      throw StatusException.noSuchPath();
    }
    String apiVersion = String.join("/", parts.subList(1, afterVersion));
    List<String> rest = parts.subList(afterVersion, parts.size());
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
            || (subresource.equals("eviction") && kind.storage().equals("pods"));
    if (!known) {
      throw StatusException.noSuchPath();
    }
    return new Route(kind, namespace, name, subresource);
  }

  ObjectKey key() {
    return new ObjectKey(kind.storage(), namespace, name);
  }
}

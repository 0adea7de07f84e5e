/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import dev.unitgrid.testkit.internal.schema.BuiltInSchemas;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The kinds that are served now. Not thread-safe: the server's lock guards it. */
public final class Kinds {
  private static final String[] BUILT_IN = {
    // group | version | kind | plural | short names | namespaced | subresources
    "|v1|Namespace|namespaces|ns|cluster|status",
    "|v1|Node|nodes|no|cluster|status",
    "|v1|Pod|pods|po|namespaced|status",
    "|v1|Service|services|svc|namespaced|status",
    "|v1|Endpoints|endpoints|ep|namespaced|",
    "|v1|ConfigMap|configmaps|cm|namespaced|",
    "|v1|Secret|secrets||namespaced|",
    "|v1|ServiceAccount|serviceaccounts|sa|namespaced|",
    "|v1|PersistentVolumeClaim|persistentvolumeclaims|pvc|namespaced|status",
    "|v1|Event|events|ev|namespaced|",
    "events.k8s.io|v1|Event|events|ev|namespaced|",
    "apps|v1|Deployment|deployments|deploy|namespaced|status,scale",
    "apps|v1|ReplicaSet|replicasets|rs|namespaced|status,scale",
    "apps|v1|StatefulSet|statefulsets|sts|namespaced|status,scale",
    "apps|v1|ControllerRevision|controllerrevisions||namespaced|",
    "coordination.k8s.io|v1|Lease|leases||namespaced|",
    "discovery.k8s.io|v1|EndpointSlice|endpointslices||namespaced|",
    "rbac.authorization.k8s.io|v1|Role|roles||namespaced|",
    "rbac.authorization.k8s.io|v1|RoleBinding|rolebindings||namespaced|",
    "rbac.authorization.k8s.io|v1|ClusterRole|clusterroles||cluster|",
    "rbac.authorization.k8s.io|v1|ClusterRoleBinding|clusterrolebindings||cluster|",
    "autoscaling|v2|HorizontalPodAutoscaler|horizontalpodautoscalers|hpa|namespaced|status",
    "policy|v1|PodDisruptionBudget|poddisruptionbudgets|pdb|namespaced|status",
    "apiextensions.k8s.io|v1|CustomResourceDefinition|customresourcedefinitions|crd,crds|cluster|status",
  };

  /** What those who use a resource are warned of. */
  private static final Map<String, String> DEPRECATED =
      Map.of(
          "endpoints",
          "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice");

  private final Map<String, ResourceKind> byPath = new LinkedHashMap<>();

  Kinds() {
    for (String line : BUILT_IN) {
      String[] parts = line.split("\\|", -1);
      add(builtIn(parts));
    }
  }

  private static ResourceKind builtIn(String[] parts) {
    String apiVersion = parts[0].isEmpty() ? parts[1] : parts[0] + "/" + parts[1];
    List<String> subresources = Arrays.asList(parts[6].split(",", -1));
    List<String> shortNames =
        parts[4].isEmpty() ? List.of() : Arrays.asList(parts[4].split(",", -1));
    return new ResourceKind(
        parts[0],
        parts[1],
        parts[2],
        parts[3],
        parts[2].toLowerCase(java.util.Locale.ROOT),
        shortNames,
        parts[5].equals("namespaced"),
        true,
        subresources.contains("status"),
        subresources.contains("scale")
            ? Optional.of(new ResourceKind.ScalePaths(".spec.replicas", ".status.replicas", ""))
            : Optional.empty(),
        () -> BuiltInSchemas.get().of(apiVersion, parts[2]),
        Optional.empty(),
        DEPRECATED.getOrDefault(parts[3], ""),
        Optional.empty());
  }

  void add(ResourceKind kind) {
    byPath.put(kind.apiVersion() + "/" + kind.plural(), kind);
  }

  void removeAll(String group, String plural) {
    byPath.values().removeIf(kind -> kind.group().equals(group) && kind.plural().equals(plural));
  }

  /** The kind behind a path. */
  public Optional<ResourceKind> find(String apiVersion, String plural) {
    return Optional.ofNullable(byPath.get(apiVersion + "/" + plural));
  }

  /** The kind that an object says it is. */
  public Optional<ResourceKind> ofObject(String apiVersion, String kind) {
    return byPath.values().stream()
        .filter(known -> known.apiVersion().equals(apiVersion) && known.kind().equals(kind))
        .findFirst();
  }

  /** A built-in kind, by its storage name; any version. */
  public ResourceKind byStorage(String storage) {
    return byPath.values().stream()
        .filter(known -> known.storage().equals(storage))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no kind " + storage));
  }

  /** Whether a resource of that storage name is served. */
  public boolean serves(String storage) {
    return byPath.values().stream().anyMatch(known -> known.storage().equals(storage));
  }

  /** All kinds, of every version. */
  public Collection<ResourceKind> all() {
    return new ArrayList<>(byPath.values());
  }
}

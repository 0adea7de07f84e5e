/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api;

/**
 * A kind of object that an API server serves.
 *
 * @param group the API group; empty for the core group
 * @param version the version in the group, e.g. {@code v1}
 * @param kind the kind, e.g. {@code Deployment}
 * @param plural the resource's name in paths, e.g. {@code deployments}
 * @param namespaced whether its objects live in namespaces
 */
public record ResourceType(
    String group, String version, String kind, String plural, boolean namespaced) {
  /** Nodes. */
  public static final ResourceType NODE = new ResourceType("", "v1", "Node", "nodes", false);

  /** Namespaces. */
  public static final ResourceType NAMESPACE =
      new ResourceType("", "v1", "Namespace", "namespaces", false);

  /** Secrets. */
  public static final ResourceType SECRET = new ResourceType("", "v1", "Secret", "secrets", true);

  /** Services. */
  public static final ResourceType SERVICE =
      new ResourceType("", "v1", "Service", "services", true);

  /** Persistent volume claims. */
  public static final ResourceType PERSISTENT_VOLUME_CLAIM =
      new ResourceType("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", true);

  /** Events. */
  public static final ResourceType EVENT = new ResourceType("", "v1", "Event", "events", true);

  /** Deployments. */
  public static final ResourceType DEPLOYMENT =
      new ResourceType("apps", "v1", "Deployment", "deployments", true);

  /** StatefulSets. */
  public static final ResourceType STATEFUL_SET =
      new ResourceType("apps", "v1", "StatefulSet", "statefulsets", true);

  /** Leases. */
  public static final ResourceType LEASE =
      new ResourceType("coordination.k8s.io", "v1", "Lease", "leases", true);

  /** What an object of this type has in its field {@code apiVersion}. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** The path of all objects, of every namespace. */
  public String path() {
    return (group.isEmpty() ? "/api/" : "/apis/" + group + "/") + version + "/" + plural;
  }

  /**
   * The path of the objects of {@code namespace}; for a type without namespaces as {@link #path()}.
   */
  public String path(String namespace) {
    if (!namespaced || namespace.isEmpty()) {
      return path();
    }
    return (group.isEmpty() ? "/api/" : "/apis/" + group + "/")
        + version
        + "/namespaces/"
        + namespace
        + "/"
        + plural;
  }

  /** The path of one object; {@code namespace} is ignored for a type without namespaces. */
  public String path(String namespace, String name) {
    return path(namespace) + "/" + name;
  }
}

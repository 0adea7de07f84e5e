/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.truth;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.Deployed;
import dev.unitgrid.controllers.Leadership;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.testkit.controlplane.ControlPlane;
import dev.unitgrid.testkit.controlplane.Part;
import dev.unitgrid.testkit.controlplane.User;
import java.util.List;

/**
 * A control plane of its own on which {@code deploy/base} was applied, as far as rights go: engines
 * run under its service account and its lease. It keeps an audit log.
 */
final class DeployedPlane implements AutoCloseable {
  static final String NAMESPACE = Deployed.NAMESPACE;
  static final String NAME = Deployed.NAME;
  static final Leadership LEADERSHIP = Deployed.LEADERSHIP;
  static final User ACCOUNT = User.serviceAccount(NAMESPACE, NAME);

  private static final String RBAC = "rbac.authorization.k8s.io";

  private static final ResourceType REVIEW =
      new ResourceType(
          "authorization.k8s.io", "v1", "SubjectAccessReview", "subjectaccessreviews", false);

  private static final ResourceType SERVICE_ACCOUNT =
      new ResourceType("", "v1", "ServiceAccount", "serviceaccounts", true);

  private static final List<ResourceType> TYPES =
      List.of(
          new ResourceType("", "v1", "Namespace", "namespaces", false),
          SERVICE_ACCOUNT,
          new ResourceType(RBAC, "v1", "ClusterRole", "clusterroles", false),
          new ResourceType(RBAC, "v1", "Role", "roles", true),
          new ResourceType(RBAC, "v1", "ClusterRoleBinding", "clusterrolebindings", false),
          new ResourceType(RBAC, "v1", "RoleBinding", "rolebindings", true));

  private final ControlPlane plane;
  private final SharedPlane shared;

  private DeployedPlane(ControlPlane plane) {
    this.plane = plane;
    this.shared = SharedPlane.on(plane);
  }

  static DeployedPlane start() {
    return on(builder());
  }

  /** On a control plane that asks for the right to block the deletion of owners. */
  static DeployedPlane startStrict() {
    DeployedPlane deployed =
        on(
            builder()
                .flags(
                    Part.KUBE_APISERVER,
                    "--enable-admission-plugins=OwnerReferencesPermissionEnforcement"));
    deployed.awaitOwners();
    return deployed;
  }

  private static ControlPlane.Builder builder() {
    return ControlPlane.builder(SharedPlane.assets()).user(ACCOUNT).audit();
  }

  private static DeployedPlane on(ControlPlane.Builder builder) {
    DeployedPlane deployed = new DeployedPlane(builder.start());
    for (String file : List.of("namespace", "service-account", "role", "role-bindings")) {
      objects(file).forEach(deployed::apply);
    }
    return deployed;
  }

  /** The objects of one of the files, unchanged. */
  static List<Json> objects(String file) {
    return Deployed.objects(file);
  }

  /** As kustomize does, everything with a namespace is put into the one of the deployment. */
  void apply(Json object) {
    shared.admin().apply("kubectl", type(object), NAMESPACE, object);
  }

  private static ResourceType type(Json object) {
    String kind = object.get("kind").asString("");
    return TYPES.stream().filter(type -> type.kind().equals(kind)).findFirst().orElseThrow();
  }

  /** The admission plugin looks for new kinds from time to time. */
  private void awaitOwners() {
    for (GridKind kind : GridKind.values()) {
      ApiRequest trial = creationOwnedBy(kind).query("dryRun", "All");
      Patience.until(
          kind + " is known as an owner",
          () -> shared.admin().send(trial).isSuccess(),
          () -> shared.admin().send(trial).toString());
    }
  }

  private static ApiRequest creationOwnedBy(GridKind kind) {
    Json owner =
        Json.object("apiVersion", kind.type().apiVersion(), "kind", kind.type().kind())
            .with("name", Json.of("any"))
            .with("uid", Json.of("any"))
            .with("blockOwnerDeletion", Json.of(true));
    Json object =
        Json.object("metadata", Json.object("name", "any", "ownerReferences", Json.array(owner)));
    return ApiRequest.post(SERVICE_ACCOUNT.path(NAMESPACE), object.toBytes());
  }

  /** Lets the account do all but one deed; returns when the API server knows. */
  void forbid(String verb, String group, String resource) {
    apply(RoleRules.without(clusterRole(), verb, resource));
    awaitRight(verb, group, resource, false);
  }

  /** Lets the account do everything again; returns when the API server knows. */
  void allow(String verb, String group, String resource) {
    apply(clusterRole());
    awaitRight(verb, group, resource, true);
  }

  private static Json clusterRole() {
    return objects("role").stream()
        .filter(role -> role.get("kind").asString("").equals("ClusterRole"))
        .findFirst()
        .orElseThrow();
  }

  private void awaitRight(String verb, String group, String resource, boolean expected) {
    String[] parts = resource.split("/", 2);
    Json attributes =
        Json.object("verb", verb, "group", group, "resource", parts[0])
            .with("subresource", Json.of(parts.length > 1 ? parts[1] : ""));
    Json review =
        Json.object("spec", Json.object("user", ACCOUNT.name(), "resourceAttributes", attributes));
    Patience.until(
        verb + " " + resource + " is allowed: " + expected,
        () ->
            shared
                .admin()
                .create("kubectl", REVIEW, "", review)
                .get("status", "allowed")
                .equals(Json.of(expected)),
        () -> "it is not");
  }

  /** A namespace, and engines as they are deployed. */
  RealWorld world() {
    RealWorld world = shared.world();
    world.runAs(ACCOUNT, LEADERSHIP);
    return world;
  }

  ControlPlane plane() {
    return plane;
  }

  /** Ends the engine of {@code world}; returns when it has handed its lease back. */
  void retire(RealWorld world) {
    world.stop();
    world.await("the lease is handed back", () -> leader().isEmpty());
  }

  private String leader() {
    return shared
        .admin()
        .find(ResourceType.LEASE, NAMESPACE, NAME)
        .map(lease -> lease.get("spec", "holderIdentity").asString(""))
        .orElse("");
  }

  AuditLog audit() {
    return new AuditLog(plane, ACCOUNT);
  }

  @Override
  public void close() {
    shared.close();
  }
}

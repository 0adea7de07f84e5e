/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the real server refuses in the specs and statuses of built-in kinds. Stateless. */
public final class Rules {
  private Rules() {}

  /** The problems of the addresses that a new Service asks for. */
  public static List<Problem> problemsOfAddresses(JsonObject service) {
    List<Problem> problems = new ArrayList<>();
    ServiceRules.addressing(Field.root(service, problems).get("spec"));
    return problems;
  }

  /**
   * The problems of an object, and of its change if it was there before.
   *
   * @param storage the kind, as {@code deployments.apps}
   * @param before what is there; null for a new object
   */
  public static List<Problem> problems(
      String storage, JsonObject object, @Nullable JsonElement before) {
    List<Problem> problems = new ArrayList<>();
    Field field = Field.root(object, problems);
    switch (storage) {
      case "pods" -> PodRules.pod(field, before);
      case "deployments.apps" -> WorkloadRules.deployment(field, before);
      case "replicasets.apps" -> WorkloadRules.replicaSet(field, before);
      case "statefulsets.apps" -> WorkloadRules.statefulSet(field, before);
      case "services" -> ServiceRules.service(field, before);
      case "endpoints" -> EndpointRules.endpoints(field);
      case "endpointslices.discovery.k8s.io" -> EndpointRules.slice(field, before);
      case "configmaps" -> ConfigRules.configMap(field, before);
      case "secrets" -> ConfigRules.secret(field, before);
      case "nodes" -> NodeRules.node(field, before);
      case "namespaces" -> NodeRules.namespace(field);
      case "persistentvolumeclaims" -> StorageRules.claim(field, before);
      case "events" -> RecordRules.event(field);
      case "events.events.k8s.io" -> RecordRules.eventOfItsGroup(field, before);
      case "controllerrevisions.apps" -> RecordRules.revision(field, before);
      case "leases.coordination.k8s.io" -> PolicyRules.lease(field);
      case "horizontalpodautoscalers.autoscaling" -> PolicyRules.autoscaler(field);
      case "poddisruptionbudgets.policy" -> PolicyRules.budget(field);
      case "roles.rbac.authorization.k8s.io" -> AccessRules.role(field, true);
      case "clusterroles.rbac.authorization.k8s.io" -> AccessRules.role(field, false);
      case "rolebindings.rbac.authorization.k8s.io" -> AccessRules.binding(field, true, before);
      case "clusterrolebindings.rbac.authorization.k8s.io" ->
          AccessRules.binding(field, false, before);
      default -> {
        // Nothing but its metadata is looked at.
      }
    }
    return problems;
  }
}

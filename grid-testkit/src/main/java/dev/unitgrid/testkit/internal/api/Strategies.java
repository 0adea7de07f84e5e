/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.fields.ManagedFields.Reset;
import dev.unitgrid.testkit.internal.schema.GoTypes;
import dev.unitgrid.testkit.internal.schema.Quantities;
import dev.unitgrid.testkit.internal.schema.Schema;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.List;
import java.util.Map;

/**
 * What the real server's kinds do apart: which parts of a request they take, and when a change is a
 * new generation. Stateless.
 */
final class Strategies {
  private Strategies() {}

  /** The fields that a request to the resource or its subresource never owns. */
  static Reset reset(ResourceKind kind, String subresource) {
    if (subresource.equals("status")) {
      return new Reset(List.of("spec"));
    }
    return new Reset(kind.status() ? List.of("status") : List.of());
  }

  /** Takes away what a create must not bring. */
  static void prepareForCreate(ResourceKind kind, JsonObject object, String now) {
    withoutFieldsOfClosedGates(kind, object);
    switch (kind.storage()) {
      case "nodes" -> {
        // A node may be created with its status: kubelets register so.
      }
      case "pods" -> {
        PodAdmission.admit(kind, object, now);
      }
      case "persistentvolumeclaims" -> object.add("status", Trees.objectOf("phase", "Pending"));
      case "services" -> object.add("status", Trees.objectOf("loadBalancer", new JsonObject()));
      case "statefulsets.apps" ->
          object.add("status", Trees.objectOf("replicas", 0, "availableReplicas", 0));
      case "replicasets.apps" -> object.add("status", Trees.objectOf("replicas", 0));
      case "namespaces" -> {
        object.add("status", Trees.objectOf("phase", "Active"));
        Trees.child(object, "spec").add("finalizers", Trees.arrayOf("kubernetes"));
      }
      case Definitions.STORAGE -> object.add("status", Definitions.unlooked(object));
      default -> {
        if (kind.status() && kind.builtIn()) {
          object.add("status", emptyStatus(kind));
        } else if (kind.status()) {
          object.remove("status");
        }
      }
    }
    if (hasGeneration(kind)) {
      Trees.child(object, "metadata").addProperty("generation", 1);
    }
  }

  private static JsonObject emptyStatus(ResourceKind kind) {
    Schema status = kind.schema().field("status");
    return status == null ? new JsonObject() : GoTypes.zero(status);
  }

  /** Fields that Kubernetes 1.34 knows and, as it comes, drops. */
  private static void withoutFieldsOfClosedGates(ResourceKind kind, JsonObject object) {
    JsonObject spec = Trees.object(object, "spec");
    if (kind.storage().equals("statefulsets.apps")) {
      Trees.object(spec, "updateStrategy", "rollingUpdate").remove("maxUnavailable");
    }
    if (kind.storage().equals("leases.coordination.k8s.io")) {
      spec.remove("strategy");
      spec.remove("preferredHolder");
    }
    if (kind.storage().equals("endpointslices.discovery.k8s.io")) {
      Trees.objects(object, "endpoints").forEach(endpoint -> endpoint.remove("deprecatedTopology"));
    }
    JsonObject pod = kind.storage().equals("pods") ? spec : Trees.object(spec, "template", "spec");
    Trees.objects(pod, "containers").forEach(container -> container.remove("restartPolicy"));
  }

  /** Takes away what an update of the resource or its subresource must not change. */
  static void prepareForUpdate(
      ResourceKind kind, String subresource, JsonObject live, JsonObject next) {
    if (subresource.equals("binding") || subresource.equals("finalize")) {
      return;
    }
    if (!subresource.equals("status")) {
      withoutFieldsOfClosedGates(kind, next);
      if (kind.status()) {
        restore("status", live, next);
      }
      if (kind.storage().equals(Definitions.STORAGE)) {
        Definitions.rememberStored(live, next);
      }
      switch (kind.storage()) {
        case "namespaces" ->
            restore("finalizers", Trees.object(live, "spec"), Trees.child(next, "spec"));
        case "persistentvolumeclaims" -> refuseToGrow(kind, live, next);
        case "pods" -> PodAdmission.tolerateLostNodes(Trees.child(next, "spec"));
        case "services" -> ServiceChanges.dropWithReach(live, next);
        default -> {
          // It may change what validation lets it.
        }
      }
      return;
    }
    if (!kind.builtIn()) {
      JsonObject status = next.deepCopy();
      for (String name : List.copyOf(next.keySet())) {
        next.remove(name);
      }
      live.entrySet().forEach(entry -> next.add(entry.getKey(), entry.getValue().deepCopy()));
      restore("status", status, next);
      JsonObject metadata = Trees.child(next, "metadata");
      restore("managedFields", Trees.object(status, "metadata"), metadata);
      return;
    }
    restore("spec", live, next);
    if (kind.is("apps", "Deployment")) {
      restore("labels", Trees.object(live, "metadata"), Trees.child(next, "metadata"));
    }
  }

  /** No StorageClass is served, so none lets a claim grow. */
  private static void refuseToGrow(ResourceKind kind, JsonObject live, JsonObject next) {
    String[] size = {"spec", "resources", "requests", "storage"};
    String was = Trees.string(live, size);
    String is = Trees.string(next, size);
    boolean grows =
        Trees.string(live, "status", "phase").equals("Bound")
            && !was.isEmpty()
            && !is.isEmpty()
            && Quantities.value(is).compareTo(Quantities.value(was)) > 0;
    if (grows) {
      throw StatusException.forbidden(
          kind,
          Trees.string(live, "metadata", "name"),
          "only dynamically provisioned pvc can be resized and the storageclass that provisions the"
              + " pvc must support resize");
    }
  }

  private static void restore(String name, JsonObject from, JsonObject to) {
    if (from.has(name)) {
      to.add(name, from.get(name).deepCopy());
    } else {
      to.remove(name);
    }
  }

  private static boolean hasGeneration(ResourceKind kind) {
    return !kind.builtIn()
        || switch (kind.storage()) {
          case "deployments.apps",
              "statefulsets.apps",
              "replicasets.apps",
              "pods",
              "poddisruptionbudgets.policy",
              "endpointslices.discovery.k8s.io",
              "customresourcedefinitions.apiextensions.k8s.io" ->
              true;
          default -> false;
        };
  }

  /** Sets the generation of an updated object. */
  static void setGeneration(ResourceKind kind, JsonObject live, JsonObject next) {
    JsonObject metadata = Trees.child(next, "metadata");
    if (!hasGeneration(kind)) {
      return;
    }
    long generation = Trees.number(live, 1, "metadata", "generation");
    metadata.addProperty(
        "generation", isNewGeneration(kind, live, next) ? generation + 1 : generation);
  }

  private static boolean isNewGeneration(ResourceKind kind, JsonObject live, JsonObject next) {
    if (kind.is("discovery.k8s.io", "EndpointSlice")) {
      return !withoutMetadata(live, false).equals(withoutMetadata(next, false));
    }
    if (!kind.builtIn()) {
      return !withoutMetadata(live, kind.status()).equals(withoutMetadata(next, kind.status()));
    }
    if (!Trees.same(Trees.at(live, "spec"), Trees.at(next, "spec"))) {
      return true;
    }
    return kind.is("apps", "Deployment") && !annotations(live).equals(annotations(next));
  }

  private static Map<String, String> annotations(JsonObject object) {
    return Trees.strings(object, "metadata", "annotations");
  }

  private static JsonObject withoutMetadata(JsonObject object, boolean withoutStatus) {
    JsonObject rest = new JsonObject();
    object
        .entrySet()
        .forEach(
            entry -> {
              boolean left =
                  entry.getKey().equals("metadata")
                      || (withoutStatus && entry.getKey().equals("status"));
              if (!left) {
                rest.add(entry.getKey(), entry.getValue());
              }
            });
    return rest;
  }

  /** Whether a whole collection may be deleted. */
  static boolean deletesCollections(ResourceKind kind) {
    return !kind.storage().equals("namespaces");
  }

  /** Whether a DELETE that is done at once answers with the object. */
  static boolean returnsDeleted(ResourceKind kind) {
    return switch (kind.storage()) {
      case "pods", "services", "persistentvolumeclaims", "serviceaccounts" -> true;
      default -> false;
    };
  }

  /** Whether an update may leave out the resource version. */
  static boolean updatesUnconditionally(ResourceKind kind) {
    return kind.builtIn()
        && !kind.is("coordination.k8s.io", "Lease")
        && !kind.is("policy", "PodDisruptionBudget")
        && !kind.is("apiextensions.k8s.io", "CustomResourceDefinition");
  }

  /** Whether a PUT of an object that is not there creates it. */
  static boolean createsOnUpdate(ResourceKind kind) {
    return switch (kind.storage()) {
      case "services", "endpoints", "events", "leases.coordination.k8s.io" -> true;
      default -> false;
    };
  }
}

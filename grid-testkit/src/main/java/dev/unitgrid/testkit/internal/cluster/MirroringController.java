/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.store.Change;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Endpoints that a user wrote for a Service without a selector, to EndpointSlices. */
final class MirroringController implements Controller {
  private static final String MANAGER = "endpointslicemirroring-controller.k8s.io";
  private static final String SKIP = "endpointslice.kubernetes.io/skip-mirror";
  private static final String LEADER = "control-plane.alpha.kubernetes.io/leader";
  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
  private static final int MOST = 1_000;

  private final World world;

  MirroringController(World world) {
    this.world = world;
  }

  @Override
  public void changed(Change change, Consumer<ObjectKey> touched) {
    ObjectKey key = change.key();
    if (key.resource().equals(ServiceBackends.SERVICES)
        || key.resource().equals(EndpointsController.ENDPOINTS)) {
      touched.accept(new ObjectKey(EndpointsController.ENDPOINTS, key.namespace(), key.name()));
    }
  }

  @Override
  public void all(Consumer<ObjectKey> touched) {
    world.keysOf(EndpointsController.ENDPOINTS, touched);
  }

  @Override
  public void sync(ObjectKey key) {
    List<JsonObject> wanted = wanted(key);
    for (JsonObject slice : existing(key)) {
      int found = indexOf(wanted, slice);
      if (found < 0) {
        world.delete(World.key(EndpointSliceController.SLICES, slice));
      } else {
        wanted.remove(found);
      }
    }
    wanted.forEach(slice -> world.create(EndpointSliceController.SLICES, key.namespace(), slice));
  }

  private List<JsonObject> existing(ObjectKey key) {
    return world.in(EndpointSliceController.SLICES, key.namespace()).stream()
        .filter(
            slice ->
                label(slice, EndpointSliceController.MANAGED_BY).equals(MANAGER)
                    && label(slice, EndpointSliceController.SERVICE_NAME).equals(key.name()))
        .toList();
  }

  private static String label(JsonObject object, String name) {
    return Trees.string(object, "metadata", "labels", name);
  }

  private static int indexOf(List<JsonObject> wanted, JsonObject slice) {
    for (int i = 0; i < wanted.size(); i++) {
      JsonObject one = wanted.get(i);
      if (Trees.same(one.get("endpoints"), slice.get("endpoints"))
          && Trees.same(one.get("ports"), slice.get("ports"))
          && Trees.object(one, "metadata", "labels")
              .equals(Trees.object(slice, "metadata", "labels"))
          && Trees.object(one, "metadata", "annotations")
              .equals(Trees.object(slice, "metadata", "annotations"))
          && Trees.same(
              Trees.array(one, "metadata", "ownerReferences"),
              Trees.array(slice, "metadata", "ownerReferences"))) {
        return i;
      }
    }
    return -1;
  }

  private List<JsonObject> wanted(ObjectKey key) {
    List<JsonObject> slices = new ArrayList<>();
    JsonObject endpoints = world.get(key);
    JsonObject service =
        world.get(new ObjectKey(ServiceBackends.SERVICES, key.namespace(), key.name()));
    if (endpoints == null || service == null) {
      return slices;
    }
    boolean mirrored =
        Trees.object(service, "spec", "selector").isEmpty()
            && !label(endpoints, SKIP).equals("true")
            && Trees.at(endpoints, "metadata", "annotations", LEADER) == null;
    if (mirrored) {
      for (JsonObject subset : Trees.objects(endpoints, "subsets")) {
        for (String family : List.of("IPv4", "IPv6")) {
          addSlice(slices, endpoints, subset, family);
        }
      }
    }
    return slices;
  }

  private static void addSlice(
      List<JsonObject> slices, JsonObject endpoints, JsonObject subset, String family) {
    JsonArray mirrored = new JsonArray();
    for (String list : List.of("addresses", "notReadyAddresses")) {
      for (JsonObject address : Trees.objects(subset, list)) {
        String ip = Trees.string(address, "ip");
        if (mirrored.size() < MOST && family.equals(ip.contains(":") ? "IPv6" : "IPv4")) {
          mirrored.add(endpoint(address, ip, list.equals("addresses")));
        }
      }
    }
    if (mirrored.isEmpty()) {
      return;
    }
    JsonArray ports = new JsonArray();
    for (JsonObject port : Trees.objects(subset, "ports")) {
      JsonObject copy = port.deepCopy();
      Trees.setDefault(copy, "name", "");
      ports.add(copy);
    }
    slices.add(
        Trees.objectOf(
            "metadata",
            metadata(endpoints),
            "addressType",
            family,
            "endpoints",
            mirrored,
            "ports",
            ports.isEmpty() ? JsonNull.INSTANCE : ports));
  }

  private static JsonObject endpoint(JsonObject address, String ip, boolean ready) {
    JsonObject endpoint =
        Trees.objectOf(
            "addresses", Trees.arrayOf(ip), "conditions", Trees.objectOf("ready", ready));
    for (String field : List.of("hostname", "nodeName", "targetRef")) {
      if (Trees.at(address, field) != null) {
        endpoint.add(field, address.get(field).deepCopy());
      }
    }
    return endpoint;
  }

  private static JsonObject metadata(JsonObject endpoints) {
    String name = Trees.string(endpoints, "metadata", "name");
    JsonObject labels = Trees.object(endpoints, "metadata", "labels").deepCopy();
    labels.addProperty(EndpointSliceController.SERVICE_NAME, name);
    labels.addProperty(EndpointSliceController.MANAGED_BY, MANAGER);
    JsonObject metadata =
        Trees.objectOf(
            "generateName",
            name + "-",
            "labels",
            labels,
            "ownerReferences",
            Trees.arrayOf(World.ownerReference(endpoints)));
    JsonObject annotations = Trees.object(endpoints, "metadata", "annotations").deepCopy();
    annotations.remove(LAST_APPLIED);
    annotations.remove(ServiceBackends.TRIGGER_TIME);
    if (!annotations.isEmpty()) {
      metadata.add("annotations", annotations);
    }
    return metadata;
  }
}

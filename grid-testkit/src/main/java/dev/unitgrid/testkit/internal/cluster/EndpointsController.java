/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.store.Change;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Services with a selector to Endpoints, which stop at 1,000 addresses. */
final class EndpointsController implements Controller {
  static final String ENDPOINTS = "endpoints";
  private static final String MANAGED_BY = "endpoints.kubernetes.io/managed-by";
  private static final String OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity";
  private static final int MOST = 1_000;

  private final World world;
  private final TriggerTimes times = new TriggerTimes();
  private boolean writing;

  EndpointsController(World world) {
    this.world = world;
  }

  @Override
  public void changed(Change change, Consumer<ObjectKey> touched) {
    if (change.key().resource().equals(ENDPOINTS) && !writing) {
      touched.accept(
          new ObjectKey(ServiceBackends.SERVICES, change.key().namespace(), change.key().name()));
    }
    ServiceBackends.touched(world, change, touched);
  }

  @Override
  public void all(Consumer<ObjectKey> touched) {
    world.keysOf(ServiceBackends.SERVICES, touched);
  }

  @Override
  public void sync(ObjectKey key) {
    writing = true;
    try {
      write(key);
    } finally {
      writing = false;
    }
  }

  private void write(ObjectKey key) {
    JsonObject service = world.get(key);
    ObjectKey home = new ObjectKey(ENDPOINTS, key.namespace(), key.name());
    if (service == null) {
      times.forget(key);
      world.delete(home);
      return;
    }
    if (!ServiceBackends.isSelecting(service)) {
      return;
    }
    List<JsonObject> pods =
        ServiceBackends.pods(world, service, ServiceBackends.publishesNotReady(service));
    String time = times.next(key, service, pods);
    List<JsonObject> all = addresses(service, pods);
    boolean tooMany = all.size() > MOST;
    JsonArray subsets = subsets(all);
    JsonObject labels = labels(service);
    JsonObject there = world.get(home);
    if (there == null) {
      JsonObject metadata = Trees.objectOf("name", key.name(), "labels", labels);
      annotate(metadata, time, tooMany);
      world.create(
          ENDPOINTS, key.namespace(), Trees.objectOf("metadata", metadata, "subsets", subsets));
      return;
    }
    boolean same =
        Trees.array(there, "subsets").equals(subsets)
            && Trees.object(there, "metadata", "labels").equals(labels)
            && tooMany == (Trees.at(there, "metadata", "annotations", OVER_CAPACITY) != null);
    if (!same) {
      world.change(
          home,
          "",
          live -> {
            live.add("subsets", subsets);
            Trees.child(live, "metadata").add("labels", labels);
            annotate(Trees.child(live, "metadata"), time, tooMany);
          });
    }
  }

  private static void annotate(JsonObject metadata, String time, boolean tooMany) {
    if (tooMany) {
      Trees.child(metadata, "annotations").addProperty(OVER_CAPACITY, "truncated");
    } else if (metadata.has("annotations")) {
      Trees.child(metadata, "annotations").remove(OVER_CAPACITY);
    }
    ServiceBackends.annotate(metadata, time);
  }

  private static JsonObject labels(JsonObject service) {
    JsonObject labels = Trees.object(service, "metadata", "labels").deepCopy();
    labels.addProperty(MANAGED_BY, "endpoint-controller");
    labels.remove(ServiceBackends.HEADLESS);
    if (ServiceBackends.isHeadless(service)) {
      labels.addProperty(ServiceBackends.HEADLESS, "");
    }
    return labels;
  }

  /** One entry a pod and port: the address, whether it is ready, and the port or null. */
  private static List<JsonObject> addresses(JsonObject service, List<JsonObject> pods) {
    String family = ServiceBackends.families(service).get(0);
    List<JsonObject> entries = new ArrayList<>();
    for (JsonObject pod : pods) {
      List<String> ips = ServiceBackends.addresses(pod, family);
      List<JsonObject> ports = ServiceBackends.ports(service, pod);
      boolean portless = Trees.array(service, "spec", "ports").isEmpty();
      if (ips.isEmpty() || (ports.isEmpty() && !portless)) {
        continue;
      }
      JsonObject address = Trees.objectOf("ip", ips.get(0));
      String hostname = ServiceBackends.hostname(service, pod);
      if (!hostname.isEmpty()) {
        address.addProperty("hostname", hostname);
      }
      if (!Trees.string(pod, "spec", "nodeName").isEmpty()) {
        address.addProperty("nodeName", Trees.string(pod, "spec", "nodeName"));
      }
      address.add("targetRef", ServiceBackends.reference(pod));
      JsonArray sorted = new JsonArray();
      ports.stream()
          .sorted(Comparator.comparing(port -> Trees.string(port, "name")))
          .forEach(sorted::add);
      boolean ready = ServiceBackends.publishesNotReady(service) || World.isReady(pod);
      entries.add(Trees.objectOf("address", address, "ready", ready, "ports", sorted));
    }
    entries.sort(
        Comparator.comparing((JsonObject entry) -> Trees.string(entry, "address", "ip"))
            .thenComparing(entry -> Trees.string(entry, "address", "targetRef", "uid")));
    return entries;
  }

  /** By the set of ports, at most so many, those that are ready first. */
  private static JsonArray subsets(List<JsonObject> all) {
    List<JsonObject> kept =
        all.stream()
            .sorted(Comparator.comparing(entry -> !Trees.isTrue(entry, "ready")))
            .limit(MOST)
            .toList();
    TreeMap<String, JsonObject> subsets = new TreeMap<>();
    for (JsonObject entry : kept) {
      JsonArray ports = Trees.array(entry, "ports");
      JsonObject subset = subsets.computeIfAbsent(ports.toString(), unused -> new JsonObject());
      String list = Trees.isTrue(entry, "ready") ? "addresses" : "notReadyAddresses";
      JsonArray addresses = Trees.array(subset, list);
      addresses.add(Trees.object(entry, "address"));
      subset.add(list, addresses);
      if (!ports.isEmpty()) {
        subset.add("ports", named(ports));
      }
    }
    JsonArray array = new JsonArray();
    subsets.values().forEach(array::add);
    return array;
  }

  private static JsonArray named(JsonArray ports) {
    JsonArray copy = ports.deepCopy();
    // Unlike a slice, Endpoints leave out an empty name.
    copy.forEach(
        port -> {
          if (Trees.string(port, "name").isEmpty()) {
            port.getAsJsonObject().remove("name");
          }
        });
    return copy;
  }
}

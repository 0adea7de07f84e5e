/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.store.Change;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Services with a selector to EndpointSlices, as the real controller packs and labels them. */
final class EndpointSliceController implements Controller {
  static final String SLICES = "endpointslices.discovery.k8s.io";
  static final String SERVICE_NAME = "kubernetes.io/service-name";
  static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
  private static final String MANAGER = "endpointslice-controller.k8s.io";

  private final World world;
  private final TriggerTimes times = new TriggerTimes();
  private boolean writing;

  EndpointSliceController(World world) {
    this.world = world;
  }

  @Override
  public void changed(Change change, Consumer<ObjectKey> touched) {
    if (change.key().resource().equals(SLICES) && !writing) {
      Optional.ofNullable(change.after())
          .or(() -> Optional.ofNullable(change.before()))
          .filter(EndpointSliceController::isOurs)
          .ifPresent(
              slice ->
                  touched.accept(
                      new ObjectKey(
                          ServiceBackends.SERVICES,
                          change.key().namespace(),
                          Trees.string(slice, "metadata", "labels", SERVICE_NAME))));
    }
    ServiceBackends.touched(world, change, touched);
  }

  private static boolean isOurs(JsonObject slice) {
    return Trees.string(slice, "metadata", "labels", MANAGED_BY).equals(MANAGER);
  }

  @Override
  public void all(Consumer<ObjectKey> touched) {
    world.keysOf(ServiceBackends.SERVICES, touched);
  }

  @Override
  public void sync(ObjectKey key) {
    JsonObject service = world.get(key);
    if (service == null) {
      // Its slices are the garbage collector's.
      times.forget(key);
      return;
    }
    if (!ServiceBackends.isSelecting(service)) {
      return;
    }
    writing = true;
    try {
      write(key, service);
    } finally {
      writing = false;
    }
  }

  private void write(ObjectKey key, JsonObject service) {
    List<JsonObject> pods = ServiceBackends.pods(world, service, true);
    List<JsonObject> existing = existing(key);
    String time = times.next(key, service, pods);
    List<String> families = ServiceBackends.families(service);
    for (String family : families) {
      Packing packing = new Packing(service, family, time);
      packing.pack(
          desired(service, pods, family),
          existing.stream()
              .filter(slice -> Trees.string(slice, "addressType").equals(family))
              .toList());
      packing.write(key.namespace());
    }
    existing.stream()
        .filter(slice -> !families.contains(Trees.string(slice, "addressType")))
        .forEach(slice -> world.delete(World.key(SLICES, slice)));
  }

  private List<JsonObject> existing(ObjectKey service) {
    return world.in(SLICES, service.namespace()).stream()
        .filter(
            slice ->
                isOurs(slice)
                    && !World.isTerminating(slice)
                    && Trees.string(slice, "metadata", "labels", SERVICE_NAME)
                        .equals(service.name()))
        .toList();
  }

  /** The endpoints that should be, by the ports that their pods have. */
  private Map<JsonArray, Map<JsonArray, JsonObject>> desired(
      JsonObject service, List<JsonObject> pods, String family) {
    Map<JsonArray, Map<JsonArray, JsonObject>> desired = new LinkedHashMap<>();
    for (JsonObject pod : pods) {
      JsonObject node =
          world.get(new ObjectKey(World.NODES, "", Trees.string(pod, "spec", "nodeName")));
      boolean lost = node == null && !Trees.string(pod, "spec", "nodeName").isEmpty();
      List<String> addresses = ServiceBackends.addresses(pod, family);
      if (addresses.isEmpty() || (lost && !ServiceBackends.publishesNotReady(service))) {
        continue;
      }
      JsonArray ports = new JsonArray();
      ServiceBackends.ports(service, pod).forEach(ports::add);
      JsonObject endpoint = endpoint(service, pod, ServiceBackends.zoneOf(node), addresses);
      desired
          .computeIfAbsent(ports, unused -> new LinkedHashMap<>())
          .put(identity(endpoint), endpoint);
    }
    return desired;
  }

  private static JsonObject endpoint(
      JsonObject service, JsonObject pod, String zone, List<String> addresses) {
    boolean serving = World.isReady(pod);
    boolean terminating = World.isTerminating(pod);
    boolean ready = ServiceBackends.publishesNotReady(service) || (serving && !terminating);
    JsonObject endpoint =
        Trees.objectOf(
            "addresses",
            Trees.arrayOf(addresses.toArray()),
            "conditions",
            Trees.objectOf("ready", ready, "serving", serving, "terminating", terminating));
    put(endpoint, "hostname", ServiceBackends.hostname(service, pod));
    endpoint.add("targetRef", ServiceBackends.reference(pod));
    String node = Trees.string(pod, "spec", "nodeName");
    put(endpoint, "nodeName", node);
    put(endpoint, "zone", zone);
    if (ready) {
      hints(Trees.string(service, "spec", "trafficDistribution"), node, zone)
          .ifPresent(hints -> endpoint.add("hints", hints));
    }
    return endpoint;
  }

  private static void put(JsonObject object, String name, String value) {
    if (!value.isEmpty()) {
      object.addProperty(name, value);
    }
  }

  private static Optional<JsonObject> hints(String distribution, String node, String zone) {
    JsonObject hints = new JsonObject();
    boolean sameNode = distribution.equals("PreferSameNode");
    if (sameNode && !node.isEmpty()) {
      hints.add("forNodes", Trees.arrayOf(Trees.objectOf("name", node)));
    }
    boolean sameZone =
        sameNode || distribution.equals("PreferClose") || distribution.equals("PreferSameZone");
    if (sameZone && !zone.isEmpty()) {
      hints.add("forZones", Trees.arrayOf(Trees.objectOf("name", zone)));
    }
    return hints.isEmpty() ? Optional.empty() : Optional.of(hints);
  }

  /** What makes two endpoints the same one, however it looks now. */
  private static JsonArray identity(JsonObject endpoint) {
    return Trees.arrayOf(
        Trees.array(endpoint, "addresses"),
        Trees.string(endpoint, "hostname"),
        Trees.string(endpoint, "targetRef", "namespace"),
        Trees.string(endpoint, "targetRef", "name"));
  }

  /** The slices of one Service and one family: which stay, change, go and come. */
  private final class Packing {
    private final JsonObject service;
    private final String family;
    private final String time;
    private final JsonObject labels;
    private final int most = world.settings().maxEndpointsPerSlice();
    private final List<JsonObject> created = new ArrayList<>();
    private final List<JsonObject> updated = new ArrayList<>();
    private final List<JsonObject> deleted = new ArrayList<>();

    private Packing(JsonObject service, String family, String time) {
      this.service = service;
      this.family = family;
      this.time = time;
      this.labels = labels();
    }

    private JsonObject labels() {
      JsonObject all = new JsonObject();
      Trees.strings(service, "metadata", "labels")
          .forEach(
              (name, value) -> {
                if (!name.equals(ServiceBackends.HEADLESS)) {
                  all.addProperty(name, value);
                }
              });
      if (ServiceBackends.isHeadless(service)) {
        all.addProperty(ServiceBackends.HEADLESS, "");
      }
      all.addProperty(SERVICE_NAME, Trees.string(service, "metadata", "name"));
      all.addProperty(MANAGED_BY, MANAGER);
      return all;
    }

    private void pack(
        Map<JsonArray, Map<JsonArray, JsonObject>> desired, List<JsonObject> existing) {
      Map<JsonArray, List<JsonObject>> byPorts = new LinkedHashMap<>();
      for (JsonObject slice : existing) {
        byPorts
            .computeIfAbsent(Trees.array(slice, "ports"), unused -> new ArrayList<>())
            .add(slice);
      }
      desired.forEach(
          (ports, endpoints) ->
              packPorts(ports, endpoints, byPorts.getOrDefault(ports, List.of())));
      byPorts.forEach(
          (ports, slices) -> {
            if (!desired.containsKey(ports)) {
              deleted.addAll(slices);
            }
          });
      if (existing.size() == deleted.size() && created.isEmpty()) {
        keepPlaceholder();
      }
    }

    /** A Service without endpoints has one slice, without ports. */
    private void keepPlaceholder() {
      JsonObject placeholder = slice(new JsonArray());
      JsonObject only = deleted.size() == 1 ? deleted.get(0) : new JsonObject();
      boolean there =
          deleted.size() == 1
              && Trees.array(only, "endpoints").isEmpty()
              && Trees.array(only, "ports").isEmpty()
              && Trees.object(only, "metadata", "labels").equals(labels);
      if (there) {
        deleted.clear();
      } else {
        created.add(placeholder);
      }
    }

    private void packPorts(
        JsonArray ports, Map<JsonArray, JsonObject> endpoints, List<JsonObject> existing) {
      Map<JsonArray, JsonObject> left = new LinkedHashMap<>(endpoints);
      List<JsonObject> changed = new ArrayList<>();
      List<JsonObject> unchanged = new ArrayList<>();
      for (JsonObject slice : existing) {
        JsonObject next = keep(slice, left);
        boolean same = Trees.array(next, "endpoints").equals(Trees.array(slice, "endpoints"));
        if (Trees.array(next, "endpoints").isEmpty()) {
          deleted.add(slice);
        } else if (same && Trees.object(slice, "metadata", "labels").equals(labels)) {
          unchanged.add(next);
        } else {
          changed.add(next);
        }
      }
      changed.sort((one, other) -> size(other) - size(one));
      changed.forEach(slice -> fill(slice, left));
      updated.addAll(changed);
      while (!left.isEmpty()) {
        Optional<JsonObject> roomy =
            left.size() < most
                ? unchanged.stream()
                    .filter(slice -> size(slice) + left.size() <= most)
                    .max((one, other) -> size(one) - size(other))
                : Optional.empty();
        roomy.ifPresent(unchanged::remove);
        JsonObject slice = roomy.orElseGet(() -> slice(ports));
        fill(slice, left);
        (roomy.isPresent() ? updated : created).add(slice);
      }
    }

    private int size(JsonObject slice) {
      return Trees.array(slice, "endpoints").size();
    }

    /** A copy with those of its endpoints that stay, as they look now. */
    private JsonObject keep(JsonObject slice, Map<JsonArray, JsonObject> left) {
      JsonArray kept = new JsonArray();
      for (JsonObject endpoint : Trees.objects(slice, "endpoints")) {
        JsonObject now = left.remove(identity(endpoint));
        if (now != null) {
          kept.add(now);
        }
      }
      JsonObject next = slice.deepCopy();
      next.add("endpoints", kept);
      return next;
    }

    private void fill(JsonObject slice, Map<JsonArray, JsonObject> left) {
      JsonArray endpoints = Trees.array(slice, "endpoints");
      Iterator<JsonObject> rest = left.values().iterator();
      while (rest.hasNext() && endpoints.size() < most) {
        endpoints.add(rest.next());
        rest.remove();
      }
    }

    private JsonObject slice(JsonArray ports) {
      return Trees.objectOf(
          "metadata",
          Trees.objectOf(
              "generateName",
              Trees.string(service, "metadata", "name") + "-",
              "ownerReferences",
              Trees.arrayOf(World.ownerReference(service))),
          "addressType",
          family,
          "endpoints",
          new JsonArray(),
          "ports",
          ports.deepCopy());
    }

    private void write(String namespace) {
      // What would be deleted is given the content of what would be created, as long as both last.
      while (!deleted.isEmpty() && !created.isEmpty()) {
        JsonObject reused = deleted.remove(0).deepCopy();
        JsonObject content = created.remove(created.size() - 1);
        reused.add("endpoints", content.get("endpoints"));
        reused.add("ports", content.get("ports"));
        updated.add(reused);
      }
      deleted.forEach(slice -> world.delete(World.key(SLICES, slice)));
      for (JsonObject slice : updated) {
        finish(slice);
        world.change(World.key(SLICES, slice), "", live -> copy(slice, live));
      }
      if (!World.isTerminating(service)) {
        for (JsonObject slice : created) {
          finish(slice);
          world.create(SLICES, namespace, slice);
        }
      }
    }

    private void finish(JsonObject slice) {
      JsonObject metadata = Trees.child(slice, "metadata");
      metadata.add("labels", labels.deepCopy());
      ServiceBackends.annotate(metadata, time);
      nullIfEmpty(slice, "endpoints");
      nullIfEmpty(slice, "ports");
    }

    private static void nullIfEmpty(JsonObject slice, String name) {
      if (Trees.array(slice, name).isEmpty()) {
        slice.add(name, JsonNull.INSTANCE);
      }
    }

    private static void copy(JsonObject from, JsonObject to) {
      JsonElement annotations = Trees.at(from, "metadata", "annotations");
      JsonObject metadata = Trees.child(to, "metadata");
      if (annotations == null) {
        metadata.remove("annotations");
      } else {
        metadata.add("annotations", annotations);
      }
      metadata.add("labels", Trees.object(from, "metadata", "labels"));
      to.add("endpoints", from.get("endpoints"));
      to.add("ports", from.get("ports"));
    }
  }
}

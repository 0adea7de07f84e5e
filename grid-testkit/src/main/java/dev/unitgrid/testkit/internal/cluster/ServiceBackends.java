/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.store.Change;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which pods are behind a Service, and what both controllers of endpoints say of them. */
final class ServiceBackends {
  static final String SERVICES = "services";
  static final String HEADLESS = "service.kubernetes.io/headless";
  static final String TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time";

  private ServiceBackends() {}

  /** Tells the Services that a change of a Service, pod or node concerns. */
  static void touched(World world, Change change, Consumer<ObjectKey> touched) {
    switch (change.key().resource()) {
      case SERVICES -> touched.accept(change.key());
      case World.PODS -> {
        if (!looks(change.before()).equals(looks(change.after()))) {
          servicesOf(world, change.key().namespace(), states(change), touched);
        }
      }
      case World.NODES -> {
        if (!zone(change.before()).equals(zone(change.after()))) {
          for (ObjectKey key : world.podsOn(change.key().name())) {
            JsonObject pod = world.get(key);
            if (pod != null) {
              servicesOf(world, key.namespace(), List.of(pod), touched);
            }
          }
        }
      }
      default -> {
        // No other kind is behind a Service.
      }
    }
  }

  private static List<JsonObject> states(Change change) {
    return Stream.of(Optional.ofNullable(change.before()), Optional.ofNullable(change.after()))
        .flatMap(Optional::stream)
        .toList();
  }

  /** What endpoints show of a pod. */
  private static JsonArray looks(@Nullable JsonObject pod) {
    return pod == null
        ? new JsonArray()
        : Trees.arrayOf(
            Trees.object(pod, "metadata", "labels"),
            Trees.string(pod, "metadata", "deletionTimestamp"),
            Trees.string(pod, "spec", "nodeName"),
            Trees.string(pod, "status", "phase"),
            Trees.array(pod, "status", "podIPs"),
            World.isReady(pod));
  }

  private static String zone(@Nullable JsonObject node) {
    return node == null ? "no node" : "zone " + zoneOf(node);
  }

  static String zoneOf(@Nullable JsonObject node) {
    return Trees.string(node, "metadata", "labels", "topology.kubernetes.io/zone");
  }

  private static void servicesOf(
      World world, String namespace, List<JsonObject> pods, Consumer<ObjectKey> touched) {
    for (JsonObject service : world.in(SERVICES, namespace)) {
      if (pods.stream().anyMatch(pod -> selects(service, pod))) {
        touched.accept(World.key(SERVICES, service));
      }
    }
  }

  private static boolean selects(JsonObject service, JsonObject pod) {
    Map<String, String> selector = Trees.strings(service, "spec", "selector");
    return !selector.isEmpty()
        && Trees.strings(pod, "metadata", "labels").entrySet().containsAll(selector.entrySet());
  }

  /** Whether the controllers look after a Service: it has a selector and an address of its own. */
  static boolean isSelecting(JsonObject service) {
    return !Trees.object(service, "spec", "selector").isEmpty()
        && !Trees.string(service, "spec", "type").equals("ExternalName");
  }

  static boolean isHeadless(JsonObject service) {
    String address = Trees.string(service, "spec", "clusterIP");
    return address.equals("None") || address.isEmpty();
  }

  static boolean publishesNotReady(JsonObject service) {
    return Trees.isTrue(service, "spec", "publishNotReadyAddresses");
  }

  static List<String> families(JsonObject service) {
    List<String> families =
        Trees.array(service, "spec", "ipFamilies").asList().stream()
            .map(JsonElement::getAsString)
            .toList();
    return families.isEmpty() ? List.of("IPv4") : families;
  }

  /** The pods that a Service selects, that have an address and did not end. */
  static List<JsonObject> pods(World world, JsonObject service, boolean terminatingToo) {
    List<JsonObject> pods = new ArrayList<>();
    Collection<JsonObject> all =
        world.in(World.PODS, Trees.string(service, "metadata", "namespace"));
    for (JsonObject pod : all) {
      if (selects(service, pod)
          && !hasEnded(pod)
          && !Trees.string(pod, "status", "podIP").isEmpty()
          && (terminatingToo || !World.isTerminating(pod))) {
        pods.add(pod);
      }
    }
    return pods;
  }

  static boolean hasEnded(JsonObject pod) {
    String phase = Trees.string(pod, "status", "phase");
    return phase.equals("Succeeded") || phase.equals("Failed");
  }

  /** The addresses of a pod in {@code family}. */
  static List<String> addresses(JsonObject pod, String family) {
    return Trees.objects(pod, "status", "podIPs").stream()
        .map(ip -> Trees.string(ip, "ip"))
        .filter(ip -> family.equals(ip.contains(":") ? "IPv6" : "IPv4"))
        .toList();
  }

  /** The ports of a Service as they are on {@code pod}; one that it does not have is left out. */
  static List<JsonObject> ports(JsonObject service, JsonObject pod) {
    List<JsonObject> ports = new ArrayList<>();
    for (JsonObject said : Trees.objects(service, "spec", "ports")) {
      long number = targetPort(said, pod);
      if (number > 0) {
        JsonObject port =
            Trees.objectOf(
                "name", Trees.string(said, "name"),
                "port", number,
                "protocol", Trees.string(said, "protocol"));
        if (!Trees.string(said, "appProtocol").isEmpty()) {
          port.addProperty("appProtocol", Trees.string(said, "appProtocol"));
        }
        ports.add(port);
      }
    }
    return ports;
  }

  private static long targetPort(JsonObject port, JsonObject pod) {
    String name = Trees.string(port, "targetPort");
    if (name.isEmpty()) {
      return Trees.number(port, Trees.number(port, 0, "port"), "targetPort");
    }
    return Trees.objects(pod, "spec", "containers").stream()
        .flatMap(container -> Trees.objects(container, "ports").stream())
        .filter(
            there ->
                Trees.string(there, "name").equals(name)
                    && Trees.string(there, "protocol").equals(Trees.string(port, "protocol")))
        .mapToLong(there -> Trees.number(there, 0, "containerPort"))
        .findFirst()
        .orElse(0);
  }

  /** The name by which DNS knows a pod behind this headless Service; empty without one. */
  static String hostname(JsonObject service, JsonObject pod) {
    return Trees.string(pod, "spec", "subdomain").equals(Trees.string(service, "metadata", "name"))
        ? Trees.string(pod, "spec", "hostname")
        : "";
  }

  static JsonObject reference(JsonObject pod) {
    return Trees.objectOf(
        "kind", "Pod",
        "namespace", Trees.string(pod, "metadata", "namespace"),
        "name", Trees.string(pod, "metadata", "name"),
        "uid", Trees.string(pod, "metadata", "uid"));
  }

  /** Sets or takes away the annotation that says when the change began. */
  static void annotate(JsonObject metadata, String triggerTime) {
    if (!triggerTime.isEmpty()) {
      Trees.child(metadata, "annotations").addProperty(TRIGGER_TIME, triggerTime);
    } else if (metadata.has("annotations")) {
      Trees.child(metadata, "annotations").remove(TRIGGER_TIME);
      if (Trees.object(metadata, "annotations").isEmpty()) {
        metadata.remove("annotations");
      }
    }
  }
}

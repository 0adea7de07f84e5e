/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.rules.Selectors;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the pods that have a node mean for one that has none: affinity to them and against them,
 * theirs against it, and spread over domains, each read once for all nodes; ports of a node. Only a
 * pod that says something of them, or that one of them repels, looks at other pods.
 */
final class Neighbours {
  private static final String NO_PORTS =
      "node(s) didn't have free ports for the requested pod ports";
  private static final String SPREAD = "node(s) didn't match pod topology spread constraints";
  private static final String NO_DOMAIN = SPREAD + " (missing required label)";
  private static final String ALONE = "node(s) didn't match pod affinity rules";
  private static final String REPELLED = "node(s) didn't match pod anti-affinity rules";
  private static final String UNWANTED = "node(s) didn't satisfy existing pods anti-affinity rules";
  private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";

  private final World world;
  private final JsonObject pod;
  private final List<JsonObject> wanted;
  private final Set<Domain> company = new HashSet<>();
  private final Set<Domain> repelled = new HashSet<>();
  private final Set<Domain> unwanted = new HashSet<>();
  private final List<Spread> spreads = new ArrayList<>();
  private boolean first;

  /** All nodes with one value of a label. */
  private record Domain(String key, String value) {}

  /** How many pods of a kind each domain has, and how many more than in the emptiest are let be. */
  private record Spread(String key, Map<String, Integer> counts, long least, long most, int self) {}

  private Neighbours(World world, JsonObject pod) {
    this.world = world;
    this.pod = pod;
    this.wanted = terms(pod, "podAffinity");
  }

  /** Whether an obstacle is other pods, which preemption might take away. */
  static boolean areInTheWay(String obstacle) {
    return Set.of(NO_PORTS, SPREAD, REPELLED, UNWANTED).contains(obstacle);
  }

  static Neighbours of(World world, JsonObject pod) {
    Neighbours neighbours = new Neighbours(world, pod);
    neighbours.findUnwanted();
    neighbours.findRepelled();
    neighbours.findCompany();
    neighbours.findSpreads();
    return neighbours;
  }

  /** Whether a pod that has a node may keep others from some nodes, whatever those say. */
  static boolean repelsOthers(JsonObject pod) {
    return !terms(pod, "podAntiAffinity").isEmpty();
  }

  /** Whether other pods decide where this one may run. */
  boolean matter() {
    return !wanted.isEmpty()
        || !unwanted.isEmpty()
        || !spreads.isEmpty()
        || repelsOthers(pod)
        || !ports(pod).isEmpty();
  }

  /** Why the pod's ports are not free on a node. */
  Optional<String> ofPorts(String node) {
    List<JsonObject> asked = ports(pod);
    return asked.isEmpty()
            || on(node).stream()
                .flatMap(other -> ports(other).stream())
                .noneMatch(taken -> asked.stream().anyMatch(port -> conflict(port, taken)))
        ? Optional.empty()
        : Optional.of(NO_PORTS);
  }

  /** Why a node is not for the pod, in the order of the real scheduler's filters. */
  Optional<String> obstacle(JsonObject node) {
    Map<String, String> labels = Trees.strings(node, "metadata", "labels");
    for (Spread spread : spreads) {
      String domain = labels.get(spread.key());
      if (domain == null) {
        return Optional.of(NO_DOMAIN);
      }
      long there = (long) spread.counts().getOrDefault(domain, 0) + spread.self();
      if (there - spread.least() > spread.most()) {
        return Optional.of(SPREAD);
      }
    }
    if (!hasCompany(labels)) {
      return Optional.of(ALONE);
    }
    if (isIn(repelled, labels)) {
      return Optional.of(REPELLED);
    }
    return isIn(unwanted, labels) ? Optional.of(UNWANTED) : Optional.empty();
  }

  private boolean hasCompany(Map<String, String> labels) {
    return wanted.stream()
        .map(term -> Trees.string(term, "topologyKey"))
        .allMatch(
            key ->
                labels.containsKey(key)
                    && (first || company.contains(new Domain(key, labels.get(key)))));
  }

  private static boolean isIn(Set<Domain> domains, Map<String, String> labels) {
    return domains.stream().anyMatch(domain -> domain.value().equals(labels.get(domain.key())));
  }

  private void findUnwanted() {
    for (ObjectKey key : world.repelling()) {
      JsonObject other = world.get(key);
      if (other != null) {
        for (JsonObject term : terms(other, "podAntiAffinity")) {
          if (matches(term, other, pod)) {
            domain(term, other).ifPresent(unwanted::add);
          }
        }
      }
    }
  }

  private void findRepelled() {
    for (JsonObject term : terms(pod, "podAntiAffinity")) {
      for (JsonObject other : placed(term)) {
        if (matches(term, pod, other)) {
          domain(term, other).ifPresent(repelled::add);
        }
      }
    }
  }

  /** The first of pods that want each other's company may go anywhere. */
  private void findCompany() {
    boolean alone = true;
    for (JsonObject other : wanted.isEmpty() ? List.<JsonObject>of() : placed(wanted.get(0))) {
      if (wanted.stream().allMatch(term -> matches(term, pod, other))) {
        alone = false;
        wanted.forEach(term -> domain(term, other).ifPresent(company::add));
      }
    }
    first = alone && wanted.stream().allMatch(term -> matches(term, pod, pod));
  }

  private void findSpreads() {
    for (JsonObject constraint : Trees.objects(pod, "spec", "topologySpreadConstraints")) {
      if (Trees.string(constraint, "whenUnsatisfiable").equals("DoNotSchedule")) {
        spreads.add(spread(constraint));
      }
    }
  }

  private Spread spread(JsonObject constraint) {
    String key = Trees.string(constraint, "topologyKey");
    JsonObject selector = Trees.object(constraint, "labelSelector");
    Map<String, Integer> counts = new HashMap<>();
    for (JsonObject node : world.in(World.NODES, "")) {
      String domain = Trees.string(node, "metadata", "labels", key);
      if (!domain.isEmpty() && NodeFit.isSelected(pod, node)) {
        counts.putIfAbsent(domain, 0);
      }
    }
    for (JsonObject other : world.in(World.PODS, namespace(pod))) {
      boolean counted =
          isPlaced(other)
              && !World.isTerminating(other)
              && Selectors.matches(selector, Trees.strings(other, "metadata", "labels"));
      if (counted) {
        domain(constraint, other)
            .ifPresent(domain -> counts.computeIfPresent(domain.value(), (name, n) -> n + 1));
      }
    }
    int least = counts.values().stream().mapToInt(Integer::intValue).min().orElse(0);
    boolean self = Selectors.matches(selector, Trees.strings(pod, "metadata", "labels"));
    return new Spread(key, counts, least, Trees.number(constraint, 1, "maxSkew"), self ? 1 : 0);
  }

  private Optional<Domain> domain(JsonObject term, JsonObject placed) {
    String key = Trees.string(term, "topologyKey");
    JsonObject node =
        world.get(new ObjectKey(World.NODES, "", Trees.string(placed, "spec", "nodeName")));
    return Optional.ofNullable(node)
        .map(there -> Trees.strings(there, "metadata", "labels").get(key))
        .map(value -> new Domain(key, value));
  }

  /** The pods that have a node and may be meant. */
  private List<JsonObject> placed(JsonObject term) {
    boolean ownOnly =
        Trees.at(term, "namespaceSelector") == null && Trees.array(term, "namespaces").isEmpty();
    Collection<JsonObject> all =
        ownOnly ? world.in(World.PODS, namespace(pod)) : world.all(World.PODS);
    return all.stream().filter(Neighbours::isPlaced).toList();
  }

  private static boolean isPlaced(JsonObject pod) {
    return !Trees.string(pod, "spec", "nodeName").isEmpty() && !ServiceBackends.hasEnded(pod);
  }

  private boolean matches(JsonObject term, JsonObject whose, JsonObject other) {
    JsonElement selector = Trees.at(term, "labelSelector");
    return selector != null
        && isNamespaceOf(term, whose, namespace(other))
        && Selectors.matches(
            selector.getAsJsonObject(), Trees.strings(other, "metadata", "labels"));
  }

  private boolean isNamespaceOf(JsonObject term, JsonObject whose, String namespace) {
    JsonElement selector = Trees.at(term, "namespaceSelector");
    boolean named = Trees.array(term, "namespaces").contains(Trees.of(namespace));
    if (selector == null) {
      return named
          || (Trees.array(term, "namespaces").isEmpty() && namespace(whose).equals(namespace));
    }
    JsonObject there = world.get(new ObjectKey("namespaces", "", namespace));
    return named
        || (there != null
            && Selectors.matches(
                selector.getAsJsonObject(), Trees.strings(there, "metadata", "labels")));
  }

  private static String namespace(JsonObject pod) {
    return Trees.string(pod, "metadata", "namespace");
  }

  private static List<JsonObject> terms(JsonObject pod, String kind) {
    return Trees.objects(pod, "spec", "affinity", kind, REQUIRED);
  }

  private List<JsonObject> on(String node) {
    List<JsonObject> pods = new ArrayList<>();
    for (ObjectKey key : world.podsOn(node)) {
      JsonObject other = world.get(key);
      if (other != null && isPlaced(other)) {
        pods.add(other);
      }
    }
    return pods;
  }

  private static List<JsonObject> ports(JsonObject pod) {
    List<JsonObject> ports = new ArrayList<>();
    for (JsonObject container : Trees.objects(pod, "spec", "containers")) {
      for (JsonObject port : Trees.objects(container, "ports")) {
        if (Trees.number(port, 0, "hostPort") > 0) {
          ports.add(port);
        }
      }
    }
    return ports;
  }

  private static boolean conflict(JsonObject one, JsonObject other) {
    String address = address(one);
    String taken = address(other);
    return Trees.number(one, 0, "hostPort") == Trees.number(other, 0, "hostPort")
        && Trees.string(one, "protocol").equals(Trees.string(other, "protocol"))
        && (address.equals(taken) || address.equals("0.0.0.0") || taken.equals("0.0.0.0"));
  }

  private static String address(JsonObject port) {
    String said = Trees.string(port, "hostIP");
    return said.isEmpty() ? "0.0.0.0" : said;
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import dev.unitgrid.api.json.Json;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The columns of tables, with the texts of the API server's own printers. Stateless. */
final class Columns {
  private static final String NONE = "<none>";
  private static final String UNKNOWN = "<unknown>";
  private static final String UNSET = "<unset>";
  private static final int SHOWN = 3;

  private Columns() {}

  /** The definitions of a kind's columns. */
  static Json of(ServedResource resource) {
    return switch (resource) {
      case SERVICES ->
          columns(
              List.of("Name", "Type", "Cluster-IP", "External-IP", "Port(s)", "Age"),
              List.of("Selector"));
      case ENDPOINT_SLICES ->
          columns(List.of("Name", "AddressType", "Ports", "Endpoints", "Age"), List.of());
      case ENDPOINTS -> columns(List.of("Name", "Endpoints", "Age"), List.of());
      case OWN_NODE ->
          columns(
              List.of("Name", "Status", "Roles", "Age", "Version"),
              List.of(
                  "Internal-IP", "External-IP", "OS-Image", "Kernel-Version", "Container-Runtime"));
      case SERVICE_CIDRS -> columns(List.of("Name", "CIDRs", "Age"), List.of());
    };
  }

  private static Json columns(List<String> usual, List<String> wide) {
    List<Json> columns = new ArrayList<>();
    usual.forEach(name -> columns.add(column(name, 0)));
    wide.forEach(name -> columns.add(column(name, 1)));
    return Json.array(columns);
  }

  private static Json column(String name, int priority) {
    return Json.object(
        "name",
        name,
        "type",
        "string",
        "format",
        name.equals("Name") ? "name" : "",
        "description",
        name,
        "priority",
        priority);
  }

  /** The cells of an object's row. */
  static List<Json> cells(ServedResource resource, Json object, Instant now) {
    String name = text(object, "metadata", "name");
    String age = age(object, now);
    List<String> cells =
        switch (resource) {
          case SERVICES ->
              List.of(
                  name,
                  text(object, "spec", "type"),
                  clusterIp(object),
                  externalIps(object),
                  orNone(servicePorts(object)),
                  age,
                  orNone(pairs(object.get("spec", "selector").asStrings())));
          case ENDPOINT_SLICES ->
              List.of(
                  name,
                  text(object, "addressType"),
                  some(slicePorts(object), UNSET),
                  some(sliceAddresses(object), UNSET),
                  age);
          case ENDPOINTS ->
              List.of(
                  name,
                  object.get("subsets").items().isEmpty() ? NONE : some(addresses(object), ""),
                  age);
          case OWN_NODE -> node(object, name, age);
          case SERVICE_CIDRS ->
              List.of(name, String.join(",", strings(object.get("spec", "cidrs"))), age);
        };
    return cells.stream().map(Json::of).toList();
  }

  private static String clusterIp(Json service) {
    List<Json> addresses = service.get("spec", "clusterIPs").items();
    return addresses.isEmpty() ? NONE : addresses.get(0).asString("");
  }

  private static String externalIps(Json service) {
    List<String> external = strings(service.get("spec", "externalIPs"));
    return switch (text(service, "spec", "type")) {
      case "ClusterIP", "NodePort" -> orNone(String.join(",", external));
      case "LoadBalancer" -> {
        List<String> all = new ArrayList<>(new TreeSet<>(balancers(service)));
        all.addAll(external);
        yield all.isEmpty() ? "<pending>" : String.join(",", all);
      }
      case "ExternalName" -> text(service, "spec", "externalName");
      default -> UNKNOWN;
    };
  }

  private static List<String> balancers(Json service) {
    List<String> balancers = new ArrayList<>();
    for (Json ingress : service.get("status", "loadBalancer", "ingress").items()) {
      String address = text(ingress, "ip");
      balancers.add(address.isEmpty() ? text(ingress, "hostname") : address);
    }
    return balancers;
  }

  private static String servicePorts(Json service) {
    List<String> ports = new ArrayList<>();
    for (Json port : service.get("spec", "ports").items()) {
      long nodePort = port.get("nodePort").asLong(0);
      ports.add(
          port.get("port").asLong(0)
              + (nodePort > 0 ? ":" + nodePort : "")
              + "/"
              + text(port, "protocol"));
    }
    return String.join(",", ports);
  }

  private static List<String> slicePorts(Json slice) {
    List<String> ports = new ArrayList<>();
    for (Json port : slice.get("ports").items()) {
      long number = port.get("port").asLong(0);
      ports.add(number > 0 ? Long.toString(number) : port.get("name").asString("*"));
    }
    return ports;
  }

  private static List<String> sliceAddresses(Json slice) {
    List<String> addresses = new ArrayList<>();
    for (Json endpoint : slice.get("endpoints").items()) {
      addresses.addAll(strings(endpoint.get("addresses")));
    }
    return addresses;
  }

  private static List<String> addresses(Json endpoints) {
    List<String> shown = new ArrayList<>();
    for (Json subset : endpoints.get("subsets").items()) {
      List<Json> addresses = subset.get("addresses").items();
      List<Json> ports = subset.get("ports").items();
      if (ports.isEmpty()) {
        addresses.forEach(address -> shown.add(text(address, "ip")));
      }
      for (Json port : ports) {
        for (Json address : addresses) {
          String ip = text(address, "ip");
          shown.add((ip.contains(":") ? "[" + ip + "]" : ip) + ":" + port.get("port").asLong(0));
        }
      }
    }
    return shown;
  }

  private static List<String> node(Json node, String name, String age) {
    Json system = node.get("status", "nodeInfo");
    return List.of(
        name,
        nodeStatus(node),
        roles(node),
        age,
        text(system, "kubeletVersion"),
        nodeAddress(node, "InternalIP"),
        nodeAddress(node, "ExternalIP"),
        system.get("osImage").asString("").isEmpty() ? UNKNOWN : text(system, "osImage"),
        text(system, "kernelVersion").isEmpty() ? UNKNOWN : text(system, "kernelVersion"),
        text(system, "containerRuntimeVersion").isEmpty()
            ? UNKNOWN
            : text(system, "containerRuntimeVersion"));
  }

  private static String nodeStatus(Json node) {
    String ready = "Unknown";
    for (Json condition : node.get("status", "conditions").items()) {
      if (text(condition, "type").equals("Ready")) {
        ready = text(condition, "status").equals("True") ? "Ready" : "NotReady";
      }
    }
    return node.get("spec", "unschedulable").asBoolean(false)
        ? ready + ",SchedulingDisabled"
        : ready;
  }

  private static String roles(Json node) {
    String prefix = "node-role.kubernetes.io/";
    TreeSet<String> roles = new TreeSet<>();
    node.get("metadata", "labels")
        .asStrings()
        .forEach(
            (key, value) -> {
              if (key.startsWith(prefix) && key.length() > prefix.length()) {
                roles.add(key.substring(prefix.length()));
              } else if (key.equals("kubernetes.io/role") && !value.isEmpty()) {
                roles.add(value);
              }
            });
    return orNone(String.join(",", roles));
  }

  private static String nodeAddress(Json node, String type) {
    return node.get("status", "addresses").items().stream()
        .filter(address -> text(address, "type").equals(type))
        .map(address -> text(address, "address"))
        .findFirst()
        .orElse(NONE);
  }

  /** The first few, and how many there are besides. */
  private static String some(List<String> all, String none) {
    if (all.isEmpty()) {
      return none;
    }
    return all.size() <= SHOWN
        ? String.join(",", all)
        : String.join(",", all.subList(0, SHOWN)) + " + " + (all.size() - SHOWN) + " more...";
  }

  private static String age(Json object, Instant now) {
    try {
      Instant created = Instant.parse(text(object, "metadata", "creationTimestamp"));
      return age(Duration.between(created, now));
    } catch (DateTimeException none) {
      return UNKNOWN;
    }
  }

  /** Two digits or so: the rounder the longer ago. */
  static String age(Duration age) {
    long seconds = age.toSeconds();
    if (seconds < -1) {
      return "<invalid>";
    }
    if (seconds < 120) {
      return Math.max(0, seconds) + "s";
    }
    long minutes = age.toMinutes();
    if (minutes < 10) {
      return both(minutes, "m", seconds % 60, "s");
    }
    if (minutes < 180) {
      return minutes + "m";
    }
    long hours = age.toHours();
    if (hours < 8) {
      return both(hours, "h", minutes % 60, "m");
    }
    if (hours < 48) {
      return hours + "h";
    }
    long days = age.toDays();
    if (days < 8) {
      return both(days, "d", hours % 24, "h");
    }
    if (days < 365 * 2) {
      return days + "d";
    }
    return days < 365 * 8 ? both(days / 365, "y", days % 365, "d") : days / 365 + "y";
  }

  private static String both(long first, String unit, long second, String smaller) {
    return second == 0 ? first + unit : first + unit + second + smaller;
  }

  private static String pairs(Map<String, String> labels) {
    List<String> pairs = new ArrayList<>();
    new TreeMap<>(labels).forEach((key, value) -> pairs.add(key + "=" + value));
    return String.join(",", pairs);
  }

  private static List<String> strings(Json array) {
    return array.items().stream().map(item -> item.asString("")).toList();
  }

  private static String text(Json object, String... path) {
    return object.get(path).asString("");
  }

  private static String orNone(String text) {
    return text.isEmpty() ? NONE : text;
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

import dev.unitgrid.api.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The Endpoints of a filtered Service, made of its slices as a node is shown them: upstream's stop
 * at 1,000 addresses, among which the node's unit may have none (RULE 28).
 */
public final class EndpointsRenderer {
  private static final String OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity";
  private static final String LAST_CHANGE = "endpoints.kubernetes.io/last-change-trigger-time";

  private static final Comparator<Json> BY_ADDRESS =
      Comparator.comparing((Json address) -> address.get("ip").asString(""))
          .thenComparing(address -> address.get("targetRef", "uid").asString(""));
  private static final Comparator<Json> BY_PORT =
      Comparator.comparing((Json port) -> port.get("name").asString(""))
          .thenComparing(port -> port.get("protocol").asString(""))
          .thenComparing(port -> port.get("port").asLong(0))
          .thenComparing(Json::canonical);

  private EndpointsRenderer() {}

  /**
   * Renders Endpoints.
   *
   * @param upstream the Endpoints of the API server, whose metadata stays; its subsets are not read
   * @param addressType the family of the Service, the first of its {@code ipFamilies}: Endpoints
   *     have one only
   * @param slices all slices of the Service, filtered
   * @param resourceVersion the version that they are served with
   */
  public static Json render(
      Json upstream, String addressType, List<Json> slices, String resourceVersion) {
    Json metadata =
        withoutAnnotations(upstream.get("metadata").without("managedFields"))
            .with("resourceVersion", Json.of(resourceVersion));
    Json rendered = Json.object("kind", "Endpoints", "apiVersion", "v1", "metadata", metadata);
    List<Json> subsets = subsets(addressType, slices);
    return subsets.isEmpty() ? rendered : rendered.with("subsets", Json.array(subsets));
  }

  /** None is as good as an empty map, and the first that goes would be an event. */
  private static Json withoutAnnotations(Json metadata) {
    Json less =
        metadata
            .withoutAt(List.of("annotations", OVER_CAPACITY))
            .withoutAt(List.of("annotations", LAST_CHANGE))
            .withoutAt(List.of("annotations", SliceRenderer.LAST_APPLIED));
    return less.get("annotations").fields().isEmpty() ? less.without("annotations") : less;
  }

  /**
   * The subsets that Kubernetes makes of the same endpoints: each port with all addresses that
   * offer it, ports with the same addresses in the same state together (source: RepackSubsets of
   * kubernetes/kubernetes). Sorted by address and by the name of the port, where Kubernetes sorts
   * ports by a hash.
   */
  private static List<Json> subsets(String addressType, List<Json> slices) {
    Map<Json, Map<Json, Boolean>> addressesByPort = new TreeMap<>(BY_PORT);
    for (Json slice : slices) {
      if (slice.get("addressType").asString("").equals(addressType)) {
        add(slice, addressesByPort);
      }
    }
    Map<Map<Json, Boolean>, List<Json>> portsByAddresses = new LinkedHashMap<>();
    addressesByPort.forEach(
        (port, addresses) ->
            portsByAddresses.computeIfAbsent(addresses, key -> new ArrayList<>()).add(port));
    List<Json> subsets = new ArrayList<>();
    portsByAddresses.forEach((addresses, ports) -> subsets.add(subset(addresses, ports)));
    return subsets;
  }

  private static void add(Json slice, Map<Json, Map<Json, Boolean>> addressesByPort) {
    for (Json endpoint : slice.get("endpoints").items()) {
      boolean ready = endpoint.get("conditions", "ready").asBoolean(true);
      if (endpoint.get("addresses").items().isEmpty()) {
        continue;
      }
      if (!ready && endpoint.get("conditions", "terminating").asBoolean(false)) {
        continue; // as the endpoints controller leaves out pods that end
      }
      for (Json port : portsOf(slice)) {
        // One address may be in two slices for a moment; not ready in one of them is not ready.
        addressesByPort
            .computeIfAbsent(port, key -> new TreeMap<>(BY_ADDRESS))
            .merge(address(endpoint), ready, Boolean::logicalAnd);
      }
    }
  }

  /** The ports of a slice; an empty one stands for none. */
  private static List<Json> portsOf(Json slice) {
    List<Json> ports = slice.get("ports").items();
    return ports.isEmpty() ? List.of(Json.emptyObject()) : ports;
  }

  private static Json address(Json endpoint) {
    Map<String, Json> address = new LinkedHashMap<>();
    // All addresses of an endpoint lead to it, and clients take the first.
    address.put("ip", endpoint.get("addresses").items().get(0));
    endpoint.find("hostname").ifPresent(hostname -> address.put("hostname", hostname));
    endpoint.find("nodeName").ifPresent(node -> address.put("nodeName", node));
    endpoint.find("targetRef").ifPresent(target -> address.put("targetRef", target));
    return Json.object(address);
  }

  private static Json subset(Map<Json, Boolean> addresses, List<Json> ports) {
    Map<String, Json> subset = new LinkedHashMap<>();
    put(subset, "addresses", having(addresses, true));
    put(subset, "notReadyAddresses", having(addresses, false));
    put(subset, "ports", ports.stream().filter(port -> !port.isZero()).toList());
    return Json.object(subset);
  }

  private static List<Json> having(Map<Json, Boolean> addresses, boolean ready) {
    return addresses.entrySet().stream()
        .filter(address -> address.getValue() == ready)
        .map(Map.Entry::getKey)
        .toList();
  }

  private static void put(Map<String, Json> subset, String name, List<Json> items) {
    if (!items.isEmpty()) {
      subset.put(name, Json.array(items));
    }
  }
}

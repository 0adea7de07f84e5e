/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.api.Labels;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.topology.SliceShape;
import dev.unitgrid.core.topology.Topology;
import dev.unitgrid.core.topology.TopologyFilter;
import dev.unitgrid.core.topology.Verdict;
import dev.unitgrid.runtime.codec.ApiStatus;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;

/** Reads a Service, its slices and all nodes, and says what a node is given of it, and why. */
final class ServiceExplanation {
  private static final ResourceType SLICE =
      new ResourceType("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", true);
  private static final String METADATA_ONLY =
      ApiRequest.JSON + ";as=PartialObjectMetadataList;g=meta.k8s.io;v=v1," + ApiRequest.JSON;

  private final ApiTransport cluster;
  private final String node;

  ServiceExplanation(ApiTransport cluster, String node) {
    this.cluster = cluster;
    this.node = node;
  }

  /**
   * The lines.
   *
   * @throws CommandFailure if the cluster cannot be read, or has no such Service or node
   */
  List<String> of(ServiceKey service) throws InterruptedException {
    Json found =
        read(
            ApiRequest.get(ResourceType.SERVICE.path(service.namespace(), service.name())),
            "there is no Service " + service + ": see kubectl get services -A");
    Map<String, Map<String, String>> nodes = nodes();
    Map<String, String> local = nodes.get(node);
    if (local == null) {
      throw new CommandFailure("there is no node " + node + "; there are " + some(nodes));
    }
    List<Json> slices = slices(service);
    List<SliceShape> shapes =
        slices.stream().map(slice -> SliceShape.read(slice.toBytes())).toList();
    Topology.Reading reading = Topology.read(strings(found.get("metadata", "annotations")));
    return lines(slices, TopologyFilter.forNode(local, nodes::get).explain(reading, shapes));
  }

  private Map<String, Map<String, String>> nodes() throws InterruptedException {
    Map<String, Map<String, String>> nodes = new TreeMap<>();
    Json list = read(ApiRequest.get(ResourceType.NODE.path()).accept(METADATA_ONLY), "");
    for (Json each : list.get("items").items()) {
      nodes.put(each.get("metadata", "name").asString(""), strings(each.get("metadata", "labels")));
    }
    return nodes;
  }

  private List<Json> slices(ServiceKey service) throws InterruptedException {
    ApiRequest request =
        ApiRequest.get(SLICE.path(service.namespace()))
            .query("labelSelector", Labels.SERVICE_NAME + "=" + service.name());
    return read(request, "").get("items").items();
  }

  private Json read(ApiRequest request, String ifAbsent) throws InterruptedException {
    ApiResponse response;
    try {
      response = cluster.send(request).get();
    } catch (ExecutionException unreachable) {
      Throwable why = unreachable.getCause() == null ? unreachable : unreachable.getCause();
      throw new CommandFailure("the cluster cannot be read: " + why.getMessage(), unreachable);
    }
    if (response.status() == 404 && !ifAbsent.isEmpty()) {
      throw new CommandFailure(ifAbsent);
    }
    if (!response.isSuccess()) {
      throw new CommandFailure("the cluster cannot be read: " + ApiStatus.of(response));
    }
    return Json.parse(response.body());
  }

  private static List<String> lines(List<Json> slices, List<? extends List<Verdict>> verdicts) {
    List<String[]> rows = new ArrayList<>();
    for (int i = 0; i < slices.size(); i++) {
      List<Json> endpoints = slices.get(i).get("endpoints").items();
      for (int place = 0; place < endpoints.size(); place++) {
        rows.add(row(endpoints.get(place), verdicts.get(i).get(place)));
      }
    }
    return aligned(rows);
  }

  private static String[] row(Json endpoint, Verdict verdict) {
    List<String> addresses = new ArrayList<>();
    endpoint.get("addresses").items().forEach(address -> addresses.add(address.asString("")));
    String at = endpoint.get("nodeName").asString("");
    return new String[] {
      addresses.isEmpty() ? "<no address>" : String.join(",", addresses),
      at.isEmpty() ? "<no node>" : at,
      endpoint.get("conditions", "ready").asBoolean(true) ? "ready" : "not-ready",
      verdict.kept() ? "kept" : "dropped",
      verdict.reason().name().toLowerCase(Locale.ROOT).replace('_', '-'),
      verdict.sentence()
    };
  }

  private static List<String> aligned(List<String[]> rows) {
    int[] widths = new int[6];
    for (String[] row : rows) {
      for (int column = 0; column < row.length; column++) {
        widths[column] = Math.max(widths[column], row[column].length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.length - 1; column++) {
        line.append(row[column]).append(" ".repeat(widths[column] - row[column].length() + 2));
      }
      lines.add(line.append(row[row.length - 1]).toString());
    }
    return lines;
  }

  private static Map<String, String> strings(Json object) {
    Map<String, String> strings = new HashMap<>();
    object.fields().forEach((name, value) -> strings.put(name, value.asString("")));
    return strings;
  }

  private static String some(Map<String, ?> nodes) {
    List<String> names = nodes.keySet().stream().limit(10).toList();
    return String.join(", ", names) + (nodes.size() > names.size() ? ", ..." : "");
  }
}

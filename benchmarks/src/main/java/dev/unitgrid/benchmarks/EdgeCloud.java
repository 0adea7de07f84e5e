/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.testkit.controlplane.ControlPlane;
import dev.unitgrid.testkit.controlplane.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * etcd and a kube-apiserver with Services whose endpoints are on a hundred nodes of ten units, and
 * what happens to them. One thread.
 */
final class EdgeCloud implements AutoCloseable {
  /** The node whose clients are measured; of the first unit. */
  static final int LOCAL = 0;

  private static final ResourceType SLICES =
      new ResourceType("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", true);
  private static final String NAMESPACE = "edge";
  private static final Pattern TOKEN = Pattern.compile("token: \"([^\"]+)\"");

  private final ControlPlane plane;
  private final SystemScheduler scheduler = SystemScheduler.start("edge-cloud", 2);
  private final Admin admin;
  private final int services;
  private long marks;
  // As the slices are made.
  private boolean ready = true;
  private boolean readyElsewhere = true;

  private EdgeCloud(ControlPlane plane, int services) {
    this.plane = plane;
    this.services = services;
    this.admin = new Admin(ApiClientTransport.on(plane.apiClient(), scheduler));
  }

  /** A cloud with {@code services} Services, each with {@value LiveSlices#ENDPOINTS} endpoints. */
  static EdgeCloud load(Path assets, int services) {
    EdgeCloud cloud =
        new EdgeCloud(
            ControlPlane.builder(assets)
                .without(Part.KUBE_CONTROLLER_MANAGER)
                .without(Part.KUBE_SCHEDULER)
                .without(Part.KWOK)
                .start(),
            services);
    cloud.create();
    return cloud;
  }

  private void create() {
    admin.create(ResourceType.NODE, "", LiveSlices.NODES, EdgeCloud::node);
    admin.create(
        new ResourceType("", "v1", "Namespace", "namespaces", false),
        "",
        1,
        i -> Json.object("metadata", Json.object("name", NAMESPACE)));
    admin.create(ResourceType.SERVICE, NAMESPACE, services, EdgeCloud::service);
    admin.create(SLICES, NAMESPACE, services, LiveSlices::manifest);
  }

  private static Json node(int number) {
    Json labels = Json.strings(LiveSlices.labels(number, 0));
    return Json.object("metadata", Json.object("name", LiveSlices.node(number), "labels", labels));
  }

  private static Json service(int number) {
    return Json.object(
        "metadata",
        Json.object(
            "name",
            LiveSlices.service(number).name(),
            "annotations",
            Json.object("topologyKeys", "[\"location\"]")),
        "spec",
        Json.object(
            "ports", Json.array(Json.object("name", "http", "port", 80, "targetPort", 8080))));
  }

  /** Who may change everything. */
  Admin admin() {
    return admin;
  }

  int services() {
    return services;
  }

  Path kubeconfig() {
    return plane.kubeconfig();
  }

  String token() throws IOException {
    Matcher token = TOKEN.matcher(Files.readString(plane.kubeconfig()));
    if (!token.find()) {
      throw new IOException("no token in " + plane.kubeconfig());
    }
    return token.group(1);
  }

  /** The kube-apiserver itself. */
  Door door() throws IOException {
    return Door.tls(plane.url(), plane.certificate(), token());
  }

  /** Changes {@code count} slices, each with the next mark; the first mark. */
  long patchSlices(int count, int perSecond) {
    long first = marks;
    marks += count;
    ready = !ready;
    admin.sendAtRate(count, perSecond, i -> patch((int) ((first + i) % services), first + i));
    return first;
  }

  /** Changes an endpoint of another unit than the first in each of {@code count} slices. */
  void patchOtherUnits(int count, int perSecond) {
    readyElsewhere = !readyElsewhere;
    admin.sendAtRate(
        count,
        perSecond,
        i -> {
          int place = placeOn(i % services, false);
          return patch(i % services, Json.array(readiness(place, readyElsewhere)));
        });
  }

  /** How many slices have an endpoint on a node. */
  int slicesOn(int node) {
    return (int)
        IntStream.range(0, services)
            .filter(
                service -> Math.floorMod(node - service, LiveSlices.NODES) < LiveSlices.ENDPOINTS)
            .count();
  }

  private ApiRequest patch(int service, long mark) {
    return patch(
        service,
        Json.array(
            Json.object(
                "op",
                "add",
                "path",
                "/metadata/annotations",
                "value",
                Json.object("bench", Long.toString(mark))),
            readiness(placeOn(service, true), ready)));
  }

  private static Json readiness(int place, boolean ready) {
    return Json.object(
        "op", "replace", "path", "/endpoints/" + place + "/conditions/ready", "value", ready);
  }

  private static ApiRequest patch(int service, Json operations) {
    return ApiRequest.patch(
        SLICES.path(NAMESPACE, LiveSlices.name(service)),
        ApiRequest.JSON_PATCH,
        operations.toBytes());
  }

  /**
   * The place of an endpoint of the first unit, or of another; the first place if there is none.
   */
  private static int placeOn(int service, boolean firstUnit) {
    String unit = unitOf(LOCAL);
    for (int place = 0; place < LiveSlices.ENDPOINTS; place++) {
      if (unitOf(service + place).equals(unit) == firstUnit) {
        return place;
      }
    }
    return 0;
  }

  private static String unitOf(int node) {
    return LiveSlices.labels(node, 0).getOrDefault("location", "");
  }

  /** Moves a node {@code units} units further on than it was made. */
  void moveNode(int node, int units) {
    Map<String, String> labels = LiveSlices.labels(node, units);
    admin.sendAll(
        1,
        i ->
            ApiRequest.patch(
                ResourceType.NODE.path("", LiveSlices.node(node)),
                ApiRequest.MERGE_PATCH,
                Json.object("metadata", Json.object("labels", Json.strings(labels))).toBytes()));
  }

  @Override
  public void close() {
    plane.close();
    scheduler.close();
  }
}

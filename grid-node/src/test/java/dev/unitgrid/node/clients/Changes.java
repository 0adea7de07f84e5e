/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.clients;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.LinkCut;
import dev.unitgrid.testkit.TestCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Changes of nodes, Services and slices by chance, and an upstream that goes and comes. */
final class Changes {
  private static final List<String> NODES =
      List.of(Truth.NODE, "bj-2", "bj-3", "gz-1", "gz-2", "gz-3");
  private static final List<String> UNITS = List.of("beijing", "guangzhou");
  private static final List<String> KEYS = List.of("", "[]", "[\"location\"]", "[\"location\"]");
  private static final int SERVICES = 8;
  private static final int SLICES = 24;

  private final TestCluster cluster;
  private final Random random;
  private final String upstreamUser;

  Changes(TestCluster cluster, Random random, String upstreamUser) {
    this.cluster = cluster;
    this.random = random;
    this.upstreamUser = upstreamUser;
  }

  /** Makes {@code count} changes; once or twice the upstream goes away meanwhile. */
  void make(int count) {
    int restart = random.nextInt(count);
    int cut = random.nextInt(count);
    LinkCut link = null;
    for (int i = 0; i < count; i++) {
      if (i == restart) {
        restart();
      }
      if (i == cut) {
        link = cluster.faults().cutLink(upstreamUser);
      }
      if (link != null && i > cut + count / 10) {
        link.close();
        link = null;
      }
      change();
    }
    if (link != null) {
      link.close();
    }
  }

  private void restart() {
    if (random.nextBoolean()) {
      cluster.compact();
    }
    cluster.restart();
  }

  private void change() {
    switch (random.nextInt(12)) {
      case 0 -> node();
      case 1, 2 -> service();
      case 3 -> delete(ResourceType.SERVICE, serviceName());
      case 4 -> delete(Truth.SLICE, sliceName());
      default -> slice();
    }
  }

  private void node() {
    String name = one(NODES);
    if (cluster.find(ResourceType.NODE, "", name).isEmpty()) {
      cluster.node(name, Map.of("location", one(UNITS)));
    } else {
      switch (random.nextInt(4)) {
        case 0 -> cluster.deleteNode(name);
        case 1 -> cluster.unlabel(name, "location");
        default -> cluster.label(name, Map.of("location", one(UNITS)));
      }
    }
  }

  private void service() {
    Json annotations = Json.object("topologyKeys", one(KEYS));
    Json labels =
        random.nextInt(5) == 0
            ? Json.object("service.kubernetes.io/headless", "")
            : Json.emptyObject();
    cluster.apply(
        Json.object(
            "apiVersion",
            "v1",
            "kind",
            "Service",
            "metadata",
            Json.object("name", serviceName(), "annotations", annotations, "labels", labels),
            "spec",
            Json.object("ports", Json.array(Json.object("name", "http", "port", 80)))));
  }

  private void slice() {
    List<Json> endpoints = new ArrayList<>();
    int count = 1 + random.nextInt(4); // client-java refuses a slice without the field
    for (int i = 0; i < count; i++) {
      endpoints.add(
          Json.object(
              "addresses",
              Json.array(Json.of("10.0." + random.nextInt(3) + "." + (i + 1))),
              "conditions",
              Json.object("ready", random.nextInt(4) > 0),
              "nodeName",
              one(NODES)));
    }
    String name = sliceName();
    cluster.apply(
        Json.object(
            "apiVersion",
            "discovery.k8s.io/v1",
            "kind",
            "EndpointSlice",
            "metadata",
            Json.object(
                "name", name, "labels", Json.object("kubernetes.io/service-name", serviceOf(name))),
            "addressType",
            "IPv4",
            "endpoints",
            Json.array(endpoints),
            "ports",
            Json.array(Json.object("name", "http", "port", 80))));
  }

  private void delete(ResourceType type, String name) {
    if (cluster.find(type, "default", name).isPresent()) {
      cluster.delete(type, "default", name);
    }
  }

  private String serviceName() {
    return "service-" + random.nextInt(SERVICES);
  }

  private String sliceName() {
    return "slice-" + random.nextInt(SLICES);
  }

  /** Now and then a slice changes hands. */
  private String serviceOf(String slice) {
    return random.nextInt(20) == 0
        ? serviceName()
        : "service-" + Integer.parseInt(slice.substring(slice.indexOf('-') + 1)) % SERVICES;
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}

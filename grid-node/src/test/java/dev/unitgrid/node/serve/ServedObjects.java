/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.testkit.Simulation;
import java.util.Map;

/** Objects and kinds to serve. */
public final class ServedObjects {
  private ServedObjects() {}

  /** A kind in a time that stands still. */
  static ServedKind kind(ServedResource resource) {
    return kind(resource, Simulation.of(1).scheduler(), ServeLimits.USUAL, Metrics.NOOP);
  }

  static ServedKind kind(
      ServedResource resource, Scheduler scheduler, ServeLimits limits, Metrics metrics) {
    return new ServedKind(resource, new Serving(scheduler, Runnable::run, metrics, limits));
  }

  /** A slice of the namespace {@code default} with {@code labels}. */
  public static ServedObject slice(String name, long version, Map<String, String> labels) {
    return slice("default", name, version, labels);
  }

  /** A slice with {@code labels}. */
  public static ServedObject slice(
      String namespace, String name, long version, Map<String, String> labels) {
    Json slice =
        Json.object(
            "kind",
            "EndpointSlice",
            "apiVersion",
            "discovery.k8s.io/v1",
            "metadata",
            metadata(namespace, name, version, labels),
            "addressType",
            "IPv4",
            "endpoints",
            Json.emptyArray(),
            "ports",
            Json.emptyArray());
    return new ServedObject(new ObjectKey(namespace, name), version, slice.toBytes());
  }

  /** A Service with {@code labels}. */
  public static ServedObject service(
      String name, long version, Map<String, String> labels, String clusterIp) {
    Json service =
        Json.object(
            "kind",
            "Service",
            "apiVersion",
            "v1",
            "metadata",
            metadata("default", name, version, labels),
            "spec",
            Json.object("clusterIP", clusterIp, "type", "ClusterIP"));
    return new ServedObject(new ObjectKey("default", name), version, service.toBytes());
  }

  private static Json metadata(
      String namespace, String name, long version, Map<String, String> labels) {
    return Json.object(
        "name",
        name,
        "namespace",
        namespace,
        "resourceVersion",
        Long.toString(version),
        "labels",
        Json.strings(labels));
  }
}

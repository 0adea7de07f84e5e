/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

import java.util.Map;

/** What is refused in the metrics of autoscalers. Stateless. */
final class MetricRules {
  /** Where a type of metric says what it looks at. */
  private static final Map<String, String> SOURCES =
      Map.of(
          "ContainerResource", "containerResource",
          "External", "external",
          "Object", "object",
          "Pods", "pods",
          "Resource", "resource");

  private MetricRules() {}

  static void metrics(Field spec, boolean fromZero) {
    boolean outside = false;
    for (Field metric : spec.items("metrics")) {
      String type = metric.text("type");
      outside |= type.equals("Object") || type.equals("External");
      metric(metric, type);
    }
    if (fromZero && !outside) {
      spec.get("metrics")
          .forbidden(
              "must specify at least one Object or External metric to support scaling to zero"
                  + " replicas");
    }
  }

  private static void metric(Field metric, String type) {
    if (type.isEmpty()) {
      metric.get("type").required("must specify a metric source type");
    }
    metric.get("type").oneOf("ContainerResource", "External", "Object", "Pods", "Resource");
    String name = SOURCES.get(type);
    if (name == null) {
      return;
    }
    Field source = metric.get(name);
    if (!source.isThere()) {
      source.required("must populate information for the given metric source");
    } else if (name.equals("resource") || name.equals("containerResource")) {
      resource(source);
    }
  }

  private static void resource(Field source) {
    if (source.text("name").isEmpty()) {
      source.get("name").required("must specify a resource name");
    }
    Field target = source.get("target");
    String type = target.text("type");
    if (!type.matches("Utilization|Value|AverageValue")) {
      target.get("type").invalid("must be either Utilization, Value, or AverageValue");
    }
    Field utilization = target.get("averageUtilization");
    if (utilization.isThere() && utilization.number() < 1) {
      utilization.invalid("must be greater than 0");
    }
    if (!utilization.isThere() && !target.has("averageValue")) {
      utilization.required("must set either a target raw value or a target utilization");
    }
  }
}

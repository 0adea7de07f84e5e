/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

import java.util.List;

/** What is refused in autoscalers, disruption budgets and leases. Stateless. */
final class PolicyRules {
  private PolicyRules() {}

  static void autoscaler(Field autoscaler) {
    Field spec = autoscaler.get("spec");
    long least = spec.number("minReplicas");
    if (spec.has("minReplicas") && least < 1) {
      spec.get("minReplicas").invalid("must be greater than or equal to 1");
    }
    Field most = spec.get("maxReplicas");
    if (most.number() < 1) {
      most.invalid(Long.toString(most.number()), "must be greater than 0");
    }
    if (most.number() < least) {
      most.invalid(Long.toString(most.number()), "must be greater than or equal to `minReplicas`");
    }
    reference(spec.get("scaleTargetRef"));
    MetricRules.metrics(spec, least == 0 && spec.has("minReplicas"));
    for (String direction : List.of("scaleUp", "scaleDown")) {
      if (spec.get("behavior").has(direction)) {
        scaling(spec.get("behavior", direction));
      }
    }
    autoscaler.get("status").nonNegative("currentReplicas", "desiredReplicas");
  }

  static void reference(Field reference) {
    Field version = reference.get("apiVersion");
    if (version.text().chars().filter(letter -> letter == '/').count() > 1) {
      version.invalid("unexpected GroupVersion string: " + version.text());
    } else if (!version.text().contains("/") && !version.text().equals("v1")) {
      version.invalid("apiVersion must specify API group");
    }
    for (String name : List.of("kind", "name")) {
      Field field = reference.get(name);
      if (field.isEmpty()) {
        field.required("");
      } else {
        field.invalid(Names.problemsOfPathSegment(field.text()));
      }
    }
  }

  private static void scaling(Field rules) {
    Field window = rules.get("stabilizationWindowSeconds");
    if (window.number() < 0) {
      window.invalid("must be greater than or equal to zero");
    } else if (window.number() > 3600) {
      window.invalid("must be less than or equal to 3600");
    }
    rules.get("selectPolicy").oneOfIfThere("Disabled", "Max", "Min");
    if (rules.items("policies").isEmpty()) {
      rules.get("policies").required("must specify at least one Policy");
    }
    for (Field policy : rules.items("policies")) {
      policy.get("type").oneOf("Percent", "Pods");
      for (String name : List.of("value", "periodSeconds")) {
        Field field = policy.get(name);
        if (field.number() <= 0) {
          field.invalid(Long.toString(field.number()), "must be greater than zero");
        }
      }
      if (policy.number("periodSeconds") > 1800) {
        policy.get("periodSeconds").invalid("must be less than or equal to 1800");
      }
    }
  }

  static void budget(Field budget) {
    Field spec = budget.get("spec");
    if (spec.has("minAvailable") && spec.has("maxUnavailable")) {
      spec.invalid(
          "{\"MinAvailable\":"
              + spec.get("minAvailable").value()
              + ",\"Selector\":"
              + spec.get("selector").value()
              + ",\"MaxUnavailable\":"
              + spec.get("maxUnavailable").value()
              + ",\"UnhealthyPodEvictionPolicy\":"
              + spec.get("unhealthyPodEvictionPolicy").value()
              + "}",
          "minAvailable and maxUnavailable cannot be both set");
    }
    for (String name : List.of("minAvailable", "maxUnavailable")) {
      if (spec.has(name)) {
        WorkloadRules.numberOrPercent(spec.get(name));
        WorkloadRules.notAboveAll(spec.get(name));
      }
    }
    LabelRules.selector(spec.get("selector"));
    spec.get("unhealthyPodEvictionPolicy").oneOfIfThere("AlwaysAllow", "IfHealthyBudget");
    budget
        .get("status")
        .nonNegative("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods");
  }

  static void lease(Field lease) {
    Field spec = lease.get("spec");
    Field duration = spec.get("leaseDurationSeconds");
    if (duration.isThere() && duration.number() <= 0) {
      duration.invalid("must be greater than 0");
    }
    spec.nonNegative("leaseTransitions");
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is refused in affinities, tolerations and spreads of pods. Stateless. */
final class SchedulingRules {
  private static final List<String> NODE_OPERATORS =
      List.of("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt");

  private SchedulingRules() {}

  static void affinity(Field affinity) {
    if (!affinity.isThere()) {
      return;
    }
    Field ofNodes = affinity.get("nodeAffinity");
    Field required = ofNodes.get("requiredDuringSchedulingIgnoredDuringExecution");
    if (required.isThere()) {
      Field terms = required.get("nodeSelectorTerms");
      if (terms.isEmpty()) {
        terms.required("must have at least one node selector term");
      }
      terms.items().forEach(SchedulingRules::nodeTerm);
    }
    for (Field preferred : ofNodes.items("preferredDuringSchedulingIgnoredDuringExecution")) {
      weight(preferred);
      nodeTerm(preferred.get("preference"));
    }
    podAffinity(affinity.get("podAffinity"));
    podAffinity(affinity.get("podAntiAffinity"));
  }

  private static void weight(Field preferred) {
    long weight = preferred.number("weight");
    if (weight < 1 || weight > 100) {
      preferred.get("weight").invalid(Long.toString(weight), "must be in the range 1-100");
    }
  }

  private static void nodeTerm(Field term) {
    for (Field expression : term.items("matchExpressions")) {
      LabelRules.operator(expression, NODE_OPERATORS);
      expression.get("key").invalid(Names.problemsOfKey(expression.text("key")));
    }
    for (Field expression : term.items("matchFields")) {
      nodeField(expression);
    }
  }

  private static void nodeField(Field expression) {
    String operator = expression.text("operator");
    if (!operator.equals("In") && !operator.equals("NotIn")) {
      expression.get("operator").invalid(Field.quoted(operator), "not a valid selector operator");
    } else if (expression.items("values").size() != 1) {
      expression
          .get("values")
          .required(
              "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
    }
    String key = expression.text("key");
    if (!key.equals("metadata.name")) {
      expression.get("key").invalid(Field.quoted(key), "not a valid field selector key");
      return;
    }
    for (Field value : expression.items("values")) {
      value.invalid(Names.problemsOfSubdomain(value.text()));
    }
  }

  private static void podAffinity(Field affinity) {
    affinity
        .items("requiredDuringSchedulingIgnoredDuringExecution")
        .forEach(SchedulingRules::podTerm);
    for (Field preferred : affinity.items("preferredDuringSchedulingIgnoredDuringExecution")) {
      weight(preferred);
      podTerm(preferred.get("podAffinityTerm"));
    }
  }

  private static void podTerm(Field term) {
    LabelRules.selector(term.get("labelSelector"));
    LabelRules.selector(term.get("namespaceSelector"));
    for (Field namespace : term.items("namespaces")) {
      Names.problemsOfLabel(namespace.text())
          .forEach(why -> term.get("namespace").invalid(Field.quoted(namespace.text()), why));
    }
    String topology = term.text("topologyKey");
    if (topology.isEmpty()) {
      term.get("topologyKey").required("can not be empty");
    }
    Names.problemsOfKey(topology)
        .forEach(why -> term.get("topologyKey").invalid(Field.quoted(topology), why));
  }

  static void tolerations(List<Field> tolerations) {
    tolerations.forEach(SchedulingRules::toleration);
  }

  private static void toleration(Field toleration) {
    String key = toleration.text("key");
    String operator = toleration.text("operator");
    String value = toleration.text("value");
    if (!key.isEmpty()) {
      toleration.get("key").invalid(Names.problemsOfKey(key));
    } else if (!operator.equals("Exists")) {
      toleration
          .get("operator")
          .invalid(
              Field.quoted(operator),
              "operator must be Exists when `key` is empty, which means \"match all values and all"
                  + " keys\"");
    }
    if (toleration.has("tolerationSeconds") && !toleration.text("effect").equals("NoExecute")) {
      toleration
          .get("effect")
          .invalid(
              Field.quoted(toleration.text("effect")),
              "effect must be 'NoExecute' when `tolerationSeconds` is set");
    }
    // The real server says the operator's path of a value that is wrong.
    switch (operator) {
      case "Equal", "" ->
          Names.problemsOfLabelValue(value)
              .forEach(why -> toleration.get("operator").invalid(Field.quoted(value), why));
      case "Exists" -> {
        if (!value.isEmpty()) {
          toleration
              .get("operator")
              .invalid(Field.quoted(value), "value must be empty when `operator` is 'Exists'");
        }
      }
      default -> toleration.get("operator").oneOf("Equal", "Exists");
    }
    if (!toleration.text("effect").isEmpty()) {
      toleration.get("effect").oneOf("NoSchedule", "PreferNoSchedule", "NoExecute");
    }
  }

  static void spread(List<Field> constraints) {
    Map<String, Field> pairs = new HashMap<>();
    for (Field constraint : constraints) {
      long skew = constraint.number("maxSkew");
      if (skew <= 0) {
        constraint.get("maxSkew").invalid(Long.toString(skew), "must be greater than zero");
      }
      String key = constraint.text("topologyKey");
      if (key.isEmpty()) {
        constraint.get("topologyKey").required("can not be empty");
      }
      String otherwise = constraint.text("whenUnsatisfiable");
      constraint.get("whenUnsatisfiable").oneOf("DoNotSchedule", "ScheduleAnyway");
      String pair = "{" + key + ", " + otherwise + "}";
      // The one that comes first is said to be the second.
      Field earlier = pairs.put(pair, constraint);
      if (earlier != null) {
        earlier.get("{topologyKey, whenUnsatisfiable}").duplicate(Field.quoted(pair));
      }
      minDomains(constraint, otherwise);
      constraint.get("nodeAffinityPolicy").oneOfIfThere("Honor", "Ignore");
      constraint.get("nodeTaintsPolicy").oneOfIfThere("Honor", "Ignore");
      LabelRules.selector(constraint.get("labelSelector"));
    }
  }

  private static void minDomains(Field constraint, String otherwise) {
    if (!constraint.has("minDomains")) {
      return;
    }
    long domains = constraint.number("minDomains");
    Field field = constraint.get("minDomains");
    if (domains <= 0) {
      field.invalid(Long.toString(domains), "must be greater than zero");
    }
    if (!otherwise.equals("DoNotSchedule")) {
      field.invalid(
          Long.toString(domains),
          "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not " + otherwise);
    }
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What an API server refuses in the fields of built-in kinds, and what it makes of those it takes:
 * a family of kinds a test, a manifest a row, each with the answer that a real server gave. Causes
 * are compared whatever their order and repetition, without the difference that follows the first
 * line of some; of an object everything but what a server makes up.
 */
abstract class FieldConformance extends Conformance {
  private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
  private static final Pattern ADDRESS = Pattern.compile("10\\.96\\.\\d+\\.\\d+");
  private static final Set<String> MADE_UP =
      Set.of("uid", "resourceVersion", "managedFields", "creationTimestamp");
  private static final Set<String> PORTS = Set.of("nodePort", "healthCheckNodePort");

  @TestFactory
  List<DynamicTest> pods_are_judged_and_defaulted() {
    return rows("pods");
  }

  @TestFactory
  List<DynamicTest> templates_of_pods_are_judged_as_pods_are() {
    return rows("templates");
  }

  @TestFactory
  List<DynamicTest> workloads_are_judged_and_defaulted() {
    return rows("workloads");
  }

  @TestFactory
  List<DynamicTest> services_are_judged_and_change_with_their_type() {
    return rows("services");
  }

  @TestFactory
  List<DynamicTest> endpoints_and_their_slices_are_judged_and_defaulted() {
    return rows("endpoints");
  }

  @TestFactory
  List<DynamicTest> autoscalers_budgets_and_leases_are_judged_and_defaulted() {
    return rows("policies");
  }

  @TestFactory
  List<DynamicTest> roles_and_bindings_are_judged_and_defaulted() {
    return rows("access");
  }

  @TestFactory
  List<DynamicTest> claims_events_secrets_nodes_and_the_rest_are_judged_and_defaulted() {
    return rows("others");
  }

  @TestFactory
  List<DynamicTest> namespaces_and_metadata_keep_what_is_the_servers() {
    return rows("namespaces");
  }

  private List<DynamicTest> rows(String family) {
    return Recorded.in("fields/" + family + ".json").items().stream()
        .map(row -> DynamicTest.dynamicTest(row.get("name").asString(""), () -> check(row)))
        .toList();
  }

  private void check(Json row) {
    Reply last = new Reply(0, Json.ofNull());
    for (Json step : row.get("steps").items()) {
      last = send(step);
    }
    row.get("delete").items().forEach(path -> api.delete(here(path.asString("")), "{}"));
    Json answer = row.get("answer");
    assertThat(last.status()).as(last.body().toString()).isEqualTo(answer.get("code").asLong(0));
    assertThat(there(last.warning())).isEqualTo(answer.get("warning").asString(""));
    if (answer.has("stored")) {
      assertThat(stored(Json.parse(there(last.body().toString())))).isEqualTo(answer.get("stored"));
      return;
    }
    Json said = Json.parse(there(last.body().toString()));
    assertThat(
            Recorded.causes(said.get("details", "causes")).stream()
                .map(FieldConformance::firstLine))
        .containsExactlyInAnyOrderElementsOf(causes(answer));
    if (answer.has("message")) {
      assertThat(firstLine(said.get("message").asString("")))
          .isEqualTo(answer.get("message").asString(""));
    }
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private Reply send(Json step) {
    String[] what = step.get("do").asString("").split(" ", 2);
    String path = here(what[1]);
    String body = here(step.get("body").toString());
    return switch (what[0]) {
      case "merge" -> api.merge(path, body);
      case "strategic" -> api.patch(path, Api.STRATEGIC, body);
      case "json" -> api.jsonPatch(path, body);
      case "DELETE" -> api.delete(path, body);
      case "GET" -> api.get(path);
      case "PUT" -> api.put(path, Json.parse(body));
      default -> api.post(path, body);
    };
  }

  private String here(String text) {
    return text.replace("NAMESPACE", namespace);
  }

  private String there(String text) {
    return text.replaceAll("\\b" + namespace + "\\b", "NAMESPACE");
  }

  private static Set<String> causes(Json answer) {
    Set<String> causes = new TreeSet<>();
    answer.get("causes").items().forEach(cause -> causes.add(cause.asString("")));
    return causes;
  }

  /** {@code value} without what a server makes up. */
  private static Json stored(Json value) {
    if (value instanceof Json.Obj object) {
      Map<String, Json> fields = new TreeMap<>();
      object
          .fields()
          .forEach(
              (name, field) -> {
                if (!MADE_UP.contains(name)) {
                  fields.put(name, PORTS.contains(name) ? Json.of("PORT") : stored(field));
                }
              });
      return Json.object(fields);
    }
    if (value instanceof Json.Arr array) {
      List<Json> items = new ArrayList<>();
      array.items().forEach(item -> items.add(stored(item)));
      return Json.array(items);
    }
    String text = value.asString("");
    if (TIME.matcher(text).matches()) {
      return Json.of("TIME");
    }
    return ADDRESS.matcher(text).matches() ? Json.of("ADDRESS") : value;
  }
}

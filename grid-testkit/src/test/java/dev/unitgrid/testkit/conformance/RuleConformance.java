/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What an API server makes of rules in CEL, as a real one answered each of the recorded cases. */
abstract class RuleConformance {
  private static final String RULES = "/apis/cel.unitgrid.dev/v1/namespaces/default/rules";

  private Recorded recorded;
  private Api api;

  @BeforeEach
  void useServer(Server server) {
    api = server.api();
    recorded = new Recorded(api);
  }

  @TestFactory
  List<DynamicTest> definitions() {
    return Recorded.in("rule-definitions.json").items().stream()
        .map(
            one ->
                DynamicTest.dynamicTest(one.get("name").asString(""), () -> recorded.define(one)))
        .toList();
  }

  @TestFactory
  List<DynamicTest> custom_resources() {
    recorded.serve(Recorded.in("rules.json"), RULES);
    return Recorded.in("rule-specs.json").items().stream()
        .map(one -> DynamicTest.dynamicTest(one.get("specs").toString(), () -> write(one)))
        .toList();
  }

  private void write(Json one) {
    List<Json> specs = one.get("specs").items();
    api.delete(RULES + "/r", "{}");
    if (specs.size() == 1) {
      Recorded.check(one, api.post(RULES + "?dryRun=All", rule(specs.get(0), "")));
      return;
    }
    Reply before = api.post(RULES, rule(specs.get(0), ""));
    assertThat(before.status()).as(before.message()).isEqualTo(201);
    Recorded.check(
        one,
        api.put(RULES + "/r?dryRun=All", Json.parse(rule(specs.get(1), version(before.body())))));
  }

  private static String version(Json object) {
    return ",\"resourceVersion\":" + object.get("metadata", "resourceVersion");
  }

  private static String rule(Json spec, String metadata) {
    return """
        {"apiVersion":"cel.unitgrid.dev/v1","kind":"Rule","metadata":{"name":"r"%s},"spec":%s}"""
        .formatted(metadata, spec);
  }

  @Test
  void a_name_is_seen_by_rules_of_the_whole() {
    recorded.serve(Recorded.in("rules.json"), RULES);
    Reply other =
        api.post(
            RULES + "?dryRun=All",
            """
            {"apiVersion":"cel.unitgrid.dev/v1","kind":"Rule","metadata":{"name":"other"}}""");
    assertThat(other.status()).isEqualTo(422);
    assertThat(other.message())
        .isEqualTo(
            "Rule.cel.unitgrid.dev \"other\" is invalid: <nil>: Invalid value: \"object\": names"
                + " begin with r");
  }

  @Test
  void a_status_is_asked_too() {
    recorded.serve(Recorded.in("rules.json"), RULES);
    api.delete(RULES + "/r", "{}");
    assertThat(api.post(RULES, rule(Json.parse("{\"min\":1}"), "")).status()).isEqualTo(201);
    Reply refused = api.merge(RULES + "/r/status", "{\"status\":{\"n\":0}}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message())
        .isEqualTo(
            "Rule.cel.unitgrid.dev \"r\" is invalid: status.n: Invalid value: \"integer\":"
                + " positive");
    assertThat(api.merge(RULES + "/r/status", "{\"status\":{\"n\":1}}").status()).isEqualTo(200);
    api.delete(RULES + "/r", "{}");
  }

  @Test
  void what_a_newer_rule_refuses_may_stay_and_be_warned_of_until_it_changes() {
    String path = "/apis/cel.unitgrid.dev/v1/gates";
    String definition = Recorded.DEFINITIONS + "/gates.cel.unitgrid.dev";
    recorded.serve(gates("true"), path);
    assertThat(api.post(path, gate("old", 5)).status()).isEqualTo(201);
    Json patch =
        Json.parse(
            "[{\"op\":\"replace\",\"path\":\"/spec/versions/0/schema/openAPIV3Schema/properties/"
                + "spec/x-kubernetes-validations/0/rule\",\"value\":\"self.n < 3\"}]");
    assertThat(api.patch(definition, "application/json-patch+json", patch.toString()).status())
        .isEqualTo(200);
    Recorded.await(() -> api.post(path + "?dryRun=All", gate("new", 5)).status() == 422);
    assertThat(api.merge(path + "/old", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}").status())
        .isEqualTo(200);
    assertThat(api.merge(path + "/old", "{\"spec\":{\"n\":4}}").status()).isEqualTo(422);
    assertThat(api.merge(path + "/old", "{\"spec\":{\"n\":2}}").status()).isEqualTo(200);
    api.delete(definition, "{}");
  }

  private static Json gates(String rule) {
    return Json.parse(
        """
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
        "metadata":{"name":"gates.cel.unitgrid.dev"},"spec":{"group":"cel.unitgrid.dev",
        "scope":"Cluster","names":{"plural":"gates","singular":"gate","kind":"Gate",
        "listKind":"GateList"},"versions":[{"name":"v1","served":true,"storage":true,
        "schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object",
        "x-kubernetes-validations":[{"rule":"%s"}],
        "properties":{"n":{"type":"integer"}}}}}}}]}}"""
            .formatted(rule));
  }

  private static String gate(String name, int n) {
    return """
        {"apiVersion":"cel.unitgrid.dev/v1","kind":"Gate","metadata":{"name":"%s"},
        "spec":{"n":%d}}"""
        .formatted(name, n);
  }
}

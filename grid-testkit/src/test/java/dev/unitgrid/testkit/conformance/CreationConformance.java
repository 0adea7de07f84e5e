/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

/** What an API server does with a POST. */
abstract class CreationConformance extends Conformance {
  @Test
  void a_label_and_an_annotation_without_a_value_stay() {
    Reply created =
        api.post(
            configMaps,
            """
            {"metadata":{"name":"a","labels":{"here":""},"annotations":{"there":""}},
             "data":{"nothing":""}}""");
    assertThat(created.body().get("metadata", "labels")).isEqualTo(Json.object("here", ""));
    assertThat(created.body().get("metadata", "annotations")).isEqualTo(Json.object("there", ""));
    assertThat(created.body().get("data")).isEqualTo(Json.object("nothing", ""));
  }

  @Test
  void what_is_created_is_defaulted_normalised_and_owned_like_this() throws Exception {
    try (InputStream golden = CreationConformance.class.getResourceAsStream("created.json")) {
      for (Json one : Json.parse(golden.readAllBytes()).items()) {
        Reply created =
            api.post(
                one.get("path").asString("").replace("NAMESPACE", namespace)
                    + "?fieldManager=unitgrid",
                one.get("created").toString());
        assertThat(created.status()).as(created.body().toString()).isEqualTo(201);
        Json spec = created.body().get("spec");
        boolean addressed =
            one.get("created", "kind").equals(Json.of("Service"))
                && !one.get("spec").has("clusterIP");
        if (addressed) {
          assertThat(spec.get("clusterIP").asString("")).startsWith("10.96.");
          spec = spec.without("clusterIP").without("clusterIPs");
        }
        assertThat(spec).isEqualTo(one.get("spec"));
        assertThat(created.body().get("status")).isEqualTo(one.get("status"));
        assertThat(created.fields("unitgrid", "Update")).isEqualTo(one.get("fields"));
        api.delete(
            one.get("path").asString("").replace("NAMESPACE", namespace)
                + "/"
                + created.body().get("metadata", "name").asString(""),
            "{}");
      }
    }
  }

  @Test
  void a_second_create_of_a_name_is_409() {
    createDemo();
    Reply again = api.post(deployments, deployment("demo", "", ""));
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.reason()).isEqualTo("AlreadyExists");
    assertThat(again.message()).isEqualTo("deployments.apps \"demo\" already exists");
  }

  @Test
  void a_created_object_has_uid_version_time_and_generation() {
    Reply created = createDemo();
    assertThat(created.uid()).matches("[0-9a-f-]{36}");
    assertThat(Long.parseLong(created.version())).isPositive();
    assertThat(created.generation()).isEqualTo(1);
    assertThat(created.body().get("metadata", "creationTimestamp").asString(""))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
  }

  @Test
  void generate_name_adds_five_characters() {
    Reply created = api.post(configMaps, "{\"metadata\":{\"generateName\":\"x-\"}}");
    assertThat(created.body().get("metadata", "name").asString("")).matches("x-[a-z0-9]{5}");
  }

  @Test
  void a_name_is_required() {
    Reply refused = api.post(configMaps, "{\"metadata\":{}}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message())
        .isEqualTo(
            "ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is"
                + " required");
  }

  @Test
  void a_namespace_that_is_not_there_is_404() {
    Reply refused =
        api.post("/api/v1/namespaces/nowhere/configmaps", "{\"metadata\":{\"name\":\"a\"}}");
    assertThat(refused.status()).isEqualTo(404);
    assertThat(refused.message()).isEqualTo("namespaces \"nowhere\" not found");
  }

  @Test
  void another_namespace_in_the_body_is_400() {
    Reply refused = api.post(configMaps, "{\"metadata\":{\"name\":\"a\",\"namespace\":\"other\"}}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.reason()).isEqualTo("BadRequest");
  }

  @Test
  void a_selector_that_does_not_match_the_template_is_422() {
    String body = deployment("demo", "", "").replace("labels\":{\"app\"", "labels\":{\"other\"");
    Reply refused = api.post(deployments, body);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message())
        .isEqualTo(
            "Deployment.apps \"demo\" is invalid: spec.template.metadata.labels: Invalid value:"
                + " {\"other\":\"echo\"}: `selector` does not match template `labels`");
  }

  @Test
  void an_illegal_label_value_is_422() {
    Reply refused =
        api.post(
            configMaps,
            "{\"metadata\":{\"name\":\"a\",\"labels\":{\"k\":\"topology.kubernetes.io/zone\"}}}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message()).contains("metadata.labels: Invalid value").contains("a valid");
  }

  @Test
  void a_value_of_the_wrong_type_is_400() {
    Reply refused = api.post(deployments, deployment("demo", "\"replicas\":\"two\",", ""));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message())
        .startsWith("Deployment in version \"v1\" cannot be handled as a Deployment:");
  }

  @Test
  void an_unknown_field_is_dropped_and_refused_when_strict() {
    String body = deployment("demo", "\"noSuchField\":1,", "");
    Reply strict = api.post(deployments + "?fieldValidation=Strict", body);
    assertThat(strict.status()).isEqualTo(400);
    assertThat(strict.message()).contains("unknown field \"spec.noSuchField\"");
    Reply created = api.post(deployments, body);
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.body().get("spec").has("noSuchField")).isFalse();
  }

  @Test
  void a_plain_create_accepts_two_env_entries_of_one_name() {
    Reply created =
        api.post(
            deployments,
            deployment(
                "demo",
                "",
                ",\"env\":[{\"name\":\"A\",\"value\":\"1\"},{\"name\":\"A\",\"value\":\"2\"}]"));
    assertThat(created.status()).isEqualTo(201);
    assertThat(container(created).get("env").items()).hasSize(2);
  }

  @Test
  void a_dry_run_stores_nothing() {
    assertThat(api.post(deployments + "?dryRun=All", deployment("demo", "", "")).status())
        .isEqualTo(201);
    assertThat(api.get(demo).status()).isEqualTo(404);
  }

  @Test
  void a_stateful_set_that_says_its_strategys_type_has_no_roll_out_but_its_own() {
    String set =
        """
        {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"%s"},"spec":{"serviceName":"s","updateStrategy":%s,
        "selector":{"matchLabels":{"app":"echo"}},"template":{"metadata":{"labels":{"app":"echo"}},
        "spec":{"containers":[{"name":"echo","image":"echo:1"}]}}}}""";
    String sets = path("apps/v1", "statefulsets");
    assertThat(api.post(sets, set.formatted("a", "{}")).body().get("spec", "updateStrategy"))
        .isEqualTo(Json.parse("{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"partition\":0}}"));
    assertThat(
            api.post(sets, set.formatted("b", "{\"type\":\"RollingUpdate\"}"))
                .body()
                .get("spec", "updateStrategy"))
        .isEqualTo(Json.parse("{\"type\":\"RollingUpdate\"}"));
  }

  @Test
  void a_field_that_comes_twice_is_warned_of_or_refused() {
    String twice = "{\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"1\",\"k\":\"2\"},\"foo\":1}";
    Reply warned = api.post(configMaps, twice);
    assertThat(warned.body().get("data", "k")).isEqualTo(Json.of("2"));
    assertThat(warned.warning()).startsWith("299 - \"duplicate field \\\"data.k\\\"\"");
    assertRefused(
        api.post(configMaps + "?fieldValidation=Strict", twice),
        400,
        "BadRequest",
        "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error:"
            + " duplicate field \"data.k\", unknown field \"foo\"");
  }

  private void assertNoJson(String body, String why) {
    Reply refused = api.post(configMaps, body);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message())
        .startsWith(
            "the object provided is unrecognized (must be of type ConfigMap): couldn't get"
                + " version/kind; json parse error: "
                + why);
  }

  @Test
  void what_only_looks_like_json_is_refused() {
    assertNoJson(
        "{'apiVersion':'v1'}",
        "invalid character '\\'' looking for beginning of object key string");
    assertNoJson(
        "{\"metadata\":{\"name\":\"a\"}} /* c */", "invalid character '/' after top-level value");
    assertNoJson(
        "{\"data\":{\"a\":\"b\",}}",
        "invalid character '}' looking for beginning of object key string");
    assertNoJson("{\"data\":[1,]}", "invalid character ']' looking for beginning of value");
    assertNoJson("{\"data\":01}", "invalid character '1' after object key:value pair");
    assertNoJson("{\"data\":\"\n\"}", "invalid character '\\n' in string literal");
    assertNoJson("{\"data\":", "unexpected end of JSON input");
  }

  @Test
  void a_number_that_is_no_integer_is_none() {
    for (String number : new String[] {"1.0", "1e2", "99999999999999999999"}) {
      assertRefused(
          api.post(configMaps, "{\"metadata\":{\"name\":\"a\",\"generation\":" + number + "}}"),
          400,
          "BadRequest",
          "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot unmarshal"
              + " number "
              + number
              + " into Go struct field ObjectMeta.metadata.generation of type int64");
    }
  }

  @Test
  void json_may_be_deep_but_not_endless() {
    String name = "{\"metadata\":{\"name\":\"a\"},\"x\":";
    assertThat(api.post(configMaps, name + "[".repeat(2_000) + "]".repeat(2_000) + "}").status())
        .isEqualTo(201);
    assertNoJson(
        name + "[".repeat(11_000) + "]".repeat(11_000) + "}",
        "invalid character '[' exceeded max depth");
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How an API server says no. */
abstract class RefusalConformance extends Conformance {
  @Test
  void an_unknown_path_is_404_and_a_wrong_method_405() {
    assertThat(api.get("/apis/apps/v1/namespaces/" + namespace + "/nothings").message())
        .isEqualTo("the server could not find the requested resource");
    assertThat(api.post(demo, "{}").status()).isEqualTo(405);
  }

  @Test
  void an_object_of_all_namespaces_is_404_and_a_write_to_all_405() {
    assertThat(api.get("/api/v1/configmaps/a").status()).isEqualTo(404);
    assertThat(api.post("/api/v1/configmaps", "{\"metadata\":{\"name\":\"a\"}}").status())
        .isEqualTo(405);
    assertThat(api.delete("/api/v1/configmaps", "{}").status()).isEqualTo(405);
  }

  @Test
  void a_cluster_wide_kind_is_in_no_namespace() {
    assertRefused(
        api.get(path("v1", "nodes")),
        404,
        "NotFound",
        "the server could not find the requested resource");
  }

  @Test
  void a_405_and_a_404_of_a_path_have_empty_details() {
    assertThat(api.put(configMaps, Json.parse("{}")).body().get("details"))
        .isEqualTo(Json.parse("{}"));
    assertThat(api.get(path("apps/v1", "nothings")).body().get("details"))
        .isEqualTo(Json.parse("{}"));
  }

  @Test
  void a_404_of_an_object_names_it() {
    assertThat(api.get(demo).body())
        .isEqualTo(
            Json.parse(
                "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":\"deployments.apps \\\"demo\\\" not found\",\"reason\":\"NotFound\",\"details\":{\"name\":\"demo\",\"group\":\"apps\",\"kind\":\"deployments\"},\"code\":404}"));
  }

  @Test
  void a_422_tells_each_field_that_is_wrong() {
    Reply refused =
        api.post(deployments, deployment("demo", "\"replicas\":-1,\"minReadySeconds\":-2,", ""));
    assertThat(refused.message())
        .isEqualTo(
            "Deployment.apps \"demo\" is invalid: [spec.replicas: Invalid value: -1: must be greater than or equal to 0, spec.minReadySeconds: Invalid value: -2: must be greater than or equal to 0]");
    assertThat(refused.body().get("details", "causes").items()).hasSize(2);
    assertThat(refused.body().get("details", "causes").items().get(0))
        .isEqualTo(
            Json.parse(
                "{\"reason\":\"FieldValueInvalid\",\"message\":\"Invalid value: -1: must be greater than or equal to 0\",\"field\":\"spec.replicas\"}"));
  }

  @Test
  void a_body_that_is_no_object_is_400() {
    String begin =
        "the object provided is unrecognized (must be of type ConfigMap): couldn't get"
            + " version/kind; json parse error: ";
    for (String body : List.of("{\"metadata\":", "[]", "\"text\"")) {
      Reply refused = api.post(configMaps, body);
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.reason()).isEqualTo("BadRequest");
      assertThat(refused.message()).startsWith(begin);
    }
    assertThat(api.post(configMaps, "").message())
        .isEqualTo(begin + "unexpected end of JSON input (<empty>)");
  }

  @Test
  void a_body_of_an_unknown_type_is_415() {
    assertRefused(
        api.send("POST", configMaps, "text/plain", "hello"),
        415,
        "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include:"
            + " application/json, application/yaml, application/vnd.kubernetes.protobuf");
  }

  @Test
  void a_body_may_be_yaml() {
    Reply created =
        api.send(
            "POST",
            configMaps,
            "application/yaml",
            "kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: a\ndata: {k: v}\n");
    assertThat(created.status()).as(created.message()).isEqualTo(201);
    assertThat(created.body().get("data", "k")).isEqualTo(Json.of("v"));
  }

  @Test
  void an_integer_is_written_without_a_point_or_an_exponent() {
    for (String number : new String[] {"1.0", "1e1", "1e18", "1.5", "2147483648"}) {
      Reply refused = api.post(deployments, scaled(number));
      assertThat(refused.status()).as(number).isEqualTo(400);
      assertThat(refused.message())
          .endsWith(
              "json: cannot unmarshal number "
                  + number
                  + " into Go struct field DeploymentSpec.spec.replicas of type int32");
    }
    assertThat(api.post(deployments, scaled("-0")).status()).isEqualTo(201);
    Reply refused = api.merge(demo, "{\"spec\":{\"replicas\":1.0}}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message()).endsWith("DeploymentSpec.spec.replicas of type int32");
  }

  private static String scaled(String replicas) {
    return deployment("demo", "\"replicas\":" + replicas + ",", "");
  }

  @Test
  void an_apply_and_a_strategic_patch_take_a_whole_number_however_it_is_written() {
    Json ten = Json.of(10);
    assertThat(replicas(api.apply(demo, "me", scaled("1e1")))).isEqualTo(ten);
    Reply again = api.apply(demo, "me", scaled("10.0"));
    assertThat(replicas(again)).isEqualTo(ten);
    assertThat(again.generation()).isEqualTo(1);
    assertThat(replicas(api.patch(demo, Api.STRATEGIC, "{\"spec\":{\"replicas\":3.0}}")))
        .isEqualTo(Json.of(3));
    Reply half = api.force(demo, "me", scaled("1.5"));
    assertThat(half.status()).isEqualTo(500);
    assertThat(half.message())
        .endsWith("apps/v1, Kind=Deployment: cannot convert float64 to int32");
    assertThat(api.patch(demo, Api.STRATEGIC, "{\"spec\":{\"replicas\":1.5}}").status())
        .isEqualTo(422);
  }

  private static Json replicas(Reply reply) {
    assertThat(reply.status()).as(reply.message()).isBetween(200, 201);
    return reply.body().get("spec", "replicas");
  }

  @Test
  void a_body_need_not_say_its_kind() {
    assertThat(api.post(configMaps, "{\"metadata\":{\"name\":\"a\"}}").body().get("kind"))
        .isEqualTo(Json.of("ConfigMap"));
  }

  @Test
  void a_get_of_a_version_from_the_future_is_504() {
    configMap("a", "{}");
    assertThat(api.get(configMaps + "/a?resourceVersion=1").status()).isEqualTo(200);
    assertThat(api.get(configMaps + "/a?resourceVersion=999999999").reason()).isEqualTo("Timeout");
  }

  @Test
  void delete_options_of_another_kind_are_500() {
    configMap("a", "{}");
    Reply refused = api.delete(configMaps + "/a", "{\"kind\":\"Other\",\"apiVersion\":\"v1\"}");
    assertThat(refused.status()).isEqualTo(500);
    assertThat(refused.message())
        .startsWith("no kind \"Other\" is registered for version \"v1\" in scheme");
    assertThat(api.delete(configMaps + "/a", "{nonsense").message())
        .startsWith("couldn't get version/kind; json parse error: ");
    assertThat(api.get(configMaps + "/a").status()).isEqualTo(200);
  }

  @Test
  void a_put_that_cannot_be_read_is_told_so_before_it_is_told_apart() {
    configMap("a", "{}");
    String unreadable = "{\"metadata\":{\"name\":\"%s\",\"uid\":\"%s\"},\"data\":{\"k\":1}}";
    String uid = "11111111-1111-1111-1111-111111111111";
    for (String body : List.of(unreadable.formatted("b", ""), unreadable.formatted("a", uid))) {
      assertRefused(
          api.put(configMaps + "/a", Json.parse(body)),
          400,
          "BadRequest",
          "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot unmarshal"
              + " number into Go struct field ConfigMap.data of type string");
    }
  }

  @Test
  void of_another_name_and_another_namespace_an_apply_that_creates_is_told_the_namespace() {
    assertRefused(
        api.apply(
            configMaps + "/a",
            "alice",
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\","
                + "\"metadata\":{\"name\":\"b\",\"namespace\":\"elsewhere\"}}"),
        400,
        "BadRequest",
        "the namespace of the provided object does not match the namespace sent on the request");
  }

  @Test
  void an_apply_that_cannot_be_read_is_told_so_before_its_uid_is_missed() {
    Reply refused =
        api.apply(
            configMaps + "/a",
            "alice",
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\","
                + "\"uid\":\"11111111-1111-1111-1111-111111111111\"},\"binaryData\":{\"x\":\"?\"}}");
    assertThat(refused.status()).isEqualTo(500);
    assertThat(refused.message()).endsWith("illegal base64 data at input byte 0");
  }

  @Test
  void a_path_with_a_hole_is_404_and_one_of_no_group_is_plain_text() {
    assertThat(api.get("/api/v1//pods").status()).isEqualTo(404);
    Reply nowhere = api.get("/apis/nobody.unitgrid.dev/v1/things");
    assertThat(nowhere.status()).isEqualTo(404);
    assertThat(nowhere.body()).isEqualTo(Json.of("404 page not found\n"));
  }

  @Test
  void a_version_is_only_read() {
    for (String method : new String[] {"POST", "PUT", "DELETE"}) {
      assertThat(api.send(method, "/api/v1", "application/json", "{}").status()).isEqualTo(405);
      assertThat(api.send(method, "/apis/apps/v1", "application/json", "{}").status())
          .isEqualTo(405);
    }
  }

  @Test
  void a_config_map_or_secret_of_more_than_a_mebibyte_is_422() {
    Reply map =
        api.post(
            configMaps,
            "{\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"" + "x".repeat(1_100_000) + "\"}}");
    assertThat(map.message())
        .isEqualTo("ConfigMap \"a\" is invalid: []: Too long: may not be more than 1048576 bytes");
    Reply secret =
        api.post(
            path("v1", "secrets"),
            "{\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"" + "eHh4".repeat(400_000) + "\"}}");
    assertThat(secret.message())
        .isEqualTo("Secret \"a\" is invalid: data: Too long: may not be more than 1048576 bytes");
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What a server says of itself; the same for the embedded and for a real one. */
abstract class DiscoveryConformance extends Conformance {
  private static final String AGGREGATED =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

  private ApiResponse aggregated(String path) {
    ApiRequest plain = Api.request("GET", path, "", new byte[0]);
    return api.transport()
        .send(
            new ApiRequest(
                "GET",
                plain.path(),
                plain.query(),
                "",
                AGGREGATED + ",application/json",
                new byte[0],
                plain.timeout()))
        .join();
  }

  private static Optional<Json> named(Json list, String field, String name) {
    return list.items().stream().filter(each -> each.get(field).equals(Json.of(name))).findFirst();
  }

  @Test
  void the_version_is_told() {
    Json version = api.get("/version").body();
    assertThat(version.get("major")).isEqualTo(Json.of("1"));
    assertThat(version.get("minor").asString("")).matches("[0-9]+");
    assertThat(version.get("gitVersion").asString("")).matches("v1\\.[0-9]+\\.[0-9]+.*");
  }

  @Test
  void health_is_ok_in_plain_text() {
    for (String path : List.of("/healthz", "/livez", "/readyz")) {
      assertThat(api.get(path).status()).isEqualTo(200);
      assertThat(api.get(path).body()).isEqualTo(Json.of("ok"));
    }
  }

  @Test
  void groups_come_with_their_versions_the_preferred_one_first() {
    assertThat(api.get("/api").body().get("versions")).isEqualTo(Json.parse("[\"v1\"]"));
    Json groups = api.get("/apis").body();
    assertThat(groups.get("kind")).isEqualTo(Json.of("APIGroupList"));
    Json apps = named(groups.get("groups"), "name", "apps").orElseThrow();
    assertThat(apps.get("preferredVersion", "groupVersion")).isEqualTo(Json.of("apps/v1"));
    Json group = api.get("/apis/apps").body();
    assertThat(group.get("kind")).isEqualTo(Json.of("APIGroup"));
    assertThat(group.get("versions")).isEqualTo(apps.get("versions"));
    assertThat(api.get("/apis/no.such.group").status()).isEqualTo(404);
  }

  @Test
  void a_resource_is_listed_with_verbs_names_categories_and_subresources() {
    Json list = api.get("/apis/apps/v1").body();
    assertThat(list.get("groupVersion")).isEqualTo(Json.of("apps/v1"));
    Json deployments = named(list.get("resources"), "name", "deployments").orElseThrow();
    assertThat(deployments.get("singularName")).isEqualTo(Json.of("deployment"));
    assertThat(deployments.get("namespaced")).isEqualTo(Json.of(true));
    assertThat(deployments.get("kind")).isEqualTo(Json.of("Deployment"));
    assertThat(deployments.get("shortNames")).isEqualTo(Json.parse("[\"deploy\"]"));
    assertThat(deployments.get("categories")).isEqualTo(Json.parse("[\"all\"]"));
    assertThat(deployments.get("verbs"))
        .isEqualTo(
            Json.parse(
                "[\"create\",\"delete\",\"deletecollection\",\"get\",\"list\",\"patch\",\"update\",\"watch\"]"));
    assertThat(named(list.get("resources"), "name", "deployments/scale"))
        .contains(
            Json.parse(
                """
                {"name":"deployments/scale","singularName":"","namespaced":true,
                 "group":"autoscaling","version":"v1","kind":"Scale",
                 "verbs":["get","patch","update"]}"""));
    assertThat(named(list.get("resources"), "name", "deployments/status")).isPresent();
  }

  @Test
  void everything_is_told_at_once_to_who_asks_so() {
    ApiResponse response = aggregated("/apis");
    assertThat(response.header("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).contains("as=APIGroupDiscoveryList"));
    Json groups = Json.parse(response.body());
    assertThat(groups.get("kind")).isEqualTo(Json.of("APIGroupDiscoveryList"));
    assertThat(groups.get("apiVersion")).isEqualTo(Json.of("apidiscovery.k8s.io/v2"));
    Json apps =
        groups.get("items").items().stream()
            .filter(each -> each.get("metadata", "name").equals(Json.of("apps")))
            .findFirst()
            .orElseThrow();
    Json version = apps.get("versions").items().get(0);
    assertThat(version.get("version")).isEqualTo(Json.of("v1"));
    assertThat(version.get("freshness")).isEqualTo(Json.of("Current"));
    assertThat(named(version.get("resources"), "resource", "statefulsets"))
        .contains(
            Json.parse(
                """
                {"resource":"statefulsets",
                 "responseKind":{"group":"","version":"","kind":"StatefulSet"},
                 "scope":"Namespaced","singularResource":"statefulset",
                 "verbs":["create","delete","deletecollection","get","list","patch","update","watch"],
                 "shortNames":["sts"],"categories":["all"],"subresources":[
                 {"subresource":"scale","responseKind":{"group":"autoscaling","version":"v1","kind":"Scale"},
                  "verbs":["get","patch","update"]},
                 {"subresource":"status","responseKind":{"group":"","version":"","kind":"StatefulSet"},
                  "verbs":["get","patch","update"]}]}"""));
    Json core = Json.parse(aggregated("/api").body()).get("items").items().get(0);
    assertThat(core.get("metadata")).isEqualTo(Json.emptyObject());
    assertThat(named(core.get("versions").items().get(0).get("resources"), "resource", "nodes"))
        .isPresent();
  }

  @Test
  void reviews_can_only_be_created() {
    Json list = api.get("/apis/authorization.k8s.io/v1").body().get("resources");
    assertThat(named(list, "name", "subjectaccessreviews").orElseThrow().get("verbs"))
        .isEqualTo(Json.parse("[\"create\"]"));
    assertThat(api.get("/apis/authorization.k8s.io/v1/subjectaccessreviews").status())
        .isEqualTo(405);
  }

  @Test
  void openapi_has_an_index_whose_addresses_change_with_the_content() {
    Json paths = api.get("/openapi/v3").body().get("paths");
    String apps = paths.get("apis/apps/v1").get("serverRelativeURL").asString("");
    assertThat(apps).matches("/openapi/v3/apis/apps/v1\\?hash=[0-9A-F]{128}");
    Json document = api.get(apps).body();
    assertThat(document.get("openapi")).isEqualTo(Json.of("3.0.0"));
    Json deployment = document.get("components", "schemas").get("io.k8s.api.apps.v1.Deployment");
    assertThat(deployment.get("x-kubernetes-group-version-kind"))
        .isEqualTo(Json.parse("[{\"group\":\"apps\",\"kind\":\"Deployment\",\"version\":\"v1\"}]"));
  }

  @Test
  void a_definition_adds_a_group_and_a_schema_that_are_explained() {
    define("described", "The number of things.");
    Json group = api.get("/apis/described.unitgrid.dev/v1").body();
    Json things = named(group.get("resources"), "name", "things").orElseThrow();
    assertThat(things.get("categories")).isEqualTo(Json.parse("[\"stuff\"]"));
    assertThat(things.get("shortNames")).isEqualTo(Json.parse("[\"th\"]"));
    String before = address();
    Json schema = schema(before);
    assertThat(schema.get("properties", "spec", "properties", "count", "description"))
        .isEqualTo(Json.of("The number of things."));
    assertThat(schema.get("properties", "metadata", "allOf").items().get(0).get("$ref"))
        .isEqualTo(Json.of("#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"));
    assertThat(schema.get("x-kubernetes-group-version-kind"))
        .isEqualTo(
            Json.parse(
                "[{\"group\":\"described.unitgrid.dev\",\"kind\":\"Thing\",\"version\":\"v1\"}]"));
    define("described", "How many things.");
    await(() -> !address().equals(before));
    assertThat(schema(address()).get("properties", "spec", "properties", "count", "description"))
        .isEqualTo(Json.of("How many things."));
  }

  private Json schema(String address) {
    return api.get(address)
        .body()
        .get("components", "schemas")
        .get("dev.unitgrid.described.v1.Thing");
  }

  private String address() {
    return api.get("/openapi/v3")
        .body()
        .get("paths")
        .get("apis/described.unitgrid.dev/v1")
        .get("serverRelativeURL")
        .asString("");
  }

  private void define(String group, String description) {
    api.force(
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/things." + group + ".unitgrid.dev",
        "test",
        """
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
         "metadata":{"name":"things.%s.unitgrid.dev"},
         "spec":{"group":"%s.unitgrid.dev","scope":"Namespaced",
          "names":{"plural":"things","singular":"thing","kind":"Thing","shortNames":["th"],
           "categories":["stuff"]},
          "versions":[{"name":"v1","served":true,"storage":true,
           "schema":{"openAPIV3Schema":{"type":"object","properties":{
            "spec":{"type":"object","properties":{"count":{"type":"integer","description":"%s"}}}}}}}]}}"""
            .formatted(group, group, description));
    await(
        () ->
            api.get(path(group + ".unitgrid.dev/v1", "things")).status() == 200
                && !address().isEmpty());
  }

  private static void await(java.util.function.BooleanSupplier condition) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      LockSupport.parkNanos(20_000_000);
    }
  }
}

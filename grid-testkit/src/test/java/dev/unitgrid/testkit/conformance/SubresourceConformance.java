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

/** The subresources of the kinds around grids. */
abstract class SubresourceConformance extends Conformance {
  @Test
  void status_is_taken_from_the_subresource_only_and_raises_no_generation() {
    createDemo();
    Reply ignored = api.merge(demo, "{\"status\":{\"replicas\":7}}");
    assertThat(ignored.body().get("status").has("replicas")).isFalse();
    Reply taken =
        api.merge(
            demo + "/status?fieldManager=watcher",
            "{\"spec\":{\"replicas\":9},\"status\":{\"replicas\":7}}");
    assertThat(taken.body().get("status", "replicas")).isEqualTo(Json.of(7));
    assertThat(taken.body().get("spec", "replicas")).isEqualTo(Json.of(2));
    assertThat(taken.generation()).isEqualTo(1);
    assertThat(taken.fields("watcher", "Update"))
        .isEqualTo(Json.parse("{\"f:status\":{\"f:replicas\":{}}}"));
  }

  @Test
  void the_scale_subresource_shows_and_sets_replicas() {
    createDemo();
    assertThat(api.get(demo + "/scale").body().get("spec", "replicas")).isEqualTo(Json.of(2));
    Reply scaled = api.merge(demo + "/scale", "{\"spec\":{\"replicas\":5}}");
    assertThat(scaled.status()).isEqualTo(200);
    assertThat(api.get(demo).body().get("spec", "replicas")).isEqualTo(Json.of(5));
  }

  private String scale;

  private void createScaled() {
    createDemo();
    scale = demo + "/scale";
  }

  @Test
  void a_scale_shows_the_selector_and_the_version_of_its_object() {
    Reply created = createDemo();
    Json shown = api.get(demo + "/scale").body();
    assertThat(shown.get("kind")).isEqualTo(Json.of("Scale"));
    assertThat(shown.get("apiVersion")).isEqualTo(Json.of("autoscaling/v1"));
    assertThat(shown.get("metadata", "resourceVersion")).isEqualTo(Json.of(created.version()));
    assertThat(shown.get("metadata", "uid")).isEqualTo(Json.of(created.uid()));
    assertThat(shown.get("status", "selector")).isEqualTo(Json.of("app=echo"));
  }

  @Test
  void a_scale_is_put() {
    createScaled();
    Reply put =
        api.put(
            scale,
            Json.parse(
                "{\"kind\":\"Scale\",\"apiVersion\":\"autoscaling/v1\",\"metadata\":{\"name\":\"demo\"},\"spec\":{\"replicas\":5}}"));
    assertThat(put.status()).as(put.message()).isEqualTo(200);
    assertThat(api.get(demo).body().get("spec", "replicas")).isEqualTo(Json.of(5));
    assertThat(api.get(demo).generation()).isEqualTo(2);
  }

  @Test
  void a_scale_with_an_old_version_is_409() {
    createScaled();
    Json old = api.get(scale).body();
    api.merge(demo, "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
    assertThat(api.put(scale, old).reason()).isEqualTo("Conflict");
  }

  @Test
  void a_scale_takes_every_patch() {
    createScaled();
    api.merge(scale, "{\"spec\":{\"replicas\":5}}");
    assertThat(api.get(demo).body().get("spec", "replicas")).isEqualTo(Json.of(5));
    api.jsonPatch(scale, "[{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":6}]");
    assertThat(api.get(demo).body().get("spec", "replicas")).isEqualTo(Json.of(6));
    api.patch(scale, Api.STRATEGIC, "{\"spec\":{\"replicas\":7}}");
    assertThat(api.get(demo).body().get("spec", "replicas")).isEqualTo(Json.of(7));
  }

  @Test
  void an_applied_scale_conflicts_with_who_scaled_before() {
    createScaled();
    api.merge(scale + "?fieldManager=hpa", "{\"spec\":{\"replicas\":5}}");
    String config =
        "{\"kind\":\"Scale\",\"apiVersion\":\"autoscaling/v1\",\"metadata\":{\"name\":\"demo\"},\"spec\":{\"replicas\":8}}";
    assertRefused(
        api.apply(scale, "me", config),
        409,
        "Conflict",
        "Apply failed with 1 conflict: conflict with \"hpa\" with subresource \"scale\" using autoscaling/v1: .spec.replicas");
    assertThat(api.force(scale, "me", config).status()).isEqualTo(200);
    Reply after = api.get(demo);
    assertThat(after.body().get("spec", "replicas")).isEqualTo(Json.of(8));
    assertThat(after.fields("me", "Apply"))
        .isEqualTo(Json.parse("{\"f:spec\":{\"f:replicas\":{}}}"));
    assertThat(after.fields("hpa", "Update").isNull()).isTrue();
  }

  @Test
  void who_scales_owns_replicas_by_the_subresource() {
    createScaled();
    api.merge(scale + "?fieldManager=hpa", "{\"spec\":{\"replicas\":5}}");
    Reply after = api.get(demo);
    assertThat(after.fields("hpa", "Update"))
        .isEqualTo(Json.parse("{\"f:spec\":{\"f:replicas\":{}}}"));
    assertThat(after.fields("unitgrid", "Update").get("f:spec").has("f:replicas")).isFalse();
  }

  @Test
  void a_negative_scale_is_422() {
    createScaled();
    assertRefused(
        api.merge(scale, "{\"spec\":{\"replicas\":-3}}"),
        422,
        "Invalid",
        "Scale.autoscaling \"demo\" is invalid: spec.replicas: Invalid value: -3: must be greater than or equal to 0");
  }

  @Test
  void a_scale_of_another_name_or_kind_is_400() {
    createScaled();
    assertThat(
            api.put(scale, Json.parse("{\"metadata\":{\"name\":\"x\"},\"spec\":{\"replicas\":3}}"))
                .message())
        .isEqualTo("the name of the object (x) does not match the name on the URL (demo)");
    assertThat(
            api.put(
                    scale,
                    Json.parse(
                        "{\"kind\":\"Other\",\"apiVersion\":\"autoscaling/v1\",\"metadata\":{\"name\":\"demo\"}}"))
                .message())
        .startsWith("Other in version \"v1\" cannot be handled as a Scale: no kind \"Other\"");
  }

  @Test
  void a_dry_run_scales_nothing() {
    createScaled();
    assertThat(
            api.merge(scale + "?dryRun=All", "{\"spec\":{\"replicas\":9}}")
                .body()
                .get("spec", "replicas"))
        .isEqualTo(Json.of(9));
    assertThat(api.get(demo).body().get("spec", "replicas")).isEqualTo(Json.of(2));
  }

  @Test
  void a_subresource_is_neither_created_nor_deleted() {
    createScaled();
    assertThat(api.post(scale, "{}").status()).isEqualTo(405);
    assertThat(api.delete(scale, "{}").status()).isEqualTo(405);
    assertThat(api.post(demo + "/status", "{}").status()).isEqualTo(405);
    assertThat(api.delete(demo + "/status", "{}").status()).isEqualTo(405);
  }

  @Test
  void a_subresource_of_what_is_not_there_is_404() {
    assertThat(api.get(demo + "/scale").message()).isEqualTo("deployments.apps \"demo\" not found");
    assertThat(
            api.apply(
                    demo + "/status",
                    "me",
                    "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"demo\"},\"status\":{\"replicas\":1}}")
                .status())
        .isEqualTo(404);
  }

  @Test
  void a_kind_without_status_has_none() {
    configMap("a", "{}");
    assertThat(api.get(configMaps + "/a/status").status()).isEqualTo(404);
    assertThat(api.get(configMaps + "/a/scale").status()).isEqualTo(404);
  }

  @Test
  void a_get_of_a_status_shows_the_object() {
    Reply created = createDemo();
    assertThat(api.get(demo + "/status").body()).isEqualTo(created.body());
  }

  @Test
  void a_put_of_a_status_changes_nothing_else() {
    Reply created = createDemo();
    Json body =
        created
            .body()
            .withAt(List.of("spec", "replicas"), Json.of(9))
            .withAt(List.of("status", "replicas"), Json.of(4));
    Reply put = api.put(demo + "/status", body);
    assertThat(put.body().get("spec", "replicas")).isEqualTo(Json.of(2));
    assertThat(put.body().get("status", "replicas")).isEqualTo(Json.of(4));
  }

  @Test
  void a_status_with_an_old_version_is_409() {
    Reply created = createDemo();
    api.merge(demo, "{\"spec\":{\"replicas\":3}}");
    assertThat(
            api.merge(
                    demo + "/status",
                    "{\"metadata\":{\"resourceVersion\":\""
                        + created.version()
                        + "\"},\"status\":{\"replicas\":1}}")
                .reason())
        .isEqualTo("Conflict");
  }

  @Test
  void an_applied_status_has_owners_of_its_own() {
    createDemo();
    String one =
        "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"demo\"},\"status\":{\"replicas\":5}}";
    Reply applied = api.apply(demo + "/status", "me", one);
    assertThat(applied.status()).as(applied.message()).isEqualTo(200);
    assertThat(applied.fields("me", "Apply"))
        .isEqualTo(Json.parse("{\"f:status\":{\"f:replicas\":{}}}"));
    assertRefused(
        api.apply(demo + "/status", "you", one.replace("5", "6")),
        409,
        "Conflict",
        "Apply failed with 1 conflict: conflict with \"me\" with subresource \"status\": .status.replicas");
  }

  @Test
  void an_apply_of_the_object_owns_no_status() {
    createDemo();
    Reply applied =
        api.apply(
            demo,
            "me",
            "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"demo\"},\"status\":{\"replicas\":6}}");
    assertThat(applied.body().get("status").has("replicas")).isFalse();
    assertThat(applied.fields("me", "Apply").isNull()).isTrue();
  }

  @Test
  void conditions_of_a_status_are_merged_by_type() {
    createDemo();
    String condition =
        "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"demo\"},\"status\":{\"conditions\":[{\"type\":\"A\",\"status\":\"True\"}]}}";
    api.apply(demo + "/status", "me", condition);
    Reply both = api.apply(demo + "/status", "you", condition.replace("\"A\"", "\"B\""));
    assertThat(both.body().get("status", "conditions").items()).hasSize(2);
  }
}

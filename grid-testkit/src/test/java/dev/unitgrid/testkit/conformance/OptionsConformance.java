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

/** The parameters of writes: dry runs, field managers, validation of fields. */
abstract class OptionsConformance extends Conformance {
  private void assertOptionsRefused(Reply reply, String message) {
    assertRefused(reply, 422, "Invalid", message);
    assertThat(reply.body().get("details", "group")).isEqualTo(Json.of("meta.k8s.io"));
  }

  @Test
  void a_dry_run_of_a_change_shows_it_and_stores_nothing() {
    Reply created = createDemo();
    Reply shown = api.merge(demo + "?dryRun=All", "{\"spec\":{\"replicas\":7}}");
    assertThat(shown.body().get("spec", "replicas")).isEqualTo(Json.of(7));
    assertThat(shown.version()).isEqualTo(created.version());
    assertThat(shown.generation()).isEqualTo(2);
    assertThat(api.get(demo).body()).isEqualTo(created.body());
  }

  @Test
  void a_dry_run_of_a_put_stores_nothing() {
    Reply created = createDemo();
    Json changed = created.body().withAt(List.of("spec", "replicas"), Json.of(7));
    assertThat(api.put(demo + "?dryRun=All", changed).body().get("spec", "replicas"))
        .isEqualTo(Json.of(7));
    assertThat(api.get(demo).body()).isEqualTo(created.body());
  }

  @Test
  void a_dry_run_of_an_apply_shows_who_would_own_and_stores_nothing() {
    String config =
        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"v\"}}";
    Reply shown =
        api.patch(
            configMaps + "/a?dryRun=All&fieldManager=me", "application/apply-patch+yaml", config);
    assertThat(shown.status()).as(shown.message()).isEqualTo(201);
    assertThat(shown.fields("me", "Apply")).isEqualTo(Json.parse("{\"f:data\":{\"f:k\":{}}}"));
    assertThat(shown.version()).isEmpty();
    assertThat(api.get(configMaps + "/a").status()).isEqualTo(404);
  }

  @Test
  void a_dry_run_of_a_delete_deletes_nothing() {
    configMap("a", "{}");
    assertThat(api.delete(configMaps + "/a?dryRun=All", "").status()).isEqualTo(200);
    assertThat(api.delete(configMaps + "/a", "{\"dryRun\":[\"All\"]}").body().get("status"))
        .isEqualTo(Json.of("Success"));
    assertThat(api.get(configMaps + "/a").status()).isEqualTo(200);
  }

  @Test
  void a_dry_run_checks_like_a_wet_one() {
    createDemo();
    assertThat(api.post(deployments + "?dryRun=All", deployment("demo", "", "")).reason())
        .isEqualTo("AlreadyExists");
    assertThat(api.merge(demo + "?dryRun=All", "{\"spec\":{\"replicas\":-1}}").status())
        .isEqualTo(422);
  }

  @Test
  void another_dry_run_than_all_is_422() {
    configMap("a", "{}");
    String rest =
        "Options.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: [\"Some\"]: supported values: \"All\"";
    assertOptionsRefused(
        api.post(configMaps + "?dryRun=Some", "{\"metadata\":{\"name\":\"b\"}}"), "Create" + rest);
    assertOptionsRefused(
        api.put(configMaps + "/a?dryRun=Some", Json.parse("{\"metadata\":{\"name\":\"a\"}}")),
        "Update" + rest);
    assertOptionsRefused(api.merge(configMaps + "/a?dryRun=Some", "{}"), "Patch" + rest);
    assertOptionsRefused(api.delete(configMaps + "/a?dryRun=Some", ""), "Delete" + rest);
    assertOptionsRefused(api.delete(configMaps + "/a", "{\"dryRun\":[\"Some\"]}"), "Delete" + rest);
  }

  @Test
  void an_unknown_field_validation_is_422() {
    assertOptionsRefused(
        api.post(configMaps + "?fieldValidation=Hard", "{\"metadata\":{\"name\":\"b\"}}"),
        "CreateOptions.meta.k8s.io \"\" is invalid: fieldValidation: Unsupported value: \"Hard\": supported values: \"\", \"Ignore\", \"Strict\", \"Warn\"");
  }

  @Test
  void a_field_manager_has_at_most_128_bytes() {
    String body = "{\"metadata\":{\"name\":\"b\"}}";
    assertOptionsRefused(
        api.post(configMaps + "?fieldManager=" + "m".repeat(129), body),
        "CreateOptions.meta.k8s.io \"\" is invalid: fieldManager: Too long: may not be more than 128 bytes");
    Reply created =
        api.post(
            configMaps + "?fieldManager=" + "m".repeat(128),
            "{\"metadata\":{\"name\":\"b\"},\"data\":{\"k\":\"v\"}}");
    assertThat(created.fields("m".repeat(128), "Update").isNull()).isFalse();
  }

  @Test
  void a_field_manager_is_printable() {
    assertOptionsRefused(
        api.post(configMaps + "?fieldManager=a%01b", "{\"metadata\":{\"name\":\"b\"}}"),
        "CreateOptions.meta.k8s.io \"\" is invalid: fieldManager: Invalid value: \"a\\x01b\": invalid character U+0001 (at position 1)");
  }

  @Test
  void force_is_for_applies_only() {
    configMap("a", "{}");
    assertOptionsRefused(
        api.merge(configMaps + "/a?force=true", "{}"),
        "PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for non-apply patch");
  }

  @Test
  void an_unknown_propagation_policy_is_422() {
    configMap("a", "{}");
    assertOptionsRefused(
        api.delete(configMaps + "/a", "{\"propagationPolicy\":\"Sideways\"}"),
        "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported value: \"Sideways\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\"");
  }

  @Test
  void orphaning_is_said_in_one_way() {
    configMap("a", "{}");
    assertOptionsRefused(
        api.delete(
            configMaps + "/a", "{\"propagationPolicy\":\"Orphan\",\"orphanDependents\":true}"),
        "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Invalid value: \"Orphan\": orphanDependents and deletionPropagation cannot be both set");
  }

  @Test
  void a_grace_period_that_is_no_number_is_400() {
    configMap("a", "{}");
    assertRefused(
        api.delete(configMaps + "/a?gracePeriodSeconds=soon", ""),
        400,
        "BadRequest",
        "strconv.ParseInt: parsing \"soon\": invalid syntax");
  }

  @Test
  void delete_options_in_a_body_hide_those_in_the_query() {
    configMap("a", "{}");
    assertThat(api.delete(configMaps + "/a?dryRun=All", "{}").status()).isEqualTo(200);
    assertThat(api.get(configMaps + "/a").status()).isEqualTo(404);
  }

  @Test
  void who_is_refused_for_another_reason_is_warned_of_an_unknown_field_all_the_same() {
    Reply created = createDemo();
    String another = deployment("demo", "\"noSuchField\":1,", "");
    String warning = "299 - \"unknown field \\\"spec.noSuchField\\\"\"";
    Reply taken = api.post(deployments, another);
    assertThat(taken.status()).isEqualTo(409);
    assertThat(taken.warning()).isEqualTo(warning);
    Reply invalid = api.merge(demo, "{\"spec\":{\"noSuchField\":1,\"replicas\":-1}}");
    assertThat(invalid.status()).isEqualTo(422);
    assertThat(invalid.warning()).isEqualTo(warning);
    Reply strict = api.post(deployments + "?fieldValidation=Strict", another);
    assertThat(strict.status()).isEqualTo(400);
    assertThat(strict.warning()).isEmpty();
    assertThat(api.get(demo).version()).isEqualTo(created.version());
  }

  @Test
  void an_unknown_field_is_warned_of_unless_it_is_to_be_ignored() {
    String body = deployment("demo", "\"noSuchField\":1,", "");
    assertThat(api.post(deployments + "?dryRun=All", body).warning())
        .isEqualTo("299 - \"unknown field \\\"spec.noSuchField\\\"\"");
    assertThat(api.post(deployments + "?dryRun=All&fieldValidation=Ignore", body).warning())
        .isEmpty();
    assertThat(createDemo().warning()).isEmpty();
    assertThat(api.merge(demo, "{\"spec\":{\"noSuchField\":1}}").warning())
        .isEqualTo("299 - \"unknown field \\\"spec.noSuchField\\\"\"");
  }
}

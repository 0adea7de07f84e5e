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
import org.junit.jupiter.api.Test;

/** Server-side apply: who owns which field, what is merged, what is a conflict. */
abstract class ApplyConformance extends Conformance {
  private static final String TWO_FIELDS =
      "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"},"
          + "\"data\":{\"one\":\"1\",\"two\":\"2\"}}";
  private static final String ONE_FIELD =
      "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"},"
          + "\"data\":{\"one\":\"1\"}}";

  @Test
  void an_apply_creates_and_owns_what_it_names() {
    Reply created = api.apply(configMaps + "/a", "me", TWO_FIELDS);
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.fields("me", "Apply"))
        .isEqualTo(Json.parse("{\"f:data\":{\"f:one\":{},\"f:two\":{}}}"));
    assertThat(api.apply(configMaps + "/a", "me", TWO_FIELDS).version())
        .isEqualTo(created.version());
  }

  @Test
  void a_field_that_its_applier_drops_vanishes() {
    api.apply(configMaps + "/a", "me", TWO_FIELDS);
    Reply dropped = api.apply(configMaps + "/a", "me", ONE_FIELD);
    assertThat(dropped.body().get("data")).isEqualTo(Json.parse("{\"one\":\"1\"}"));
  }

  @Test
  void a_dropped_field_that_another_manager_owns_too_stays() {
    api.apply(configMaps + "/a", "me", TWO_FIELDS);
    api.apply(configMaps + "/a", "you", TWO_FIELDS);
    Reply dropped = api.apply(configMaps + "/a", "me", ONE_FIELD);
    assertThat(dropped.body().get("data")).isEqualTo(Json.parse("{\"one\":\"1\",\"two\":\"2\"}"));
  }

  @Test
  void a_conflict_names_the_manager_and_the_field() {
    createDemo();
    String config =
        "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"demo\"},"
            + "\"spec\":{\"replicas\":5}}";
    Reply refused = api.apply(demo, "me", config);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.reason()).isEqualTo("Conflict");
    assertThat(refused.message())
        .isEqualTo(
            "Apply failed with 1 conflict: conflict with \"unitgrid\" using apps/v1:"
                + " .spec.replicas");
    assertThat(refused.body().get("details", "causes").items().get(0).get("reason"))
        .isEqualTo(Json.of("FieldManagerConflict"));
  }

  @Test
  void a_forced_apply_takes_the_field_over() {
    createDemo();
    String config =
        "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"demo\"},"
            + "\"spec\":{\"replicas\":5}}";
    Reply forced = api.force(demo, "me", config);
    assertThat(forced.status()).isEqualTo(200);
    assertThat(forced.body().get("spec", "replicas")).isEqualTo(Json.of(5));
    assertThat(forced.fields("me", "Apply"))
        .isEqualTo(Json.parse("{\"f:spec\":{\"f:replicas\":{}}}"));
    assertThat(forced.fields("unitgrid", "Update").get("f:spec").has("f:replicas")).isFalse();
  }

  @Test
  void an_equal_value_is_shared_and_no_conflict() {
    createDemo();
    Reply shared =
        api.apply(
            demo,
            "me",
            "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"demo\"},"
                + "\"spec\":{\"replicas\":2}}");
    assertThat(shared.status()).isEqualTo(200);
    assertThat(shared.fields("unitgrid", "Update").get("f:spec").has("f:replicas")).isTrue();
  }

  @Test
  void a_dropped_path_lives_on_while_the_creator_owns_it() {
    api.post(
        deployments + "?fieldManager=unitgrid", deployment("demo", "\"minReadySeconds\":5,", ""));
    api.force(demo, "unitgrid", deployment("demo", "\"minReadySeconds\":5,", ""));
    Reply applied = api.force(demo, "unitgrid", deployment("demo", "", ""));
    assertThat(applied.body().get("spec", "minReadySeconds")).isEqualTo(Json.of(5));
  }

  @Test
  void merged_managed_fields_change_no_generation_and_the_next_apply_drops_the_path() {
    Reply created =
        api.post(
            deployments + "?fieldManager=unitgrid",
            deployment("demo", "\"minReadySeconds\":5,", ""));
    Json entry = created.body().get("metadata", "managedFields").items().get(0);
    Json merged = Json.array(entry.with("operation", Json.of("Apply")));
    Reply patched =
        api.jsonPatch(
            demo + "?fieldManager=unitgrid",
            "[{\"op\":\"test\",\"path\":\"/metadata/resourceVersion\",\"value\":\""
                + created.version()
                + "\"},{\"op\":\"replace\",\"path\":\"/metadata/managedFields\",\"value\":"
                + merged
                + "}]");
    assertThat(patched.status()).as(patched.message()).isEqualTo(200);
    assertThat(patched.generation()).isEqualTo(1);
    assertThat(patched.fields("unitgrid", "Update").isNull()).isTrue();
    assertThat(patched.fields("unitgrid", "Apply")).isEqualTo(entry.get("fieldsV1"));
    Reply applied = api.force(demo, "unitgrid", deployment("demo", "", ""));
    assertThat(applied.body().get("spec").has("minReadySeconds")).isFalse();
  }

  @Test
  void dropping_replicas_outright_resets_them_to_one() {
    api.force(demo, "unitgrid", deployment("demo", "\"replicas\":4,", ""));
    Reply dropped = api.force(demo, "unitgrid", deployment("demo", "", ""));
    assertThat(dropped.body().get("spec", "replicas")).isEqualTo(Json.of(1));
  }

  @Test
  void an_apply_with_duplicate_keys_is_refused() {
    Reply refused =
        api.force(
            demo,
            "me",
            deployment(
                "demo",
                "",
                ",\"env\":[{\"name\":\"A\",\"value\":\"1\"},{\"name\":\"A\",\"value\":\"2\"}]"));
    assertThat(refused.status()).isEqualTo(500);
    assertThat(refused.message())
        .contains("failed to create typed patch object")
        .endsWith(
            ".spec.template.spec.containers[name=\"echo\"].env: duplicate entries for key"
                + " [name=\"A\"]");
  }

  @Test
  void an_apply_with_an_undeclared_field_is_refused() {
    Reply refused = api.force(demo, "me", deployment("demo", "\"noSuchField\":1,", ""));
    assertThat(refused.status()).isEqualTo(500);
    assertThat(refused.message()).endsWith(".spec.noSuchField: field not declared in schema");
  }

  @Test
  void an_apply_needs_a_manager() {
    Reply refused = api.patch(demo, "application/apply-patch+yaml", deployment("demo", "", ""));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message()).contains("fieldManager: Required value");
  }

  @Test
  void an_apply_with_a_uid_resurrects_nothing() {
    String config =
        deployment("demo", "", "")
            .replace("\"name\":\"demo\"", "\"name\":\"demo\",\"uid\":\"gone\"");
    Reply refused = api.force(demo, "unitgrid", config);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.message()).contains("uid mismatch");
    assertThat(api.get(demo).status()).isEqualTo(404);
  }

  @Test
  void an_apply_with_another_uid_overwrites_no_successor() {
    createDemo();
    String config =
        deployment("demo", "", "")
            .replace("\"name\":\"demo\"", "\"name\":\"demo\",\"uid\":\"gone\"");
    Reply refused = api.force(demo, "unitgrid", config);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message()).contains("metadata.uid: Invalid value: \"gone\"");
  }

  @Test
  void an_apply_merges_lists_by_their_keys_and_keeps_what_others_added() {
    createDemo();
    api.patch(
        demo + "?fieldManager=injector",
        Api.STRATEGIC,
        "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"side\","
            + "\"image\":\"side:1\"}]}}}}");
    Reply applied = api.force(demo, "unitgrid", deployment("demo", "", ",\"workingDir\":\"/x\""));
    List<String> names = new ArrayList<>();
    applied
        .body()
        .get("spec", "template", "spec", "containers")
        .items()
        .forEach(one -> names.add(one.get("name").asString("")));
    assertThat(names).containsExactlyInAnyOrder("echo", "side");
  }

  @Test
  void a_container_that_its_applier_drops_vanishes_whole() {
    String two =
        deployment("demo", "", "")
            .replace(
                "\"containers\":[", "\"containers\":[{\"name\":\"side\",\"image\":\"side:1\"},");
    api.force(demo, "unitgrid", two);
    Reply applied = api.force(demo, "unitgrid", deployment("demo", "", ""));
    assertThat(applied.body().get("spec", "template", "spec", "containers").items()).hasSize(1);
    assertThat(container(applied).get("name")).isEqualTo(Json.of("echo"));
  }

  @Test
  void a_patch_by_another_manager_takes_the_field_from_the_applier() {
    api.force(demo, "unitgrid", deployment("demo", "\"replicas\":4,", ""));
    Reply patched = api.merge(demo + "?fieldManager=hpa", "{\"spec\":{\"replicas\":6}}");
    assertThat(patched.fields("unitgrid", "Apply").get("f:spec").has("f:replicas")).isFalse();
    assertThat(patched.fields("hpa", "Update"))
        .isEqualTo(Json.parse("{\"f:spec\":{\"f:replicas\":{}}}"));
  }

  @Test
  void an_apply_needs_its_kind_and_version() {
    createDemo();
    Reply refused =
        api.apply(demo, "me", "{\"metadata\":{\"name\":\"demo\"},\"spec\":{\"replicas\":5}}");
    assertThat(refused.status()).isEqualTo(400);
  }

  @Test
  void an_apply_brings_no_managed_fields() {
    assertRefused(
        api.apply(
            configMaps + "/a",
            "me",
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\",\"managedFields\":[{\"manager\":\"x\"}]}}"),
        400,
        "BadRequest",
        "metadata.managedFields must be nil");
  }

  @Test
  void an_apply_of_an_old_version_is_409() {
    Reply created = api.apply(configMaps + "/a", "me", ONE_FIELD);
    api.merge(configMaps + "/a", "{\"data\":{\"other\":\"x\"}}");
    Reply refused =
        api.apply(
            configMaps + "/a",
            "me",
            TWO_FIELDS.replace(
                "\"name\":\"a\"",
                "\"name\":\"a\",\"resourceVersion\":\"" + created.version() + "\""));
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.message()).contains("the object has been modified");
  }

  @Test
  void two_conflicts_are_told_by_manager() {
    createDemo();
    api.merge(demo + "?fieldManager=other", "{\"spec\":{\"minReadySeconds\":3}}");
    Reply refused =
        api.apply(
            demo,
            "me",
            "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"demo\"},\"spec\":{\"replicas\":5,\"minReadySeconds\":4}}");
    assertThat(refused.message())
        .isEqualTo(
            "Apply failed with 2 conflicts: conflicts with \"other\" using apps/v1:\\n- .spec.minReadySeconds\\nconflicts with \"unitgrid\" using apps/v1:\\n- .spec.replicas"
                .replace("\\n", "\n"));
    assertThat(refused.body().get("details", "causes").items()).hasSize(2);
  }

  @Test
  void a_conflict_of_appliers_names_no_version() {
    api.apply(configMaps + "/a", "you", ONE_FIELD);
    assertThat(api.apply(configMaps + "/a", "me", ONE_FIELD.replace("\"1\"", "\"2\"")).message())
        .isEqualTo("Apply failed with 1 conflict: conflict with \"you\": .data.one");
  }

  @Test
  void managed_fields_set_to_one_empty_entry_are_none() {
    api.apply(configMaps + "/a", "me", TWO_FIELDS);
    Reply reset =
        api.jsonPatch(
            configMaps + "/a",
            "[{\"op\":\"replace\",\"path\":\"/metadata/managedFields\",\"value\":[{}]}]");
    assertThat(reset.body().get("metadata").has("managedFields")).isFalse();
    Reply applied = api.apply(configMaps + "/a", "you", ONE_FIELD);
    assertThat(applied.fields("before-first-apply", "Update"))
        .isEqualTo(Json.parse("{\"f:data\":{\".\":{},\"f:one\":{},\"f:two\":{}}}"));
  }

  @Test
  void an_update_after_an_apply_shares_nothing_that_it_does_not_change() {
    Reply applied = api.apply(configMaps + "/a", "me", TWO_FIELDS);
    Reply put =
        api.put(
            configMaps + "/a?fieldManager=you",
            applied.body().withAt(List.of("data", "two"), Json.of("other")));
    assertThat(put.fields("me", "Apply")).isEqualTo(Json.parse("{\"f:data\":{\"f:one\":{}}}"));
    assertThat(put.fields("you", "Update")).isEqualTo(Json.parse("{\"f:data\":{\"f:two\":{}}}"));
  }

  @Test
  void one_manager_updates_and_applies_in_two_entries() {
    api.post(configMaps + "?fieldManager=me", ONE_FIELD);
    Reply applied = api.apply(configMaps + "/a", "me", ONE_FIELD);
    assertThat(applied.fields("me", "Update").isNull()).isFalse();
    assertThat(applied.fields("me", "Apply")).isEqualTo(Json.parse("{\"f:data\":{\"f:one\":{}}}"));
  }

  @Test
  void an_apply_of_nothing_gives_up_everything() {
    api.apply(configMaps + "/a", "me", TWO_FIELDS);
    Reply empty =
        api.apply(
            configMaps + "/a",
            "me",
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"}}");
    assertThat(empty.body().has("data")).isFalse();
    assertThat(empty.fields("me", "Apply").isNull()).isTrue();
  }

  @Test
  void an_applied_set_is_merged_by_value() {
    String config =
        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\",\"finalizers\":[\"e.x/a\"]}}";
    api.apply(configMaps + "/a", "me", config);
    Reply both = api.apply(configMaps + "/a", "you", config.replace("e.x/a", "e.x/b"));
    assertThat(both.body().get("metadata", "finalizers").items())
        .containsExactlyInAnyOrder(Json.of("e.x/a"), Json.of("e.x/b"));
    assertThat(both.fields("me", "Apply"))
        .isEqualTo(
            Json.parse(
                "{\"f:metadata\":{\"f:finalizers\":{\"v:\\\\\"e.x/a\\\\\"\":{}}}}"
                    .replace("\\\\", "\\")));
  }

  @Test
  void an_atomic_list_is_one_field() {
    String command = deployment("demo", "", ",\"command\":[\"a\",\"b\"]");
    api.force(demo, "me", command);
    Reply refused = api.apply(demo, "you", command.replace("[\"a\",\"b\"]", "[\"c\"]"));
    assertThat(refused.message())
        .isEqualTo(
            "Apply failed with 1 conflict: conflict with \"me\": .spec.template.spec.containers[name=\"echo\"].command");
  }

  @Test
  void an_atomic_map_is_one_field() {
    String selector =
        "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"web\"},\"spec\":{\"selector\":{\"a\":\"b\"},\"ports\":[{\"port\":80}]}}";
    api.apply(services + "/web", "me", selector);
    Reply refused =
        api.apply(services + "/web", "you", selector.replace("\"a\":\"b\"", "\"c\":\"d\""));
    assertThat(refused.message())
        .isEqualTo("Apply failed with 1 conflict: conflict with \"me\": .spec.selector");
  }

  @Test
  void labels_have_an_owner_each() {
    String config =
        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\",\"labels\":{\"one\":\"1\"}}}";
    api.apply(configMaps + "/a", "me", config);
    Reply both = api.apply(configMaps + "/a", "you", config.replace("one", "two"));
    assertThat(both.body().get("metadata", "labels"))
        .isEqualTo(Json.parse("{\"one\":\"1\",\"two\":\"1\"}"));
    assertThat(both.fields("you", "Apply"))
        .isEqualTo(Json.parse("{\"f:metadata\":{\"f:labels\":{\"f:two\":{}}}}"));
  }

  private void appliedByClient(String name, String data) {
    String last =
        "{\"apiVersion\":\"v1\",\"data\":"
            + data
            + ",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\""
            + name
            + "\"}}\n";
    Json body =
        Json.parse(last)
            .withAt(
                java.util.List.of(
                    "metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"),
                Json.of(last));
    assertThat(
            api.post(configMaps + "?fieldManager=kubectl-client-side-apply", body.toString())
                .status())
        .isEqualTo(201);
  }

  private static String configMapOf(String name, String data) {
    return "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\""
        + name
        + "\"},\"data\":"
        + data
        + "}";
  }

  private static String lastApplied(Reply reply) {
    return reply
        .body()
        .get("metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration")
        .asString("");
  }

  @Test
  void kubectl_takes_over_what_a_client_side_apply_said_last() {
    appliedByClient("a", "{\"k\":\"1\",\"l\":\"1\"}");
    String next = configMapOf("a", "{\"l\":\"1\",\"k\":\"2\",\"m\":\"1\"}");
    assertThat(api.apply(configMaps + "/a", "other", next).status()).isEqualTo(409);
    Reply applied = api.apply(configMaps + "/a", "kubectl", next);
    assertThat(applied.status()).as(applied.message()).isEqualTo(200);
    assertThat(applied.body().get("data", "k")).isEqualTo(Json.of("2"));
    assertThat(lastApplied(applied))
        .isEqualTo(
            "{\"apiVersion\":\"v1\",\"data\":{\"k\":\"2\",\"l\":\"1\",\"m\":\"1\"},"
                + "\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"}}\n");
  }

  @Test
  void kubectl_does_not_take_over_what_others_changed_since() {
    appliedByClient("a", "{\"k\":\"1\",\"l\":\"1\"}");
    api.merge(configMaps + "/a?fieldManager=editor", "{\"data\":{\"k\":\"9\"}}");
    String next = configMapOf("a", "{\"k\":\"2\",\"l\":\"5\"}");
    assertThat(api.apply(configMaps + "/a", "kubectl", next).message())
        .isEqualTo("Apply failed with 1 conflict: conflict with \"editor\" using v1: .data.k");
    assertThat(lastApplied(api.get(configMaps + "/a"))).contains("\"l\":\"1\"");
    assertThat(api.force(configMaps + "/a", "kubectl", next).status()).isEqualTo(200);
    assertThat(lastApplied(api.get(configMaps + "/a"))).contains("\"l\":\"5\"");
  }

  @Test
  void an_annotation_that_nobody_wrote_is_not_made_by_an_apply() {
    Reply applied = api.apply(configMaps + "/a", "kubectl", configMapOf("a", "{\"k\":\"1\"}"));
    assertThat(applied.body().get("metadata").has("annotations")).isFalse();
  }
}

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

/** JSON patches, merge patches and strategic merge patches. */
abstract class PatchConformance extends Conformance {
  @Test
  void a_json_patch_tests_before_it_changes() {
    createDemo();
    Reply refused =
        api.jsonPatch(
            demo,
            "[{\"op\":\"test\",\"path\":\"/spec/replicas\",\"value\":9},"
                + "{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":1}]");
    assertThat(refused.status()).isEqualTo(422);
    Reply changed =
        api.jsonPatch(
            demo,
            "[{\"op\":\"test\",\"path\":\"/spec/replicas\",\"value\":2},"
                + "{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":1}]");
    assertThat(changed.body().get("spec", "replicas")).isEqualTo(Json.of(1));
  }

  @Test
  void a_json_patch_of_a_missing_path_is_422() {
    createDemo();
    Reply refused = api.jsonPatch(demo, "[{\"op\":\"remove\",\"path\":\"/spec/nothing\"}]");
    assertThat(refused.status()).isEqualTo(422);
  }

  @Test
  void a_merge_patch_replaces_lists_and_a_strategic_one_merges_them() {
    createDemo();
    Reply strategic =
        api.patch(
            demo,
            Api.STRATEGIC,
            "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"side\","
                + "\"image\":\"side:1\"}]}}}}");
    assertThat(strategic.body().get("spec", "template", "spec", "containers").items()).hasSize(2);
    Reply merged =
        api.merge(
            demo,
            "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"only\","
                + "\"image\":\"only:1\"}]}}}}");
    assertThat(merged.body().get("spec", "template", "spec", "containers").items()).hasSize(1);
  }

  @Test
  void a_strategic_patch_deletes_by_directive() {
    createDemo();
    api.patch(
        demo,
        Api.STRATEGIC,
        "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"echo\","
            + "\"env\":[{\"name\":\"A\",\"value\":\"1\"},{\"name\":\"B\",\"value\":\"2\"}]}]}}}}");
    Reply left =
        api.patch(
            demo,
            Api.STRATEGIC,
            "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"echo\","
                + "\"env\":[{\"name\":\"A\",\"$patch\":\"delete\"}]}]}}}}");
    assertThat(container(left).get("env"))
        .isEqualTo(Json.parse("[{\"name\":\"B\",\"value\":\"2\"}]"));
  }

  @Test
  void a_patch_of_an_unknown_type_is_415() {
    createDemo();
    assertThat(api.patch(demo, "application/json", "{}").status()).isEqualTo(415);
  }

  private Reply smp(String patch) {
    return api.patch(demo, Api.STRATEGIC, patch);
  }

  private static String template(String spec) {
    return "{\"spec\":{\"template\":{\"spec\":" + spec + "}}}";
  }

  private static List<String> containers(Reply reply) {
    return reply.body().get("spec", "template", "spec", "containers").items().stream()
        .map(container -> container.get("name").asString(""))
        .toList();
  }

  @Test
  void a_json_patch_moves_copies_and_escapes() {
    configMap("a", "{\"x\":\"1\",\"example.com/y\":\"2\"}");
    Reply patched =
        api.jsonPatch(
            configMaps + "/a",
            "[{\"op\":\"copy\",\"from\":\"/metadata/labels/example.com~1y\",\"path\":\"/metadata/labels/z\"},{\"op\":\"move\",\"from\":\"/metadata/labels/x\",\"path\":\"/metadata/labels/w\"}]");
    assertThat(patched.body().get("metadata", "labels"))
        .isEqualTo(Json.parse("{\"example.com/y\":\"2\",\"w\":\"1\",\"z\":\"2\"}"));
  }

  @Test
  void a_json_patch_inserts_and_appends() {
    createDemo();
    Reply patched =
        api.jsonPatch(
            demo,
            "[{\"op\":\"add\",\"path\":\"/spec/template/spec/containers/-\",\"value\":{\"name\":\"last\",\"image\":\"i\"}},{\"op\":\"add\",\"path\":\"/spec/template/spec/containers/0\",\"value\":{\"name\":\"first\",\"image\":\"i\"}}]");
    assertThat(containers(patched)).containsExactly("first", "echo", "last");
  }

  @Test
  void a_json_patch_beyond_the_end_of_a_list_is_422() {
    createDemo();
    assertThat(
            api.jsonPatch(
                    demo,
                    "[{\"op\":\"add\",\"path\":\"/spec/template/spec/containers/9\",\"value\":{\"name\":\"x\",\"image\":\"i\"}}]")
                .message())
        .isEqualTo("the server rejected our request due to an error in our request");
  }

  @Test
  void a_json_patch_without_a_parent_is_422_and_without_a_list_400() {
    createDemo();
    assertThat(
            api.jsonPatch(demo, "[{\"op\":\"add\",\"path\":\"/spec/no/x\",\"value\":1}]").status())
        .isEqualTo(422);
    Reply refused = api.jsonPatch(demo, "{\"op\":\"add\"}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message()).startsWith("error decoding patch: ");
  }

  @Test
  void an_empty_json_patch_changes_nothing() {
    Reply created = createDemo();
    assertThat(api.jsonPatch(demo, "[]").version()).isEqualTo(created.version());
  }

  @Test
  void a_merge_patch_removes_by_null() {
    createDemo();
    api.merge(demo, "{\"spec\":{\"minReadySeconds\":5}}");
    assertThat(
            api.merge(demo, "{\"spec\":{\"minReadySeconds\":null}}")
                .body()
                .get("spec")
                .has("minReadySeconds"))
        .isFalse();
  }

  @Test
  void a_merge_patch_is_an_object() {
    createDemo();
    Reply refused = api.merge(demo, "[1]");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message()).startsWith("error decoding patch: ");
  }

  @Test
  void a_patch_changes_no_name_and_no_namespace() {
    createDemo();
    assertRefused(
        api.merge(demo, "{\"metadata\":{\"name\":\"x\"}}"),
        400,
        "BadRequest",
        "the name of the object (x) does not match the name on the URL (demo)");
    assertRefused(
        api.merge(demo, "{\"metadata\":{\"namespace\":\"x\"}}"),
        400,
        "BadRequest",
        "the namespace of the provided object does not match the namespace sent on the request");
  }

  @Test
  void a_patch_to_a_wrong_type_is_422() {
    createDemo();
    Reply refused = api.merge(demo, "{\"spec\":{\"replicas\":\"two\"}}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message()).startsWith(" \"\" is invalid: patch: Invalid value: ");
  }

  @Test
  void a_patch_of_what_is_not_there_is_404() {
    assertThat(api.merge(demo, "{}").message()).isEqualTo("deployments.apps \"demo\" not found");
  }

  @Test
  void a_strategic_patch_replaces_a_list_by_directive() {
    createDemo();
    Reply replaced =
        smp(
            template(
                "{\"containers\":[{\"$patch\":\"replace\"},{\"name\":\"only\",\"image\":\"i\"}]}"));
    assertThat(containers(replaced)).containsExactly("only");
  }

  @Test
  void a_strategic_patch_replaces_a_map_by_directive() {
    createDemo();
    api.merge(demo, "{\"metadata\":{\"annotations\":{\"a\":\"1\",\"b\":\"2\"}}}");
    Reply replaced = smp("{\"metadata\":{\"annotations\":{\"$patch\":\"replace\",\"c\":\"3\"}}}");
    assertThat(replaced.body().get("metadata", "annotations"))
        .isEqualTo(Json.parse("{\"c\":\"3\"}"));
  }

  @Test
  void a_strategic_patch_deletes_an_item_that_is_not_there_without_complaint() {
    Reply created = createDemo();
    assertThat(
            smp(template("{\"containers\":[{\"name\":\"nobody\",\"$patch\":\"delete\"}]}"))
                .version())
        .isEqualTo(created.version());
  }

  @Test
  void a_strategic_patch_orders_a_list() {
    createDemo();
    smp(template("{\"containers\":[{\"name\":\"side\",\"image\":\"i\"}]}"));
    Reply echoFirst =
        smp(
            template(
                "{\"$setElementOrder/containers\":[{\"name\":\"echo\"},{\"name\":\"side\"}]}"));
    assertThat(containers(echoFirst)).containsExactly("echo", "side");
    Reply sideFirst =
        smp(
            template(
                "{\"$setElementOrder/containers\":[{\"name\":\"side\"},{\"name\":\"echo\"}]}"));
    assertThat(containers(sideFirst)).containsExactly("side", "echo");
  }

  @Test
  void a_strategic_patch_takes_values_out_of_a_list_of_words() {
    configMap("a", "{}");
    String map = configMaps + "/a";
    api.merge(map, "{\"metadata\":{\"finalizers\":[\"e.x/a\",\"e.x/b\"]}}");
    api.patch(map, Api.STRATEGIC, "{\"metadata\":{\"finalizers\":[\"e.x/c\"]}}");
    Reply left =
        api.patch(
            map,
            Api.STRATEGIC,
            "{\"metadata\":{\"$deleteFromPrimitiveList/finalizers\":[\"e.x/a\"]}}");
    assertThat(left.body().get("metadata", "finalizers").items())
        .containsExactlyInAnyOrder(Json.of("e.x/b"), Json.of("e.x/c"));
  }

  @Test
  void a_strategic_patch_retains_the_keys_that_it_names() {
    createDemo();
    Reply refused = smp("{\"spec\":{\"strategy\":{\"type\":\"Recreate\"}}}");
    assertThat(refused.message())
        .isEqualTo(
            "Deployment.apps \"demo\" is invalid: spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is \\'Recreate\\'"
                .replace("\\'", "'"));
    Reply retained =
        smp("{\"spec\":{\"strategy\":{\"$retainKeys\":[\"type\"],\"type\":\"Recreate\"}}}");
    assertThat(retained.body().get("spec", "strategy"))
        .isEqualTo(Json.parse("{\"type\":\"Recreate\"}"));
  }

  @Test
  void a_strategic_patch_replaces_lists_without_a_merge_key() {
    createDemo();
    smp(template("{\"containers\":[{\"name\":\"echo\",\"command\":[\"a\",\"b\"]}]}"));
    Reply replaced = smp(template("{\"containers\":[{\"name\":\"echo\",\"command\":[\"c\"]}]}"));
    assertThat(container(replaced).get("command")).isEqualTo(Json.parse("[\"c\"]"));
  }

  @Test
  void a_strategic_patch_merges_ports_by_their_number() {
    createDemo();
    smp(template("{\"containers\":[{\"name\":\"echo\",\"ports\":[{\"containerPort\":80}]}]}"));
    Reply both =
        smp(template("{\"containers\":[{\"name\":\"echo\",\"ports\":[{\"containerPort\":81}]}]}"));
    assertThat(container(both).get("ports").items()).hasSize(2);
  }

  @Test
  void a_strategic_patch_without_the_merge_key_is_500() {
    createDemo();
    Reply refused = smp(template("{\"containers\":[{\"image\":\"i\"}]}"));
    assertThat(refused.status()).isEqualTo(500);
    assertThat(refused.message())
        .isEqualTo("map: map[image:i] does not contain declared merge key: name");
  }

  @Test
  void an_unknown_directive_in_a_list_is_500() {
    createDemo();
    Reply refused = smp(template("{\"containers\":[{\"name\":\"echo\",\"$patch\":\"other\"}]}"));
    assertThat(refused.status()).isEqualTo(500);
    assertThat(refused.message()).startsWith("unknown patch type: other in map: ");
  }

  @Test
  void a_strategic_patch_to_what_cannot_be_is_shown_without_nulls_in_maps_that_are_new() {
    configMap("a", "{}");
    String patch =
        "{\"metadata\":{\"annotations\":{\"x\":null},\"labels\":null},\"binaryData\":{\"x\":\"?\"}}";
    assertRefused(
        api.patch(configMaps + "/a", Api.STRATEGIC, patch),
        422,
        "Invalid",
        " \"\" is invalid: patch: Invalid value: \"map[binaryData:map[x:?]"
            + " metadata:map[annotations:map[] labels:<nil>]]\": error decoding from json:"
            + " illegal base64 data at input byte 0");
  }

  @Test
  void a_merge_patch_is_refused_for_its_first_mistake_by_name() {
    configMap("a", "{}");
    Reply refused =
        api.merge(configMaps + "/a", "{\"metadata\":{\"labels\":{\"a\":1}},\"data\":[\"a\"]}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message())
        .endsWith(
            "json: cannot unmarshal array into Go struct field ConfigMap.data of type"
                + " map[string]string");
  }

  @Test
  void a_quantity_that_is_none_is_told_before_other_mistakes() {
    createDemo();
    Reply refused =
        api.merge(
            demo,
            "{\"metadata\":{\"labels\":{\"a\":1}},\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"echo\",\"image\":\"i\",\"resources\":{\"limits\":{\"cpu\":\"x\"}}}]}}}}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message())
        .endsWith(
            "quantities must match the regular expression"
                + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
  }

  @Test
  void a_json_patch_is_refused_for_its_first_mistake_by_name() {
    createDemo();
    Reply refused =
        api.jsonPatch(
            demo,
            "[{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":\"two\"},"
                + "{\"op\":\"add\",\"path\":\"/spec/minReadySeconds\",\"value\":\"one\"}]");
    assertThat(refused.message())
        .endsWith(
            "json: cannot unmarshal string into Go struct field"
                + " DeploymentSpec.spec.minReadySeconds of type int32");
  }

  @Test
  void a_json_patch_has_at_most_10000_operations_and_paths_with_slashes() {
    configMap("a", "{}");
    String test = "{\"op\":\"test\",\"path\":\"/kind\",\"value\":\"ConfigMap\"}";
    Reply many = api.jsonPatch(configMaps + "/a", "[" + test + ("," + test).repeat(10_000) + "]");
    assertThat(many.status()).isEqualTo(413);
    assertThat(many.message())
        .endsWith("The allowed maximum operations in a JSON patch is 10000, got 10001");
    assertThat(
            api.jsonPatch(configMaps + "/a", "[{\"op\":\"add\",\"path\":\"data\",\"value\":{}}]")
                .status())
        .isEqualTo(422);
  }

  @Test
  void a_patch_of_no_type_of_patches_is_415() {
    configMap("a", "{}");
    assertRefused(
        api.patch(configMaps + "/a", "application/json", "{}"),
        415,
        "UnsupportedMediaType",
        "415: Unsupported Media Type");
  }
}

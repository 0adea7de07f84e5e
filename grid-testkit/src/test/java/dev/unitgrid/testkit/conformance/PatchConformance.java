/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
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
}

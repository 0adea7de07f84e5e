/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
import org.junit.jupiter.api.Test;

/** Deletes: preconditions, finalizers, propagation, collections. */
abstract class DeletionConformance extends Conformance {
  @Test
  void a_delete_with_another_uid_is_409() {
    createDemo();
    Reply refused = api.delete(demo, "{\"preconditions\":{\"uid\":\"other\"}}");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.message())
        .startsWith(
            "Operation cannot be fulfilled on Deployment.apps \"demo\": the UID in the precondition"
                + " (other) does not match the UID in record");
  }

  @Test
  void a_delete_with_an_old_version_is_409() {
    Reply created = createDemo();
    api.merge(demo, "{\"spec\":{\"replicas\":3}}");
    Reply refused =
        api.delete(demo, "{\"preconditions\":{\"resourceVersion\":\"" + created.version() + "\"}}");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.message()).contains("the ResourceVersion in the precondition");
  }

  @Test
  void a_deleted_object_is_gone_and_told_with_its_uid() {
    Reply created = createDemo();
    Reply deleted = api.delete(demo, "{\"propagationPolicy\":\"Background\"}");
    assertThat(deleted.status()).isEqualTo(200);
    assertThat(deleted.body().get("status")).isEqualTo(Json.of("Success"));
    assertThat(deleted.body().get("details", "uid")).isEqualTo(Json.of(created.uid()));
    assertThat(api.get(demo).message()).isEqualTo("deployments.apps \"demo\" not found");
    assertThat(api.delete(demo, "{}").status()).isEqualTo(404);
  }

  @Test
  void a_finalizer_keeps_an_object_until_it_is_taken_away() {
    configMap("a", "{}");
    api.merge(configMaps + "/a", "{\"metadata\":{\"finalizers\":[\"unitgrid.dev/x\"]}}");
    Reply deleted = api.delete(configMaps + "/a", "{}");
    assertThat(deleted.body().get("metadata").has("deletionTimestamp")).isTrue();
    assertThat(api.get(configMaps + "/a").status()).isEqualTo(200);
    api.merge(configMaps + "/a", "{\"metadata\":{\"finalizers\":null}}");
    assertThat(api.get(configMaps + "/a").status()).isEqualTo(404);
  }

  @Test
  void a_foreground_deletion_marks_the_object() {
    createDemo();
    Reply deleted = api.delete(demo, "{\"propagationPolicy\":\"Foreground\"}");
    assertThat(deleted.body().get("metadata", "finalizers"))
        .isEqualTo(Json.parse("[\"foregroundDeletion\"]"));
    assertThat(deleted.generation()).isEqualTo(2);
  }

  @Test
  void a_collection_is_deleted_by_label() {
    configMap("a", "{\"x\":\"1\"}");
    configMap("b", "{\"x\":\"2\"}");
    api.send("DELETE", configMaps + "?labelSelector=x=1", "application/json", "{}");
    assertThat(names(api.get(configMaps))).doesNotContain("a").contains("b");
  }
}

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

  @Test
  void not_all_namespaces_are_deleted_at_once() {
    assertThat(api.delete("/api/v1/namespaces", "{}").status()).isEqualTo(405);
    assertThat(api.get("/api/v1/namespaces/" + namespace).body().get("metadata"))
        .matches(metadata -> !metadata.has("deletionTimestamp"));
  }

  @Test
  void a_collection_is_deleted_page_by_page() {
    for (String name : new String[] {"a", "b", "c", "d"}) {
      configMap(name, "{\"x\":\"1\"}");
    }
    Reply page = api.delete(configMaps + "?limit=1", "{}");
    assertThat(names(page)).containsExactly("a");
    assertThat(page.body().get("metadata", "remainingItemCount")).isEqualTo(Json.of(3));
    assertThat(names(api.get(configMaps))).containsExactly("b", "c", "d");
    String token = page.body().get("metadata", "continue").asString("");
    Reply next = api.delete(configMaps + "?limit=1&continue=" + token, "{}");
    assertThat(names(next)).containsExactly("b");
    assertThat(names(api.get(configMaps))).containsExactly("c", "d");
  }

  private void assertKept(String options, String message) {
    assertRefused(api.delete(configMaps + "/a", options), 500, "", message);
    assertThat(api.get(configMaps + "/a").status()).isEqualTo(200);
  }

  @Test
  void options_that_cannot_be_read_delete_nothing() {
    configMap("a", "{}");
    assertKept(
        "garbage",
        "couldn't get version/kind; json parse error: invalid character 'g' looking for beginning of"
            + " value");
    assertKept(
        "{\"dryRun\"", "couldn't get version/kind; json parse error: unexpected end of JSON input");
    assertThat(api.delete(configMaps, "garbage").status()).isEqualTo(500);
    assertThat(api.send("DELETE", configMaps + "/a", "text/plain", "{}").status()).isEqualTo(415);
    assertThat(names(api.get(configMaps))).containsExactly("a");
  }

  @Test
  void options_of_wrong_types_delete_nothing() {
    configMap("a", "{}");
    assertKept(
        "{\"preconditions\":{\"uid\":5}}",
        "json: cannot unmarshal number into Go struct field Preconditions.preconditions.uid of type"
            + " types.UID");
    assertKept(
        "{\"dryRun\":\"All\"}",
        "json: cannot unmarshal string into Go struct field DeleteOptions.dryRun of type []string");
    assertKept(
        "{\"gracePeriodSeconds\":\"x\"}",
        "json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type"
            + " int64");
    assertKept(
        "{\"propagationPolicy\":5}",
        "json: cannot unmarshal number into Go struct field DeleteOptions.propagationPolicy of type"
            + " v1.DeletionPropagation");
  }

  private String pod(String name, String more) {
    String pods = path("v1", "pods");
    Reply created =
        api.post(
            pods,
            "{\"metadata\":{\"name\":\""
                + name
                + "\"},\"spec\":{"
                + more
                + "\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}");
    assertThat(created.status()).as(created.message()).isEqualTo(201);
    return pods + "/" + name;
  }

  private static Json metadata(Reply reply, String name) {
    return reply.body().get("metadata", name);
  }

  @Test
  void a_pod_on_a_node_ends_gracefully() {
    String pod = pod("p", "\"nodeName\":\"bj-1\",");
    Reply deleted = api.delete(pod, "{}");
    assertThat(metadata(deleted, "deletionGracePeriodSeconds")).isEqualTo(Json.of(30));
    assertThat(deleted.body().get("metadata").has("deletionTimestamp")).isTrue();
    assertThat(deleted.generation()).isEqualTo(2);
    assertThat(api.get(pod).status()).isEqualTo(200);
  }

  @Test
  void a_second_delete_shortens_the_grace_and_never_lengthens_it() {
    String pod = pod("p", "\"nodeName\":\"bj-1\",");
    api.delete(pod, "{}");
    assertThat(
            metadata(api.delete(pod, "{\"gracePeriodSeconds\":5}"), "deletionGracePeriodSeconds"))
        .isEqualTo(Json.of(5));
    assertThat(
            metadata(api.delete(pod, "{\"gracePeriodSeconds\":50}"), "deletionGracePeriodSeconds"))
        .isEqualTo(Json.of(5));
  }

  @Test
  void a_pod_without_grace_is_gone_at_once() {
    String pod = pod("p", "\"nodeName\":\"bj-1\",");
    api.delete(pod, "{\"gracePeriodSeconds\":0}");
    assertThat(api.get(pod).status()).isEqualTo(404);
  }

  @Test
  void a_pod_on_no_node_is_gone_at_once() {
    String pod = pod("p", "");
    api.delete(pod, "{}");
    assertThat(api.get(pod).status()).isEqualTo(404);
  }

  @Test
  void what_terminates_takes_no_new_finalizer() {
    String pod = pod("p", "\"nodeName\":\"bj-1\",");
    api.delete(pod, "{}");
    Reply refused = api.merge(pod, "{\"metadata\":{\"finalizers\":[\"unitgrid.dev/x\"]}}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message())
        .isEqualTo(
            "Pod \"p\" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{\"unitgrid.dev/x\"}");
  }

  @Test
  void an_orphaning_deletion_marks_the_object() {
    createDemo();
    Reply deleted = api.delete(demo, "{\"propagationPolicy\":\"Orphan\"}");
    assertThat(metadata(deleted, "finalizers")).isEqualTo(Json.parse("[\"orphan\"]"));
    assertThat(metadata(deleted, "deletionGracePeriodSeconds")).isEqualTo(Json.of(0));
  }

  @Test
  void the_old_way_to_orphan_is_understood() {
    createDemo();
    Reply deleted = api.delete(demo, "{\"orphanDependents\":true}");
    assertThat(metadata(deleted, "finalizers")).isEqualTo(Json.parse("[\"orphan\"]"));
  }

  @Test
  void a_policy_may_stand_in_the_query() {
    createDemo();
    Reply deleted = api.delete(demo + "?propagationPolicy=Foreground", "");
    assertThat(metadata(deleted, "finalizers")).isEqualTo(Json.parse("[\"foregroundDeletion\"]"));
  }

  @Test
  void a_background_deletion_of_what_waits_in_the_foreground_ends_it() {
    createDemo();
    api.delete(demo, "{\"propagationPolicy\":\"Foreground\"}");
    api.delete(demo, "{\"propagationPolicy\":\"Background\"}");
    assertThat(api.get(demo).status()).isEqualTo(404);
  }

  @Test
  void one_finalizer_of_two_keeps_an_object() {
    configMap("a", "{}");
    api.merge(
        configMaps + "/a",
        "{\"metadata\":{\"finalizers\":[\"unitgrid.dev/x\",\"unitgrid.dev/y\"]}}");
    api.delete(configMaps + "/a", "{}");
    api.merge(configMaps + "/a", "{\"metadata\":{\"finalizers\":[\"unitgrid.dev/y\"]}}");
    assertThat(api.get(configMaps + "/a").status()).isEqualTo(200);
    api.jsonPatch(configMaps + "/a", "[{\"op\":\"remove\",\"path\":\"/metadata/finalizers/0\"}]");
    assertThat(api.get(configMaps + "/a").status()).isEqualTo(404);
  }

  @Test
  void what_terminates_can_still_be_changed() {
    configMap("a", "{}");
    api.merge(configMaps + "/a", "{\"metadata\":{\"finalizers\":[\"unitgrid.dev/x\"]}}");
    Reply deleted = api.delete(configMaps + "/a", "{}");
    Reply changed = api.merge(configMaps + "/a", "{\"data\":{\"k\":\"v\"}}");
    assertThat(changed.status()).isEqualTo(200);
    assertThat(metadata(changed, "deletionTimestamp"))
        .isEqualTo(metadata(deleted, "deletionTimestamp"));
  }

  @Test
  void a_collection_is_deleted_by_field_and_answers_with_what_was_there() {
    configMap("a", "{}");
    configMap("b", "{}");
    Reply deleted = api.delete(configMaps + "?fieldSelector=metadata.name=a", "{}");
    assertThat(deleted.body().get("kind")).isEqualTo(Json.of("ConfigMapList"));
    assertThat(names(deleted)).containsExactly("a");
    assertThat(names(api.get(configMaps))).contains("b").doesNotContain("a");
  }

  @Test
  void a_delete_of_a_namespace_begins_its_end() {
    Reply deleted = api.delete("/api/v1/namespaces/" + namespace, "{}");
    assertThat(deleted.body().get("status", "phase")).isEqualTo(Json.of("Terminating"));
    Reply refused = api.post(configMaps, "{\"metadata\":{\"name\":\"a\"}}");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.reason()).isEqualTo("Forbidden");
    assertThat(refused.message())
        .isEqualTo(
            "configmaps \"a\" is forbidden: unable to create new content in namespace "
                + namespace
                + " because it is being terminated");
  }

  @Test
  void a_matching_precondition_lets_a_delete_pass() {
    Reply created = configMap("a", "{}");
    assertThat(
            api.delete(
                    configMaps + "/a",
                    "{\"preconditions\":{\"uid\":\""
                        + created.uid()
                        + "\",\"resourceVersion\":\""
                        + created.version()
                        + "\"}}")
                .status())
        .isEqualTo(200);
  }
}

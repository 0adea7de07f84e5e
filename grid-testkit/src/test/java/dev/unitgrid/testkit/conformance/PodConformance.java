/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What may change in a pod, who gives it a node, and how it goes while no kubelet is there. */
abstract class PodConformance extends Conformance {
  private static final String ONLY =
      "Pod \"p\" is invalid: spec: Forbidden: pod updates may not change fields other than"
          + " `spec.containers[*].image`,`spec.initContainers[*].image`,"
          + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing"
          + " tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was"
          + " previously negative)";

  private String pods;
  private String pod;

  @BeforeEach
  void createPod() {
    pods = path("v1", "pods");
    pod = pods + "/p";
    create("p", "");
  }

  private Reply create(String name, String spec) {
    Reply created =
        api.post(
            pods,
            "{\"metadata\":{\"name\":\""
                + name
                + "\"},\"spec\":{"
                + spec
                + "\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}");
    assertThat(created.status()).as(created.message()).isEqualTo(201);
    return created;
  }

  /** The real server goes on with the difference of its Go objects. */
  private void assertOnlyImages(String spec) {
    Reply refused = api.merge(pod, "{\"spec\":" + spec + "}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message().replaceFirst("(?s)\n.*", "")).isEqualTo(ONLY);
  }

  @Test
  void a_pod_is_given_no_node_by_an_update() {
    assertOnlyImages("{\"nodeName\":\"bj-1\"}");
    assertThat(api.get(pod).body().get("spec").has("nodeName")).isFalse();
  }

  @Test
  void most_of_a_pod_stays_as_it_was() {
    assertOnlyImages("{\"terminationGracePeriodSeconds\":1}");
    assertOnlyImages("{\"nodeSelector\":{\"a\":\"b\"}}");
    assertOnlyImages("{\"hostname\":\"h\"}");
    assertThat(
            api.merge(pod, "{\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"other\"}]}}")
                .generation())
        .isEqualTo(2);
  }

  @Test
  void a_deadline_only_comes_nearer() {
    assertThat(api.merge(pod, "{\"spec\":{\"activeDeadlineSeconds\":10}}").status()).isEqualTo(200);
    assertRefused(
        api.merge(pod, "{\"spec\":{\"activeDeadlineSeconds\":20}}"),
        422,
        "Invalid",
        "Pod \"p\" is invalid: spec.activeDeadlineSeconds: Invalid value: 20: must be less than or"
            + " equal to previous value");
    assertThat(api.merge(pod, "{\"spec\":{\"activeDeadlineSeconds\":5}}").status()).isEqualTo(200);
    assertRefused(
        api.merge(pod, "{\"spec\":{\"activeDeadlineSeconds\":null}}"),
        422,
        "Invalid",
        "Pod \"p\" is invalid: spec.activeDeadlineSeconds: Invalid value: null: must not update from"
            + " a positive integer to nil value");
  }

  @Test
  void tolerations_are_only_added() {
    Reply more =
        api.merge(pod, "{\"spec\":{\"tolerations\":[{\"key\":\"a\",\"operator\":\"Exists\"}]}}");
    // Those that every pod has are added again.
    assertThat(more.body().get("spec", "tolerations").items()).hasSize(3);
    assertRefused(
        api.merge(pod, "{\"spec\":{\"tolerations\":[{\"operator\":\"Exists\"}]}}"),
        422,
        "Invalid",
        "Pod \"p\" is invalid: spec.tolerations: Forbidden: existing toleration can not be modified"
            + " except its tolerationSeconds");
  }

  @Test
  void an_event_owns_nothing() {
    assertThat(
            api.merge(
                    pod,
                    "{\"metadata\":{\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"Event\","
                        + "\"name\":\"y\",\"uid\":\"z\"}]}}")
                .message())
        .isEqualTo(
            "Pod \"p\" is invalid: metadata.ownerReferences: Invalid value:"
                + " {\"apiVersion\":\"v1\",\"kind\":\"Event\",\"name\":\"y\",\"uid\":\"z\"}: /v1,"
                + " Kind=Event is disallowed from being an owner");
  }

  private static String binding(String name, String node) {
    return "{\"apiVersion\":\"v1\",\"kind\":\"Binding\",\"metadata\":{\"name\":\""
        + name
        + "\",\"annotations\":{\"by\":\"me\"}},\"target\":{\"kind\":\"Node\",\"name\":\""
        + node
        + "\"}}";
  }

  @Test
  void a_binding_gives_a_pod_its_node_once() {
    Reply bound = api.post(pod + "/binding", binding("p", "bj-1"));
    assertThat(bound.status()).as(bound.message()).isEqualTo(201);
    assertThat(bound.body().get("status")).isEqualTo(Json.of("Success"));
    Json after = api.get(pod).body();
    assertThat(after.get("spec", "nodeName")).isEqualTo(Json.of("bj-1"));
    assertThat(after.get("metadata", "annotations", "by")).isEqualTo(Json.of("me"));
    assertThat(after.get("metadata", "generation")).isEqualTo(Json.of(1));
    Json condition = after.get("status", "conditions").items().get(0);
    assertThat(condition.get("type")).isEqualTo(Json.of("PodScheduled"));
    assertThat(condition.get("status")).isEqualTo(Json.of("True"));
    assertRefused(
        api.post(pod + "/binding", binding("p", "bj-2")),
        409,
        "Conflict",
        "Operation cannot be fulfilled on pods/binding \"p\": pod p is already assigned to node"
            + " \"bj-1\"");
  }

  @Test
  void a_binding_that_says_something_else_is_refused() {
    assertRefused(
        api.post(pod + "/binding", binding("q", "bj-1")),
        400,
        "BadRequest",
        "name in URL does not match name in Binding object");
    assertThat(api.post(pods + "/q/binding", binding("q", "bj-1")).message())
        .isEqualTo("pods \"q\" not found");
    assertThat(api.post(pod + "/binding", binding("p", "")).message())
        .isEqualTo("target.name: Required value");
    assertThat(api.post(pod + "/binding", binding("p", "x").replace("Node", "Pod")).message())
        .isEqualTo(
            "target.kind: Unsupported value: \"Pod\": supported values: \"Node\", \"<empty>\"");
    assertThat(api.post(pod + "/binding", "{\"kind\":\"Foo\"}").status()).isEqualTo(400);
    assertThat(api.post(pod + "/binding?dryRun=All", binding("p", "bj-1")).status()).isEqualTo(201);
    assertThat(api.get(pod + "/binding").status()).isEqualTo(405);
    assertThat(api.get(pod).body().get("spec").has("nodeName")).isFalse();
  }

  @Test
  void a_pod_that_terminates_is_not_bound() {
    api.merge(pod, "{\"metadata\":{\"finalizers\":[\"unitgrid.dev/x\"]}}");
    api.delete(pod, "{}");
    assertThat(api.post(pod + "/binding", binding("p", "bj-1")).message())
        .isEqualTo(
            "Operation cannot be fulfilled on pods/binding \"p\": pod p is being deleted, cannot be"
                + " assigned to a host");
    api.merge(pod, "{\"metadata\":{\"finalizers\":null}}");
  }

  private void assertMarkedAndGone(WatchRecorder watch, long generation) {
    Json marked = watch.next();
    assertThat(marked.get("type")).isEqualTo(Json.of("MODIFIED"));
    assertGoing(marked.get("object", "metadata"), generation);
    Json gone = watch.next();
    assertThat(gone.get("type")).isEqualTo(Json.of("DELETED"));
    assertGoing(gone.get("object", "metadata"), generation);
  }

  private static void assertGoing(Json metadata, long generation) {
    assertThat(metadata.has("deletionTimestamp")).isTrue();
    assertThat(metadata.get("deletionGracePeriodSeconds")).isEqualTo(Json.of(0));
    assertThat(metadata.get("generation")).isEqualTo(Json.of(generation));
  }

  @Test
  void a_pod_without_a_node_is_marked_and_gone() {
    try (WatchRecorder watch =
        new WatchRecorder(api, pods + "?resourceVersion=" + api.get(pods).version())) {
      Reply deleted = api.delete(pod, "{}");
      assertGoing(deleted.body().get("metadata"), 2);
      assertMarkedAndGone(watch, 2);
    }
  }

  @Test
  void a_pod_that_terminates_is_told_once_more_before_it_is_killed() {
    create("q", "\"nodeName\":\"bj-1\",");
    Reply graceful = api.delete(pods + "/q", "{}");
    try (WatchRecorder watch =
        new WatchRecorder(api, pods + "?resourceVersion=" + graceful.version())) {
      Reply killed = api.delete(pods + "/q", "{\"gracePeriodSeconds\":0}");
      assertGoing(killed.body().get("metadata"), 2);
      assertMarkedAndGone(watch, 2);
    }
  }

  private Json statusAfter(String status) {
    return api.merge(pod + "/status", "{\"status\":" + status + "}").body().get("status");
  }

  @Test
  void the_address_of_a_pod_is_the_first_of_its_addresses_whichever_is_said() {
    Json one = statusAfter("{\"podIP\":\"10.1.0.7\"}");
    assertThat(one.get("podIPs")).isEqualTo(Json.parse("[{\"ip\":\"10.1.0.7\"}]"));
    Json other = statusAfter("{\"podIP\":\"10.1.0.8\"}");
    assertThat(other.get("podIPs")).isEqualTo(Json.parse("[{\"ip\":\"10.1.0.8\"}]"));
    Json all =
        statusAfter("{\"podIP\":null,\"podIPs\":[{\"ip\":\"10.1.0.9\"},{\"ip\":\"fd00::9\"}]}");
    assertThat(all.get("podIP")).isEqualTo(Json.of("10.1.0.9"));
    assertThat(all.get("podIPs").items()).hasSize(2);
  }

  @Test
  void a_pod_that_has_ended_needs_no_grace() {
    create("q", "\"nodeName\":\"bj-1\",");
    api.merge(pods + "/q/status", "{\"status\":{\"phase\":\"Succeeded\"}}");
    assertGoing(api.delete(pods + "/q", "{}").body().get("metadata"), 2);
    assertThat(api.get(pods + "/q").status()).isEqualTo(404);
  }
}

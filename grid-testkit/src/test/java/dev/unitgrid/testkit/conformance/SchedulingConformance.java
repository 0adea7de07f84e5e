/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where pods go, and why they go nowhere. */
abstract class SchedulingConformance extends ClusterConformance {
  @Test
  void its_pods_run_on_the_nodes_that_the_selector_names() {
    deploy();
    for (Json pod : items(pods)) {
      assertThat(pod.get("spec", "nodeName").asString("")).startsWith("bj-");
      assertThat(pod.get("metadata", "name").asString("")).matches("demo-[a-z0-9]+-[a-z0-9]{5}");
      assertThat(pod.get("metadata", "labels").has("pod-template-hash")).isTrue();
      assertThat(pod.get("status", "podIP").asString("")).startsWith("10.244.");
    }
  }

  @Test
  void a_pod_without_a_matching_node_is_pending() {
    api.post(apps + "/deployments", workload("Deployment", "echo:1", "", "nowhere"));
    Reply list = await(pods, found -> found.toString().contains("\"Unschedulable\""));
    for (Json pod : list.body().get("items").items()) {
      assertThat(pod.get("status", "phase")).isEqualTo(Json.of("Pending"));
    }
  }

  private Json pod(String spec) {
    return created(
            pods,
            "{\"metadata\":{\"name\":\"one\"},\"spec\":{\"terminationGracePeriodSeconds\":0,"
                + spec
                + "\"containers\":[{\"name\":\"c\",\"image\":\"c:1\"}]}}")
        .body();
  }

  private String node() {
    return await(pods + "/one", pod -> !pod.get("spec", "nodeName").asString("").isEmpty())
        .body()
        .get("spec", "nodeName")
        .asString("");
  }

  private String refusal() {
    return condition(
            await(pods + "/one", pod -> says(pod, "PodScheduled", "False", "Unschedulable")).body(),
            "PodScheduled")
        .get("message")
        .asString("");
  }

  private static String affinity(String terms) {
    return "\"affinity\":{\"nodeAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":"
        + "{\"nodeSelectorTerms\":["
        + terms
        + "]}}},";
  }

  @Test
  void one_of_the_affinity_terms_must_hold() {
    pod(
        affinity(
            """
            {"matchExpressions":[{"key":"location","operator":"In","values":["nowhere"]}]},
            {"matchExpressions":[{"key":"location","operator":"NotIn","values":["beijing"]},
            {"key":"topology.kubernetes.io/zone","operator":"Exists"}]}"""));
    assertThat(node()).isEqualTo("gz-1");
  }

  @Test
  void affinity_to_a_name_is_obeyed() {
    pod(
        affinity(
            "{\"matchFields\":[{\"key\":\"metadata.name\",\"operator\":\"In\",\"values\":[\"bj-2\"]}]}"));
    assertThat(node()).isEqualTo("bj-2");
  }

  @Test
  void the_refusal_counts_the_nodes_by_reason() {
    pod(affinity("{\"matchExpressions\":[{\"key\":\"location\",\"operator\":\"DoesNotExist\"}]}"));
    assertThat(refusal())
        .startsWith(
            "0/4 nodes are available: 1 node(s) were unschedulable, 3 node(s) didn't match Pod's"
                + " node affinity/selector.")
        .contains(
            "preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.");
  }

  @Test
  void more_than_a_node_has_fits_nowhere() {
    created(
        pods,
        """
        {"metadata":{"name":"one"},"spec":{"containers":[{"name":"c","image":"c:1",
        "resources":{"requests":{"cpu":"33","memory":"300Gi"}}}]}}""");
    assertThat(refusal())
        .startsWith(
            "0/4 nodes are available: 1 node(s) were unschedulable, 3 Insufficient cpu, 3"
                + " Insufficient memory.");
  }

  @Test
  void what_a_pod_asks_is_taken_from_what_the_node_has() {
    String big =
        """
        {"metadata":{"name":"%s"},"spec":{"terminationGracePeriodSeconds":0,
        "nodeSelector":{"location":"guangzhou"},"containers":[{"name":"c","image":"c:1",
        "resources":{"requests":{"cpu":"20"}}}]}}""";
    created(pods, big.formatted("first"));
    await(pods + "/first", pod -> pod.get("spec").has("nodeName"));
    created(pods, big.formatted("one"));
    assertThat(refusal()).contains("1 Insufficient cpu");
    api.delete(pods + "/first", "{}");
    assertThat(node()).isEqualTo("gz-1");
  }

  @Test
  void a_taint_keeps_away_who_does_not_tolerate_it() {
    String node = "tainted-" + namespace;
    created(
        "/api/v1/nodes",
        """
        {"metadata":{"name":"%1$s","annotations":{"unitgrid.dev/kubelet":"none"},
        "labels":{"only":"%1$s"}},"spec":{"taints":[{"key":"mine","value":"yes",
        "effect":"NoSchedule"}]},"status":{"allocatable":{"cpu":"4","memory":"4Gi","pods":"10"}}}"""
            .formatted(node));
    try {
      pod("\"nodeSelector\":{\"only\":\"" + node + "\"},");
      assertThat(refusal()).contains("1 node(s) had untolerated taint");
      api.delete(pods + "/one", "{}");
      await(pods + "/one", ClusterConformance::isGone);
      pod(
          "\"tolerations\":[{\"key\":\"mine\",\"operator\":\"Equal\",\"value\":\"yes\"}],"
              + "\"nodeSelector\":{\"only\":\""
              + node
              + "\"},");
      assertThat(node()).isEqualTo(node);
      api.delete(pods + "/one", "{\"gracePeriodSeconds\":0}");
    } finally {
      api.delete("/api/v1/nodes/" + node, "{}");
    }
  }

  @Test
  void a_pod_that_waits_is_placed_when_a_node_fits() {
    pod("\"nodeSelector\":{\"wanted\":\"" + namespace + "\"},");
    refusal();
    changed("/api/v1/nodes/bj-1", "{\"metadata\":{\"labels\":{\"wanted\":\"" + namespace + "\"}}}");
    assertThat(node()).isEqualTo("bj-1");
    assertThat(condition(api.get(pods + "/one").body(), "PodScheduled").get("status"))
        .isEqualTo(Json.of("True"));
    changed("/api/v1/nodes/bj-1", "{\"metadata\":{\"labels\":{\"wanted\":null}}}");
  }

  @Test
  void every_pod_tolerates_lost_nodes_for_five_minutes() {
    assertThat(pod("").get("spec", "tolerations"))
        .isEqualTo(
            Json.parse(
                """
                [{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute",
                "tolerationSeconds":300},{"key":"node.kubernetes.io/unreachable",
                "operator":"Exists","effect":"NoExecute","tolerationSeconds":300}]"""));
  }

  private static String company(String kind, String topology, String group) {
    return "\"affinity\":{\"%s\":{\"requiredDuringSchedulingIgnoredDuringExecution\":[{"
            .formatted(kind)
        + "\"topologyKey\":\"%s\",\"labelSelector\":{\"matchLabels\":{\"group\":\"%s\"}}}]}},"
            .formatted(topology, group);
  }

  private void grouped(String name, String group, String spec) {
    created(
        pods,
        "{\"metadata\":{\"name\":\"%s\",\"labels\":{\"group\":\"%s\"}},\"spec\":{"
                .formatted(name, group)
            + "\"terminationGracePeriodSeconds\":0,"
            + spec
            + "\"containers\":[{\"name\":\"c\",\"image\":\"c:1\"}]}}");
  }

  private String nodeOf(String name) {
    return await(pods + "/" + name, pod -> pod.get("spec").has("nodeName"))
        .body()
        .get("spec", "nodeName")
        .asString("");
  }

  @Test
  void pods_that_repel_each_other_have_a_node_each_and_the_next_waits() {
    String apart = company("podAntiAffinity", "kubernetes.io/hostname", "a");
    String beijing = "\"nodeSelector\":{\"location\":\"beijing\"},";
    grouped("first", "a", apart + beijing);
    grouped("second", "a", apart + beijing);
    assertThat(Set.of(nodeOf("first"), nodeOf("second"))).containsExactlyInAnyOrder("bj-1", "bj-2");
    grouped("one", "a", apart + beijing);
    assertThat(refusal())
        .contains("2 node(s) didn't match pod anti-affinity rules")
        .contains("2 No preemption victims found for incoming pod");
    api.delete(pods + "/first", "{}");
    assertThat(node()).startsWith("bj-");
  }

  @Test
  void a_pod_that_repels_others_keeps_them_from_its_whole_domain() {
    grouped("first", "b", company("podAntiAffinity", "location", "c"));
    String there = nodeOf("first").startsWith("bj-") ? "beijing" : "guangzhou";
    grouped("one", "c", "\"nodeSelector\":{\"location\":\"" + there + "\"},");
    // The real scheduler may leave it waiting for minutes after the other is gone.
    assertThat(refusal()).contains("node(s) didn't satisfy existing pods anti-affinity rules");
  }

  @Test
  void a_pod_goes_where_those_are_whose_company_it_wants() {
    grouped("one", "e", company("podAffinity", "location", "d"));
    assertThat(refusal())
        .contains("3 node(s) didn't match pod affinity rules")
        .contains("4 Preemption is not helpful for scheduling");
    grouped("first", "d", "\"nodeSelector\":{\"location\":\"guangzhou\"},");
    assertThat(node()).isEqualTo("gz-1");
    grouped("alone", "f", company("podAffinity", "location", "f"));
    assertThat(nodeOf("alone")).isNotEmpty();
  }

  @Test
  void a_port_of_a_node_is_taken_once() {
    String port =
        """
        {"metadata":{"name":"%s"},"spec":{"terminationGracePeriodSeconds":0,
        "nodeSelector":{"location":"guangzhou"},"containers":[{"name":"c","image":"c:1",
        "ports":[{"containerPort":80,"hostPort":8080}]}]}}""";
    created(pods, port.formatted("first"));
    nodeOf("first");
    created(pods, port.formatted("one"));
    assertThat(refusal()).contains("1 node(s) didn't have free ports for the requested pod ports");
    api.delete(pods + "/first", "{}");
    assertThat(node()).isEqualTo("gz-1");
  }

  @Test
  void pods_are_spread_over_domains() {
    String spread =
        "\"topologySpreadConstraints\":[{\"maxSkew\":1,\"topologyKey\":\"location\","
            + "\"whenUnsatisfiable\":\"DoNotSchedule\","
            + "\"labelSelector\":{\"matchLabels\":{\"group\":\"g\"}}}],";
    grouped("first", "g", spread);
    String there = nodeOf("first").startsWith("bj-") ? "beijing" : "guangzhou";
    grouped("second", "g", spread);
    assertThat(nodeOf("second").substring(0, 2)).isNotEqualTo(nodeOf("first").substring(0, 2));
    grouped("third", "g", "\"nodeSelector\":{\"location\":\"" + there + "\"},");
    nodeOf("third");
    String same =
        spread
            + "\"affinity\":{\"nodeAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":"
            + "{\"nodeSelectorTerms\":[{\"matchExpressions\":[{\"key\":\"location\","
            + "\"operator\":\"Exists\"}]}]}}},\"schedulerName\":\"default-scheduler\",";
    grouped("one", "g", same);
    assertThat(nodeOf("one").substring(0, 2)).isNotEqualTo(nodeOf("first").substring(0, 2));
  }
}

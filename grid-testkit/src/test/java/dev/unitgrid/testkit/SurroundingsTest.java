/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.cluster.ClusterPart;
import dev.unitgrid.testkit.cluster.ClusterTimes;
import dev.unitgrid.testkit.cluster.DnsAnswer;
import dev.unitgrid.testkit.cluster.ImageBehaviour;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a test does to the cluster around the server, in virtual time. */
class SurroundingsTest {
  private static final ResourceType POD = new ResourceType("", "v1", "Pod", "pods", true);
  private static final ResourceType LEASE =
      new ResourceType("coordination.k8s.io", "v1", "Lease", "leases", true);
  private static final ResourceType SLICE =
      new ResourceType("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", true);
  private static final ResourceType ENDPOINTS =
      new ResourceType("", "v1", "Endpoints", "endpoints", true);

  private Simulation simulation;
  private SimulatedCluster cluster;
  private Surroundings around;

  @BeforeEach
  void twoNodes() {
    simulation = Simulation.of(7);
    cluster = simulation.cluster();
    around = cluster.around();
    cluster.nodes("location=beijing", "bj-1", "bj-2");
  }

  @AfterEach
  void close() {
    simulation.close();
  }

  private void deploy(int replicas, String image) {
    cluster.apply(TestClusterTest.deployment("demo", replicas, "beijing", image));
  }

  private void pod(String name, String image, String more) {
    cluster.create(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, labels: {app: echo}}
        spec:
          containers: [{name: echo, image: "%s"}]
          %s
        """
            .formatted(name, image, more));
  }

  private Json pod(String name) {
    return cluster.get(POD, "default", name);
  }

  private Json container(String name) {
    return pod(name).get("status", "containerStatuses").items().get(0);
  }

  private static Optional<Json> condition(Json object, String type) {
    return object.get("status", "conditions").items().stream()
        .filter(condition -> condition.get("type").equals(Json.of(type)))
        .findFirst();
  }

  private static String status(Json object, String type) {
    return condition(object, type).map(found -> found.get("status").asString("")).orElse("none");
  }

  private void pass(long seconds) {
    simulation.run(Duration.ofSeconds(seconds));
  }

  @Test
  void a_part_that_is_off_does_nothing_and_catches_up() {
    around.turnOff(ClusterPart.SCHEDULER, ClusterPart.ENDPOINT_SLICES);
    assertThat(around.isOn(ClusterPart.SCHEDULER)).isFalse();
    deploy(2, "echo:1");
    service("web", "selector: {app: demo}\n  ports: [{port: 80}]");
    pass(10);
    assertThat(cluster.list(POD, "default"))
        .hasSize(2)
        .noneMatch(pod -> pod.get("spec").has("nodeName"));
    assertThat(cluster.list(SLICE, "default")).isEmpty();
    around.turnOn(ClusterPart.SCHEDULER, ClusterPart.ENDPOINT_SLICES);
    pass(10);
    assertThat(cluster.list(POD, "default")).allMatch(pod -> status(pod, "Ready").equals("True"));
    assertThat(cluster.list(SLICE, "default")).hasSize(1);
  }

  @Test
  void a_pod_waits_forty_seconds_for_its_node_to_come() {
    pod("early", "echo:1", "nodeName: bj-3");
    pod("lost", "echo:1", "nodeName: bj-4");
    pass(30);
    assertThat(cluster.list(POD, "default")).hasSize(2);
    cluster.nodes("location=beijing", "bj-3");
    pass(30);
    assertThat(cluster.list(POD, "default")).hasSize(1);
    assertThat(status(pod("early"), "Ready")).isEqualTo("True");
  }

  @Test
  void every_part_can_be_switched_off() {
    around.turnOff(ClusterPart.values());
    deploy(2, "echo:1");
    service("web", "selector: {app: demo}\n  ports: [{port: 80}]");
    pass(60);
    assertThat(cluster.list(new ResourceType("apps", "v1", "ReplicaSet", "replicasets", true), ""))
        .isEmpty();
    assertThat(cluster.list(ENDPOINTS, "")).isEmpty();
  }

  @Test
  void an_image_that_is_never_ready_runs_and_is_not_ready() {
    around.image("echo:sick", ImageBehaviour.neverReady());
    pod("one", "echo:sick", "");
    pass(600);
    assertThat(pod("one").get("status", "phase")).isEqualTo(Json.of("Running"));
    assertThat(status(pod("one"), "Ready")).isEqualTo("False");
    assertThat(condition(pod("one"), "Ready").orElseThrow().get("message"))
        .isEqualTo(Json.of("containers with unready status: [echo]"));
    around.image("echo:sick", ImageBehaviour.healthy());
    pass(1);
    assertThat(status(pod("one"), "Ready")).isEqualTo("True");
  }

  @Test
  void an_image_that_cannot_be_pulled_keeps_its_pod_pending() {
    around.image("echo:typo", ImageBehaviour.cannotBePulled());
    pod("one", "echo:typo", "");
    pass(5);
    assertThat(pod("one").get("status", "phase")).isEqualTo(Json.of("Pending"));
    assertThat(container("one").get("state", "waiting", "reason"))
        .isEqualTo(Json.of("ImagePullBackOff"));
    around.image("echo:typo", ImageBehaviour.healthy());
    pass(1);
    assertThat(pod("one").get("status", "phase")).isEqualTo(Json.of("Running"));
  }

  @Test
  void a_container_is_ready_after_its_time() {
    around.image("echo:slow", ImageBehaviour.healthy().readyAfter(Duration.ofSeconds(30)));
    pod("one", "echo:slow", "");
    pass(20);
    assertThat(status(pod("one"), "Ready")).isEqualTo("False");
    pass(20);
    assertThat(status(pod("one"), "Ready")).isEqualTo("True");
  }

  @Test
  void the_first_restart_is_at_once_and_each_further_one_waits_twice_as_long() {
    around.image("echo:bad", ImageBehaviour.crashesAfter(Duration.ofSeconds(5)));
    pod("one", "echo:bad", "");
    pass(7);
    // 5: first crash, restarted at once.
    assertThat(container("one").get("restartCount")).isEqualTo(Json.of(1));
    assertThat(container("one").get("lastState", "terminated", "exitCode")).isEqualTo(Json.of(1));
    assertThat(container("one").get("state").has("running")).isTrue();
    pass(5);
    // 10: second crash, waits for 10 s.
    Json waiting = container("one").get("state", "waiting");
    assertThat(waiting.get("reason")).isEqualTo(Json.of("CrashLoopBackOff"));
    assertThat(waiting.get("message").asString(""))
        .matches("back-off 10s restarting failed container=echo pod=one_default\\([-0-9a-f]+\\)");
    assertThat(status(pod("one"), "Ready")).isEqualTo("False");
    pass(10);
    assertThat(container("one").get("restartCount")).isEqualTo(Json.of(2));
    pass(5);
    // 25: third crash.
    assertThat(container("one").get("state", "waiting", "message").asString(""))
        .startsWith("back-off 20s");
    pass(3_600);
    assertThat(container("one").get("restartCount").asLong(0)).isBetween(14L, 18L);
  }

  @Test
  void a_pod_that_is_not_restarted_ends() {
    around.image("job:1", ImageBehaviour.healthy().exitsAfter(Duration.ofSeconds(3), 0));
    around.image("job:2", ImageBehaviour.healthy().exitsAfter(Duration.ofSeconds(3), 2));
    pod("well", "job:1", "restartPolicy: OnFailure");
    pod("ill", "job:2", "restartPolicy: Never");
    pass(10);
    assertThat(pod("well").get("status", "phase")).isEqualTo(Json.of("Succeeded"));
    assertThat(pod("ill").get("status", "phase")).isEqualTo(Json.of("Failed"));
    assertThat(container("ill").get("state", "terminated", "exitCode")).isEqualTo(Json.of(2));
  }

  @Test
  void a_container_that_takes_its_time_to_end_serves_meanwhile() {
    around.image("echo:calm", ImageBehaviour.healthy().stopsAfter(Duration.ofSeconds(8)));
    service("web", "selector: {app: echo}\n  ports: [{port: 80}]");
    pod("one", "echo:calm", "");
    pass(5);
    cluster.delete(POD, "default", "one");
    pass(5);
    assertThat(
            cluster.list(SLICE, "default").get(0).get("endpoints").items().get(0).get("conditions"))
        .isEqualTo(Json.parse("{\"ready\":false,\"serving\":true,\"terminating\":true}"));
    pass(5);
    assertThat(cluster.find(POD, "default", "one")).isEmpty();
  }

  @Test
  void a_node_whose_kubelet_stops_is_lost_and_comes_back() {
    deploy(2, "echo:1");
    pass(5);
    String victim = cluster.list(POD, "default").get(0).get("spec", "nodeName").asString("");
    around.stopKubelet(victim);
    pass(45);
    assertThat(status(cluster.get(ResourceType.NODE, "", victim), "Ready")).isEqualTo("True");
    pass(10);
    Json lost = cluster.get(ResourceType.NODE, "", victim);
    assertThat(status(lost, "Ready")).isEqualTo("Unknown");
    assertThat(lost.get("spec", "taints").items()).hasSize(2);
    assertThat(podsOn(victim)).allMatch(pod -> status(pod, "Ready").equals("False"));
    assertThat(podsOn(victim)).noneMatch(pod -> pod.get("metadata").has("deletionTimestamp"));
    pass(300);
    // Evicted, and still there: nobody on the node can confirm that it ended.
    assertThat(podsOn(victim)).isNotEmpty();
    assertThat(podsOn(victim)).allMatch(pod -> pod.get("metadata").has("deletionTimestamp"));
    String other = victim.equals("bj-1") ? "bj-2" : "bj-1";
    assertThat(podsOn(other)).hasSize(2).allMatch(pod -> status(pod, "Ready").equals("True"));
    around.startKubelet(victim);
    pass(5);
    assertThat(podsOn(victim)).isEmpty();
    Json back = cluster.get(ResourceType.NODE, "", victim);
    assertThat(status(back, "Ready")).isEqualTo("True");
    assertThat(back.get("spec", "taints").items()).isEmpty();
  }

  private List<Json> podsOn(String node) {
    return cluster.list(POD, "default").stream()
        .filter(pod -> pod.get("spec", "nodeName").equals(Json.of(node)))
        .toList();
  }

  @Test
  void a_node_that_is_back_in_time_keeps_its_pods() {
    deploy(2, "echo:1");
    pass(5);
    List<String> before = cluster.names(POD, "default");
    around.stopKubelet("bj-1");
    around.stopKubelet("bj-2");
    pass(120);
    assertThat(cluster.list(POD, "default")).allMatch(pod -> status(pod, "Ready").equals("False"));
    around.startKubelet("bj-1");
    around.startKubelet("bj-2");
    pass(10);
    assertThat(cluster.names(POD, "default")).isEqualTo(before);
    assertThat(cluster.list(POD, "default")).allMatch(pod -> status(pod, "Ready").equals("True"));
    pass(600);
    assertThat(cluster.names(POD, "default")).isEqualTo(before);
  }

  @Test
  void heartbeats_renew_a_lease_until_the_kubelet_stops() {
    around.times(ClusterTimes.real().heartbeat(Duration.ofSeconds(5)));
    around.turnOn(ClusterPart.HEARTBEATS);
    pass(21);
    String early = renewal();
    assertThat(cluster.get(LEASE, "kube-node-lease", "bj-1").get("spec", "holderIdentity"))
        .isEqualTo(Json.of("bj-1"));
    pass(10);
    String later = renewal();
    assertThat(later).isGreaterThan(early);
    around.stopKubelet("bj-1");
    pass(30);
    assertThat(renewal()).isEqualTo(later);
    around.startKubelet("bj-1");
    pass(10);
    assertThat(renewal()).isGreaterThan(later);
  }

  private String renewal() {
    return cluster.get(LEASE, "kube-node-lease", "bj-1").get("spec", "renewTime").asString("");
  }

  private void service(String name, String spec) {
    cluster.apply(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: %s}
        spec:
          %s
        """
            .formatted(name, spec));
  }

  @Test
  void names_resolve_to_what_services_and_slices_say() {
    service("web", "selector: {app: echo}\n  ports: [{name: http, port: 80, targetPort: 8080}]");
    service(
        "heads",
        "clusterIP: None\n  selector: {app: echo}\n  ports: [{name: http, port: 80, targetPort: 8080}]");
    service("away", "type: ExternalName\n  externalName: example.org");
    pod("one", "echo:1", "hostname: first\n  subdomain: heads");
    pod("two", "echo:1", "");
    pass(5);
    String one = pod("one").get("status", "podIP").asString("");
    String two = pod("two").get("status", "podIP").asString("");
    String address =
        cluster.get(ResourceType.SERVICE, "default", "web").get("spec", "clusterIP").asString("");
    assertThat(around.dns("web.default.svc.cluster.local").a()).containsExactly(address);
    assertThat(around.dns("WEB.default.svc.cluster.local.").a()).containsExactly(address);
    assertThat(around.dns("heads.default.svc.cluster.local").a())
        .containsExactlyInAnyOrder(one, two);
    assertThat(around.dns("first.heads.default.svc.cluster.local").a()).containsExactly(one);
    assertThat(around.dns(two.replace('.', '-') + ".heads.default.svc.cluster.local").a())
        .containsExactly(two);
    assertThat(around.dns("away.default.svc.cluster.local").cname()).isEqualTo("example.org");
    assertThat(around.dns("first.web.default.svc.cluster.local")).isEqualTo(DnsAnswer.none());
    assertThat(around.dns("nobody.default.svc.cluster.local").exists()).isFalse();
    assertThat(around.dns("default", "web").a()).containsExactly(address);
    assertThat(around.dns("other", "web").exists()).isFalse();
    assertThat(around.dns("other", "web.default").a()).containsExactly(address);
    assertThat(around.dns("_http._tcp.web.default.svc.cluster.local").srv())
        .containsExactly(new DnsAnswer.Srv(80, "web.default.svc.cluster.local"));
    assertThat(around.dns("_http._tcp.heads.default.svc.cluster.local").srv())
        .contains(new DnsAnswer.Srv(8080, "first.heads.default.svc.cluster.local"));
    around.image("echo:1", ImageBehaviour.neverReady());
    pass(5);
    assertThat(around.dns("heads.default.svc.cluster.local").exists()).isFalse();
  }

  @Test
  void both_families_are_given_where_the_cluster_has_them() {
    around.dualStack();
    service(
        "both", "ipFamilyPolicy: PreferDualStack\n  selector: {app: echo}\n  ports: [{port: 80}]");
    pod("one", "echo:1", "");
    pass(5);
    DnsAnswer answer = around.dns("both.default.svc.cluster.local");
    assertThat(answer.a()).hasSize(1);
    assertThat(answer.aaaa()).hasSize(1);
    assertThat(cluster.list(SLICE, "default"))
        .extracting(slice -> slice.get("addressType").asString(""))
        .containsExactlyInAnyOrder("IPv4", "IPv6");
  }

  @Test
  void endpoints_stop_at_a_thousand_addresses_and_slices_do_not() {
    around.maxEndpointsPerSlice(50);
    cluster.nodes("location=guangzhou", "gz-1");
    service("many", "selector: {app: demo}\n  ports: [{port: 80}]");
    deploy(1_010, "echo:1");
    pass(30);
    Json endpoints = cluster.get(ENDPOINTS, "default", "many");
    int addresses =
        endpoints.get("subsets").items().stream()
            .mapToInt(subset -> subset.get("addresses").items().size())
            .sum();
    assertThat(addresses).isEqualTo(1_000);
    assertThat(endpoints.get("metadata", "annotations", "endpoints.kubernetes.io/over-capacity"))
        .isEqualTo(Json.of("truncated"));
    List<Integer> sizes =
        cluster.list(SLICE, "default").stream()
            .map(slice -> slice.get("endpoints").items().size())
            .toList();
    assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(1_010);
    assertThat(sizes).allMatch(size -> size <= 50);
  }

  @Test
  void one_seed_gives_one_course_of_events() {
    List<String> first = IntStream.range(0, 2).mapToObj(i -> course()).collect(Collectors.toList());
    assertThat(first.get(0)).isEqualTo(first.get(1)).contains("echo:bad");
  }

  private static String course() {
    try (Simulation other = Simulation.of(99)) {
      other.cluster().around().turnOn(ClusterPart.HEARTBEATS);
      other
          .cluster()
          .around()
          .image("echo:bad", ImageBehaviour.crashesAfter(Duration.ofSeconds(4)));
      other.cluster().nodes("location=beijing", "bj-1", "bj-2");
      other.cluster().apply(TestClusterTest.deployment("demo", 3, "beijing", "echo:bad"));
      other.run(Duration.ofSeconds(40));
      other.cluster().around().stopKubelet("bj-1");
      other.run(Duration.ofMinutes(10));
      return other.cluster().list(POD, "").toString();
    }
  }
}

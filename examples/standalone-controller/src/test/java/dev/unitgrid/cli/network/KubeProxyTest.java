/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.cli.OwnCertificate;
import dev.unitgrid.cli.network.OwnNetwork.Backend;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the real kube-proxy makes of a Service behind the endpoint proxy, and where traffic goes.
 */
@Tag("network")
class KubeProxyTest {
  private static final String ECHO = "default/servicegrid-demo-svc";
  private static final String STATEFUL = "default/stateful-svc";
  private static final int REQUESTS = 400;

  @TempDir private static Path folder;
  private static Site site;
  private static Map<String, String> nodeOfAddress;
  private static String clusterIp;
  private static int nodePort;

  @BeforeAll
  static void start() throws Exception {
    site = Site.start(folder);
    site.apply(
        """
        apiVersion: superedge.io/v1
        kind: DeploymentGrid
        metadata: {name: deploymentgrid-demo, namespace: default}
        spec:
          gridUniqKey: location
          template:
            replicas: 2
            selector: {matchLabels: {appGrid: echo}}
            template:
              metadata: {labels: {appGrid: echo}}
              spec: {containers: [{name: echo, image: "superedge/echoserver:2.2", ports: [{containerPort: 8080}]}]}
        ---
        apiVersion: superedge.io/v1
        kind: StatefulSetGrid
        metadata: {name: stateful, namespace: default}
        spec:
          gridUniqKey: location
          template:
            replicas: 3
            serviceName: stateful-svc
            podManagementPolicy: Parallel
            selector: {matchLabels: {appGrid: stateful}}
            template:
              metadata: {labels: {appGrid: stateful}}
              spec: {containers: [{name: echo, image: "superedge/echoserver:2.2", ports: [{containerPort: 8080}]}]}
        ---
        apiVersion: superedge.io/v1
        kind: ServiceGrid
        metadata: {name: servicegrid-demo, namespace: default}
        spec:
          gridUniqKey: location
          template:
            type: NodePort
            selector: {appGrid: echo}
            ports: [{protocol: TCP, port: 80, targetPort: 8080}]
        ---
        apiVersion: superedge.io/v1
        kind: ServiceGrid
        metadata: {name: stateful, namespace: default}
        spec:
          gridUniqKey: location
          template:
            selector: {appGrid: stateful}
            ports: [{protocol: TCP, port: 80, targetPort: 8080}]
        """);
    site.servePods("appGrid=echo", 4);
    site.awaitEndpoints("servicegrid-demo-svc", 4);
    site.awaitEndpoints("stateful-svc", 6);
    nodeOfAddress = site.nodesOfPods();
    clusterIp = site.field("service/servicegrid-demo-svc", ".spec.clusterIP");
    nodePort =
        Integer.parseInt(site.field("service/servicegrid-demo-svc", ".spec.ports[0].nodePort"));
  }

  @AfterAll
  static void stop() {
    if (site != null) {
      site.close();
    }
  }

  @AfterEach
  void replaceNode() throws Exception {
    site.rebootNode();
    site.forgetState();
  }

  @Test
  void without_the_endpoint_proxy_a_node_reaches_every_unit() throws Exception {
    site.startKubeProxy("bj-1");

    List<Backend> backends = site.awaitBackends(ECHO, found -> !found.isEmpty());

    assertThat(nodesOf(backends)).containsOnly("bj-1", "bj-2", "gz-1", "gz-2");
    assertThat(probabilities(backends))
        .containsExactly("0.25000000000", "0.33333333349", "0.50000000000", "");
    assertThat(PodServer.answers(clusterIp, 80, REQUESTS)).hasSize(4);
    assertThat(PodServer.answers(OwnNetwork.NODE_ADDRESS, nodePort, REQUESTS)).hasSize(4);
  }

  @Test
  void each_unit_has_its_own_rules_and_its_own_traffic() throws Exception {
    startNode("bj-1");

    List<Backend> beijing = site.awaitBackends(ECHO, found -> !found.isEmpty());
    assertThat(nodesOf(beijing)).hasSize(2).allMatch(node -> node.startsWith("bj-"));
    assertThat(probabilities(beijing)).containsExactly("0.50000000000", "");
    assertThat(probabilities(site.awaitBackends(STATEFUL, found -> !found.isEmpty())))
        .containsExactly("0.33333333349", "0.50000000000", "");
    answersComeFrom("bj-", clusterIp, 80);
    answersComeFrom("bj-", OwnNetwork.NODE_ADDRESS, nodePort);

    site.rebootNode();
    startNode("gz-2");

    List<Backend> guangzhou = site.awaitBackends(ECHO, found -> !found.isEmpty());
    assertThat(nodesOf(guangzhou)).hasSize(2).allMatch(node -> node.startsWith("gz-"));
    assertThat(probabilities(guangzhou)).containsExactly("0.50000000000", "");
    List<Backend> stateful = site.awaitBackends(STATEFUL, found -> !found.isEmpty());
    assertThat(probabilities(stateful)).containsExactly("0.33333333349", "0.50000000000", "");
    assertThat(nodesOf(stateful)).allMatch(node -> node.startsWith("gz-"));
    answersComeFrom("gz-", clusterIp, 80);
  }

  @Test
  void rules_follow_a_node_that_moves_to_the_other_unit_within_two_seconds() throws Exception {
    startNode("bj-1");
    site.awaitBackends(ECHO, found -> found.size() == 2);

    long start = System.nanoTime();
    site.moveNode("bj-1", "guangzhou");
    List<Backend> moved =
        site.awaitBackends(ECHO, found -> nodesOf(found).containsAll(nodesOfEcho("gz-")));
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    System.out.println("the rules followed the node's label after " + took.toMillis() + " ms");

    assertThat(nodesOf(moved)).doesNotContain("bj-2");
    assertThat(took).isLessThan(Duration.ofSeconds(2));
    site.moveNode("bj-1", "beijing");
    site.awaitBackends(
        ECHO, found -> nodesOf(found).stream().allMatch(node -> node.startsWith("bj")));
  }

  @Test
  void a_node_that_reboots_while_the_cloud_is_away_has_its_rules_back_in_ten_seconds()
      throws Exception {
    startNode("bj-1");
    List<Backend> before = site.awaitBackends(ECHO, found -> found.size() == 2);
    site.awaitState("bj-1");

    site.cutCloud();
    site.rebootNode();
    long start = System.nanoTime();
    int port = site.startProxy("bj-1");
    site.startKubeProxy("bj-1", port);
    List<Backend> after = site.awaitBackends(ECHO, found -> found.size() == 2);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    System.out.printf(
        "the rules were back after %d ms without the cloud; at most %d MiB%n",
        took.toMillis(), site.peakMebibytes());

    assertThat(site.isConfined()).as("it runs inside the DaemonSet's limits").isTrue();
    assertThat(after).containsExactlyInAnyOrderElementsOf(before);
    assertThat(took).isLessThan(Duration.ofSeconds(10));
    answersComeFrom("bj-", clusterIp, 80);
    site.restoreCloud();
  }

  @Test
  void over_tls_kube_proxy_brings_its_token_and_its_events_arrive() throws Exception {
    OwnCertificate own = OwnCertificate.in(folder);
    int port =
        site.startProxy(
            "bj-2",
            "--tls-cert-file",
            own.certificate().toString(),
            "--tls-private-key-file",
            own.key().toString());
    site.startKubeProxyOverTls("bj-2", port, own.certificate());

    List<Backend> beijing = site.awaitBackends(ECHO, found -> !found.isEmpty());
    assertThat(nodesOf(beijing)).hasSize(2).allMatch(node -> node.startsWith("bj-"));
    site.await(
        "the event that kube-proxy writes about its node",
        () -> site.kubectl("", "get", "events", "-A", "--field-selector", "reason=Starting"),
        events -> events.contains("node/bj-2"));
  }

  private static List<String> nodesOf(List<Backend> backends) {
    return backends.stream()
        .map(backend -> backend.endpoint().replace(":8080", ""))
        .map(address -> nodeOfAddress.getOrDefault(address, "none"))
        .toList();
  }

  private static List<String> nodesOfEcho(String prefix) {
    return site.servedNodes().stream().filter(node -> node.startsWith(prefix)).toList();
  }

  private static List<String> probabilities(List<Backend> backends) {
    return backends.stream().map(Backend::probability).toList();
  }

  private static void answersComeFrom(String prefix, String address, int port) throws Exception {
    Map<String, Integer> answers = PodServer.answers(address, port, REQUESTS);

    assertThat(answers.keySet()).hasSize(2).allMatch(answer -> answer.startsWith(prefix));
    int evenShare = REQUESTS / answers.size();
    assertThat(answers.values()).allMatch(count -> count >= evenShare / 4);
  }

  private static void startNode(String node) throws Exception {
    int port = site.startProxy(node);
    site.awaitProxy(port);
    site.startKubeProxy(node, port);
  }
}

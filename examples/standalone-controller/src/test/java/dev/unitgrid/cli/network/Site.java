/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Crds;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.cli.network.OwnNetwork.Backend;
import dev.unitgrid.testkit.controlplane.Confinement;
import dev.unitgrid.testkit.controlplane.ControlPlane;
import dev.unitgrid.testkit.controlplane.Part;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real cluster of two units with the controller's process, and the programs of one node at a
 * time: kube-proxy, with the endpoint proxy before it or without. One thread.
 */
final class Site implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private final Path folder;
  private final Path assets;
  private final Path jar;
  private final ControlPlane plane;
  private final DeployedAgent deployed;
  private final Confinement limits;
  private final Agent controller;
  private final List<Agent> agents = new ArrayList<>();
  private @Nullable Agent proxy;
  private final List<PodServer> pods = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();

  private Site(Path folder, Path assets, Path jar, ControlPlane plane) throws IOException {
    this.folder = folder;
    this.assets = assets;
    this.jar = jar;
    this.plane = plane;
    this.deployed = DeployedAgent.endpointProxy();
    this.limits = Confinement.of(deployed.memoryMebibytes(), deployed.milliCpus());
    kubectl(Crds.yaml(), "apply", "-f", "-");
    this.controller =
        Agent.start(
            folder.resolve("controller.log"),
            List.of(
                "java",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                jar.toString(),
                "controller",
                "--kubeconfig",
                plane.kubeconfig().toString()));
  }

  /** A cluster with the nodes bj-1, bj-2, gz-1 and gz-2. */
  static Site start(Path folder) throws IOException {
    OwnNetwork.require();
    Path assets = Path.of(Objects.requireNonNull(System.getenv("KUBEBUILDER_ASSETS")));
    assertThat(assets.resolve("kube-proxy")).isExecutable();
    Path jar = Path.of(System.getProperty("unitgrid.jar", "target/unitgrid.jar"));
    assertThat(jar).as("the runnable jar, which the phase package makes").isRegularFile();
    ControlPlane plane = ControlPlane.start(assets);
    Site site = new Site(folder, assets, jar, plane);
    site.node("bj-1", "beijing", 1);
    site.node("bj-2", "beijing", 2);
    site.node("gz-1", "guangzhou", 3);
    site.node("gz-2", "guangzhou", 4);
    return site;
  }

  /** kube-proxy writes no rule for 40 s for a node without an address. */
  private void node(String name, String unit, int number) {
    apply(
        """
        apiVersion: v1
        kind: Node
        metadata:
          name: %s
          annotations: {kwok.x-k8s.io/node: fake, node.alpha.kubernetes.io/ttl: "0"}
          labels: {kubernetes.io/hostname: %s, location: %s}
        spec: {podCIDR: 10.244.%d.0/24, podCIDRs: [10.244.%d.0/24]}
        status:
          allocatable: {cpu: "32", memory: 256Gi, pods: "1000"}
          capacity: {cpu: "32", memory: 256Gi, pods: "1000"}
          addresses: [{type: InternalIP, address: 172.31.0.%d}, {type: Hostname, address: %s}]
        """
            .formatted(name, name, unit, number, number, number, name));
  }

  /** kubectl apply. */
  void apply(String manifest) {
    kubectl(manifest, "apply", "-f", "-");
  }

  /** Runs kubectl, with {@code input}; it must end well. */
  String kubectl(String input, String... words) {
    List<String> command =
        new ArrayList<>(List.of("kubectl", "--kubeconfig", plane.kubeconfig().toString()));
    command.addAll(List.of(words));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().write(input.getBytes(UTF_8));
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor()).as(command + ": " + output).isZero();
      return output;
    } catch (IOException | InterruptedException broken) {
      throw new AssertionError(broken);
    }
  }

  /** Moves a node to a unit. */
  void moveNode(String node, String unit) {
    kubectl("", "label", "node", node, "location=" + unit, "--overwrite");
  }

  /** Gives every running pod with a label a server at its address, once there are {@code count}. */
  void servePods(String selector, int count) throws Exception {
    Json running =
        await(
            count + " running pods of " + selector,
            () ->
                Json.parse(
                    kubectl("", "get", "pods", "-l", selector, "-o", "json").getBytes(UTF_8)),
            list ->
                list.get("items").items().stream()
                        .filter(pod -> !pod.get("status", "podIP").asString("").isEmpty())
                        .count()
                    == count);
    for (Json pod : running.get("items").items()) {
      pods.add(
          PodServer.start(
              pod.get("spec", "nodeName").asString(""), pod.get("status", "podIP").asString("")));
    }
  }

  /** The node of each address of a pod. */
  Map<String, String> nodesOfPods() {
    Map<String, String> nodes = new HashMap<>();
    for (Json pod :
        Json.parse(kubectl("", "get", "pods", "-o", "json").getBytes(UTF_8)).get("items").items()) {
      nodes.put(pod.get("status", "podIP").asString(""), pod.get("spec", "nodeName").asString(""));
    }
    return nodes;
  }

  /** The nodes of the pods that have a server. */
  List<String> servedNodes() {
    return pods.stream().map(PodServer::node).toList();
  }

  /** A field of an object, by kubectl's JSONPath. */
  String field(String object, String path) {
    return kubectl("", "get", object, "-o", "jsonpath={" + path + "}");
  }

  /** Waits until a Service has {@code count} endpoints in all. */
  void awaitEndpoints(String service, int count) throws Exception {
    await(
        count + " endpoints of " + service,
        () ->
            kubectl(
                "",
                "get",
                "endpointslices",
                "-l",
                "kubernetes.io/service-name=" + service,
                "-o",
                "jsonpath={range .items[*].endpoints[*]}{.nodeName} {end}"),
        nodes -> nodes.isBlank() ? count == 0 : nodes.strip().split(" ").length == count);
  }

  /** The endpoint proxy of a node, inside the limits of its DaemonSet; its port. */
  int startProxy(String node, String... more) throws Exception {
    int port = freePort();
    List<String> command =
        agent(
            "endpoint-proxy",
            node,
            "--listen",
            "127.0.0.1:" + port,
            "--state-dir",
            folder.resolve("state-" + node).toString());
    command.addAll(List.of(more));
    proxy = Agent.start(folder.resolve("endpoint-proxy-" + node + ".log"), limits.command(command));
    agents.add(proxy);
    return port;
  }

  /** Whether the endpoint proxy that was started last runs inside the limits. */
  boolean isConfined() {
    return proxy != null && limits.holds(proxy.process());
  }

  /** The most memory that endpoint proxies took at one time. */
  long peakMebibytes() {
    return limits.peakBytes() >> 20;
  }

  /** Keeps the hosts file of a node, by the command {@code dns} or {@code node}. */
  Path startNames(String command, String node, String... more) throws IOException {
    Path hosts = folder.resolve("dns-" + node).resolve("hosts");
    List<String> words = agent(command, node, "--hosts-file", hosts.toString());
    words.addAll(List.of(more));
    agents.add(Agent.start(folder.resolve(command + "-" + node + ".log"), words));
    return hosts;
  }

  /** The CoreDNS of a node, as the patches in deploy/ leave it; its port. */
  int startCoreDns(String node, Path hosts) throws Exception {
    int port = freePort();
    String patch = Files.readString(Path.of("../../deploy/coredns/hosts.conf"));
    String corefile =
        """
        .:%d {
            bind 127.0.0.1
            errors
        %s
            kubernetes cluster.local in-addr.arpa ip6.arpa {
                kubeconfig %s
                pods insecure
                fallthrough in-addr.arpa ip6.arpa
                ttl 5
            }
            cache 5
        }
        """
            .formatted(
                port,
                patch.replace("/run/unitgrid/dns/hosts", hosts.toString()),
                plane.kubeconfig());
    Path file = Files.writeString(folder.resolve("Corefile-" + node), corefile);
    agents.add(
        Agent.start(
            folder.resolve("coredns-" + node + ".log"),
            List.of(assets.resolve("coredns").toString(), "-conf", file.toString())));
    await("CoreDNS to listen", () -> isListening(port), listening -> listening);
    return port;
  }

  private static boolean isListening(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  private List<String> agent(String command, String node, String... more) {
    List<String> words = new ArrayList<>(deployed.java());
    words.addAll(
        List.of(
            jar.resolveSibling("unitgrid-node.jar").toString(),
            command,
            "--node",
            node,
            "--kubeconfig",
            plane.kubeconfig().toString()));
    words.addAll(List.of(more));
    return words;
  }

  /** Each version of the slices of a Service as the API server tells it. */
  SliceWatch watchSlices(String service) throws IOException {
    return SliceWatch.start(plane.kubeconfig(), service);
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  /** Waits until the endpoint proxy says that it is ready. */
  void awaitProxy(int port) throws Exception {
    await("the endpoint proxy to be ready", () -> readiness(port), status -> status == 200);
  }

  private int readiness(int port) {
    try {
      return http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readyz"))
                  .timeout(Duration.ofSeconds(5))
                  .build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException notYet) {
      return 0;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  /** The kube-proxy of a node, on the kube-apiserver itself. */
  void startKubeProxy(String node) throws IOException {
    startKubeProxy(node, plane.kubeconfig());
  }

  /** The kube-proxy of a node, behind the endpoint proxy; its kubeconfig names another server. */
  void startKubeProxy(String node, int port) throws IOException {
    String behind =
        Files.readString(plane.kubeconfig())
            .replace(plane.url(), "http://127.0.0.1:" + port)
            .replaceAll(", certificate-authority: \"[^\"]*\"", "");
    startKubeProxy(node, Files.writeString(folder.resolve("kube-proxy-" + node + ".yaml"), behind));
  }

  /** As {@link #startKubeProxy(String, int)}, over TLS and so with its token. */
  void startKubeProxyOverTls(String node, int port, Path authority) throws IOException {
    String behind =
        Files.readString(plane.kubeconfig())
            .replace(plane.url(), "https://127.0.0.1:" + port)
            .replaceAll(
                "certificate-authority: \"[^\"]*\"",
                "certificate-authority: \"" + authority + "\"");
    startKubeProxy(node, Files.writeString(folder.resolve("kube-proxy-" + node + ".yaml"), behind));
  }

  private void startKubeProxy(String node, Path kubeconfig) throws IOException {
    agents.add(
        Agent.start(
            folder.resolve("kube-proxy-" + node + ".log"),
            List.of(
                assets.resolve("kube-proxy").toString(),
                "--kubeconfig",
                kubeconfig.toString(),
                "--hostname-override",
                node,
                "--proxy-mode",
                "iptables",
                "--conntrack-max-per-core",
                "0",
                "--conntrack-tcp-timeout-established",
                "0s",
                "--conntrack-tcp-timeout-close-wait",
                "0s")));
  }

  /** Waits until the endpoint proxy of a node has written down what it knows. */
  void awaitState(String node) throws Exception {
    Path state = folder.resolve("state-" + node);
    await("a snapshot in " + state, () -> hasFile(state), found -> found);
  }

  private static boolean hasFile(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(Files::isRegularFile);
    }
  }

  /** Kills every program of the node, and throws its rules away. */
  void rebootNode() throws InterruptedException {
    for (Agent agent : agents) {
      agent.kill();
    }
    agents.clear();
    OwnNetwork.flushRules();
    assertThat(OwnNetwork.rules()).doesNotContain("KUBE-SEP");
  }

  /** Another node has the name: what the one before wrote down is gone. */
  void forgetState() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (folder.relativize(file).toString().startsWith("state-")) {
          Files.delete(file);
        }
      }
    }
  }

  /** The cloud is away. */
  void cutCloud() {
    plane.kill(Part.KUBE_APISERVER);
  }

  /** The cloud is back. */
  void restoreCloud() {
    plane.restart(Part.KUBE_APISERVER);
  }

  /** Waits for the endpoints that kube-proxy sends a Service's connections to. */
  List<Backend> awaitBackends(String service, Predicate<List<Backend>> expected) throws Exception {
    return await("rules of " + service, () -> OwnNetwork.backends(service), expected);
  }

  /** The last value of {@code ask}, which {@code expected} holds for; waits half a minute. */
  <T> T await(String what, Callable<T> ask, Predicate<T> expected) throws Exception {
    long start = System.nanoTime();
    T last = ask.call();
    while (!expected.test(last)) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new AssertionError(
            String.format(
                Locale.ROOT, "waited %s for %s; it is %s%n%s", PATIENCE, what, last, logs()));
      }
      Thread.sleep(25);
      last = ask.call();
    }
    return last;
  }

  private String logs() {
    StringBuilder all = new StringBuilder();
    all.append(controller.log()).append(":\n").append(controller.endOfLog()).append('\n');
    agents.forEach(
        agent -> all.append(agent.log()).append(":\n").append(agent.endOfLog()).append('\n'));
    return all.toString();
  }

  @Override
  public void close() {
    pods.forEach(PodServer::close);
    agents.forEach(Agent::close);
    controller.close();
    plane.close();
    limits.close();
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the real CoreDNS answers on a node of each unit, with our file before its own answers. */
@Tag("network")
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CoreDnsTest {
  private static final String SERVICE = "servicegrid-demo-svc";
  private static final String BELOW = "." + SERVICE + ".default.svc.cluster.local";
  private static final Duration FILE = Duration.ofSeconds(1);
  private static final Duration DIG = Duration.ofSeconds(7);

  @TempDir private static Path folder;
  private static Site site;
  private static Path hosts;
  private static int beijing;
  private static int guangzhou;

  @BeforeAll
  static void start() throws Exception {
    OwnNetwork.requireDig();
    site = Site.start(folder);
    site.apply(
        """
        apiVersion: superedge.io/v1
        kind: StatefulSetGrid
        metadata: {name: statefulsetgrid-demo, namespace: default}
        spec:
          gridUniqKey: location
          template:
            replicas: 3
            serviceName: servicegrid-demo-svc
            podManagementPolicy: Parallel
            selector: {matchLabels: {appGrid: echo}}
            template:
              metadata: {labels: {appGrid: echo}}
              spec: {containers: [{name: echo, image: "superedge/echoserver:2.2", ports: [{containerPort: 8080}]}]}
        ---
        apiVersion: superedge.io/v1
        kind: ServiceGrid
        metadata: {name: servicegrid-demo, namespace: default}
        spec:
          gridUniqKey: location
          template:
            clusterIP: None
            selector: {appGrid: echo}
            ports: [{protocol: TCP, port: 8080, targetPort: 8080}]
        """);
    site.awaitEndpoints(SERVICE, 6);
    hosts = site.startNames("node", "bj-1", "--listen", "127.0.0.1:0");
    beijing = site.startCoreDns("bj-1", hosts);
    guangzhou = site.startCoreDns("gz-1", site.startNames("dns", "gz-1"));
    follow("beijing", () -> OwnNetwork.dig(beijing, "statefulsetgrid-demo-2" + BELOW), 1);
    follow("guangzhou", () -> OwnNetwork.dig(guangzhou, "statefulsetgrid-demo-2" + BELOW), 1);
  }

  @AfterAll
  static void stop() {
    if (site != null) {
      site.close();
    }
  }

  @Test
  void unit_free_names_are_the_own_units_pods_and_full_names_are_the_same_everywhere() {
    for (int ordinal = 0; ordinal < 3; ordinal++) {
      String unitFree = "statefulsetgrid-demo-" + ordinal + BELOW;
      String here = address("beijing", ordinal);
      String there = address("guangzhou", ordinal);
      assertThat(here).isNotEqualTo(there);
      assertThat(OwnNetwork.dig(beijing, unitFree)).containsExactly(here);
      assertThat(OwnNetwork.dig(guangzhou, unitFree)).containsExactly(there);
      for (int server : new int[] {beijing, guangzhou}) {
        assertThat(OwnNetwork.dig(server, pod("beijing", ordinal) + BELOW)).containsExactly(here);
        assertThat(OwnNetwork.dig(server, pod("guangzhou", ordinal) + BELOW))
            .containsExactly(there);
      }
    }
  }

  @Test
  void other_names_still_resolve_and_addresses_have_the_names_that_they_had() {
    String plain = SERVICE + ".default.svc.cluster.local";
    for (int server : new int[] {beijing, guangzhou}) {
      assertThat(OwnNetwork.dig(server, "kubernetes.default.svc.cluster.local"))
          .containsExactly(site.field("service/kubernetes", ".spec.clusterIP"));
      assertThat(OwnNetwork.dig(server, plain)).hasSize(6);
      assertThat(OwnNetwork.dig(server, "SRV", "_unnamed._tcp." + plain)).isEmpty();
      assertThat(OwnNetwork.dig(server, "statefulsetgrid-demo-9" + BELOW)).isEmpty();
      assertThat(OwnNetwork.dig(server, "AAAA", "statefulsetgrid-demo-0" + BELOW)).isEmpty();
      assertThat(OwnNetwork.dig(server, "-x", address("beijing", 0)))
          .containsExactly(pod("beijing", 0) + BELOW + ".");
      assertThat(OwnNetwork.dig(server, "-x", address("guangzhou", 0)))
          .containsExactly(pod("guangzhou", 0) + BELOW + ".");
    }
  }

  @Test
  void a_pod_that_is_replaced_is_followed() throws Exception {
    String pod = pod("beijing", 1);
    String now = "10.244.200.1";
    try (SliceWatch slices = site.watchSlices(SERVICE)) {
      site.kubectl("", "delete", "pod", pod, "--wait=false");
      slices.await(ready -> !ready.containsKey(pod));
      slices.await(ready -> ready.containsKey(pod));
      // kwok gives the new pod the address of the former one.
      patchStatus(
          "merge", pod, "{\"podIP\":\"" + now + "\",\"podIPs\":[{\"ip\":\"" + now + "\"}]}");
      long told = slices.await(ready -> now.equals(ready.get(pod)));

      within(FILE, told, "the file", () -> fileHas(now + " statefulsetgrid-demo-1" + BELOW));
      within(
          DIG,
          told,
          "dig",
          () -> OwnNetwork.dig(beijing, "statefulsetgrid-demo-1" + BELOW).equals(List.of(now)));
    }
  }

  @Test
  void a_pod_that_becomes_unready_or_is_scaled_away_is_followed() throws Exception {
    String pod = pod("beijing", 2);
    try (SliceWatch slices = site.watchSlices(SERVICE)) {
      slices.await(ready -> ready.containsKey(pod));
      patchStatus("strategic", pod, "{\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\"}]}");
      nameGoes(slices, pod, "statefulsetgrid-demo-2");
      patchStatus("strategic", pod, "{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}");
      slices.await(ready -> ready.containsKey(pod));

      scale(2);
      nameGoes(slices, pod, "statefulsetgrid-demo-2");
      scale(3);
      slices.await(ready -> ready.containsKey(pod));
    }
    follow("it is back", () -> OwnNetwork.dig(beijing, "statefulsetgrid-demo-2" + BELOW), 1);
    follow("it is back", () -> OwnNetwork.dig(guangzhou, "statefulsetgrid-demo-2" + BELOW), 1);
  }

  private static void patchStatus(String type, String pod, String status) {
    String patch = "{\"status\":" + status + "}";
    site.kubectl("", "patch", "pod", pod, "--subresource=status", "--type=" + type, "-p", patch);
  }

  private static void scale(int replicas) {
    String patch = "{\"spec\":{\"template\":{\"replicas\":" + replicas + "}}}";
    site.kubectl("", "patch", "ssg", "statefulsetgrid-demo", "--type=merge", "-p", patch);
  }

  private static void nameGoes(SliceWatch slices, String pod, String unitFree) throws Exception {
    long told = slices.await(ready -> !ready.containsKey(pod));
    within(FILE, told, "the file", () -> !fileHas(" " + unitFree + BELOW) && !fileHas(" " + pod));
    within(DIG, told, "dig", () -> OwnNetwork.dig(beijing, unitFree + BELOW).isEmpty());
    within(DIG, told, "dig", () -> OwnNetwork.dig(beijing, pod + BELOW).isEmpty());
  }

  private static boolean fileHas(String text) throws Exception {
    return Files.readString(hosts).contains(text);
  }

  private static void within(Duration limit, long since, String what, Callable<Boolean> ask)
      throws Exception {
    site.await(what, ask, Boolean::booleanValue);
    Duration took = Duration.ofNanos(System.nanoTime() - since);
    System.out.println(what + " followed after " + took.toMillis() + " ms");
    assertThat(took).as(what).isLessThan(limit);
  }

  private static void follow(String what, Callable<List<String>> ask, int count) throws Exception {
    Predicate<List<String>> expected = answers -> answers.size() == count;
    site.await(what, ask, expected);
  }

  private static String pod(String unit, int ordinal) {
    return "statefulsetgrid-demo-" + unit + "-" + ordinal;
  }

  private static String address(String unit, int ordinal) {
    return site.field("pod/" + pod(unit, ordinal), ".status.podIP");
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.dns;

import static dev.unitgrid.core.Headless.SERVICE;
import static dev.unitgrid.core.Headless.grid;
import static dev.unitgrid.core.Headless.pod;
import static dev.unitgrid.core.Headless.slice;
import static dev.unitgrid.core.Headless.statefulSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.api.Grid;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Children;
import dev.unitgrid.core.Grids;
import dev.unitgrid.core.Headless;
import dev.unitgrid.core.Rule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@Rule(32)
class HeadlessDnsTest {
  private static final Grid DEMO = grid("statefulsetgrid-demo", "location", SERVICE);

  @Test
  void in_each_unit_the_unit_free_name_is_the_own_pod_and_full_names_are_the_units() {
    Site site = Site.of(statefulSet("beijing"), statefulSet("guangzhou"));
    Json both =
        slice(
            SERVICE,
            pod("statefulsetgrid-demo-beijing-0", "10.1.0.1"),
            pod("statefulsetgrid-demo-guangzhou-0", "10.2.0.1"));

    assertThat(site.slice("k", both)).hasSize(1);

    assertThat(site.names())
        .containsExactly(
            Map.entry("statefulsetgrid-demo-0", List.of("10.1.0.1")),
            Map.entry("statefulsetgrid-demo-beijing-0", List.of("10.1.0.1")));
    assertThat(site.dns.localNode(Map.of("location", "guangzhou"))).hasSize(1);
    assertThat(site.names())
        .containsExactly(
            Map.entry("statefulsetgrid-demo-0", List.of("10.2.0.1")),
            Map.entry("statefulsetgrid-demo-guangzhou-0", List.of("10.2.0.1")));
    assertThat(site.dns.localNode(Map.of())).hasSize(1);
    assertThat(site.names()).isEmpty();
  }

  @Test
  void names_are_in_full_under_any_cluster_domain() {
    Site site = new Site(DnsSettings.of("Edge.Example."));
    site.service(Headless.service());
    site.set(statefulSet("beijing"));

    assertThat(site.slice("k", slice("beijing")).get(0).records())
        .extracting(NameRecord::name)
        .containsExactly(
            "statefulsetgrid-demo-0.servicegrid-demo-svc.default.svc.edge.example",
            "statefulsetgrid-demo-beijing-0.servicegrid-demo-svc.default.svc.edge.example");
    assertThatThrownBy(() -> DnsSettings.of("no domain")).hasMessage("\"no domain\" is no domain");
  }

  @Test
  void names_are_never_cut() {
    String unlike = "app-beijing";
    Grid dotted = grid("a.b", "location", SERVICE);
    Site site =
        Site.of(
            statefulSet(grid(unlike, "location", SERVICE), "beijing"),
            statefulSet(grid("app", "location", SERVICE), "beijing"),
            statefulSet(dotted, "beijing"));
    String hashed = Headless.childName(dotted, "beijing");
    assertThat(hashed).doesNotContain(".");

    site.slice(
        "k",
        slice(
            SERVICE,
            pod("app-beijing-beijing-7", "10.1.0.1"),
            pod("app-beijing-1", "10.1.0.2"),
            pod(hashed + "-2", "10.1.0.3")));

    assertThat(site.names())
        .containsExactly(
            Map.entry(hashed + "-2", List.of("10.1.0.3")),
            Map.entry("a.b-2", List.of("10.1.0.3")),
            Map.entry("app-1", List.of("10.1.0.2")),
            Map.entry("app-beijing-1", List.of("10.1.0.2")),
            Map.entry("app-beijing-7", List.of("10.1.0.1")),
            Map.entry("app-beijing-beijing-7", List.of("10.1.0.1")));
  }

  @Test
  void a_unit_named_by_a_number_and_a_long_grid_name_have_their_names() {
    Grid numbered = grid("web", "floor", "web-svc");
    Grid lengthy = grid("x".repeat(60), "floor", "web-svc");
    HeadlessDns<String> dns = new HeadlessDns<>(DnsSettings.of("cluster.local"));
    dns.localNode(Map.of("floor", "1"));
    dns.service(GoverningService.read(Headless.service("web-svc", "floor")).orElseThrow());
    dns.statefulSet(ObservedStatefulSet.read(statefulSet(numbered, "1")));
    dns.statefulSet(ObservedStatefulSet.read(statefulSet(lengthy, "1")));
    String hashed = Headless.childName(lengthy, "1") + "-9";

    Json slice = slice("web-svc", pod("web-1-0", "10.1.0.1"), pod(hashed, "10.1.0.2"));
    ServiceNames names = dns.slice("k", SliceNames.read(slice.toBytes())).get(0);

    String below = ".web-svc.default.svc.cluster.local";
    assertThat(names.records())
        .extracting(NameRecord::name)
        .containsExactlyInAnyOrder(
            "web-0" + below, "web-1-0" + below, "x".repeat(60) + "-9" + below, hashed + below);
  }

  @Test
  void a_name_that_dns_cannot_hold_is_withheld_and_said() {
    Grid longest = grid("x".repeat(70), "location", SERVICE);
    Site site = Site.of(statefulSet(longest, "beijing"));
    String pod = Headless.childName(longest, "beijing") + "-0";

    site.slice("k", slice(SERVICE, pod(pod, "10.1.0.1")));

    assertThat(site.names()).containsOnlyKeys(pod);
    assertThat(site.withheld()).singleElement().asString().contains("too long");
  }

  @Test
  void a_real_pods_name_wins_over_an_equal_unit_free_one_and_the_loser_is_withheld() {
    Grid a = grid("a", "location", SERVICE);
    Grid a1 = grid("a-1", "location", SERVICE);
    Site site = Site.of(statefulSet(a, "1"), statefulSet(a1, "beijing"));

    site.slice("k", slice(SERVICE, pod("a-1-0", "10.9.0.1"), pod("a-1-beijing-0", "10.1.0.1")));

    assertThat(site.names()).containsOnlyKeys("a-1-beijing-0");
    assertThat(site.dns.namesOf(Site.DEMO).withheld())
        .containsExactly(
            new Withheld(
                "a-1-0.servicegrid-demo-svc.default.svc.cluster.local",
                "it would be the pod a-1-beijing-0, but a pod of that name exists"));
  }

  @Test
  void a_pod_that_is_not_ready_or_not_seen_has_its_name_too() {
    Grid a1 = grid("a-1", "location", SERVICE);
    Json notReady = pod("a-1-0", "10.9.0.1").with("conditions", Json.object("ready", false));
    Site unready = Site.of(statefulSet(a1, "beijing"));
    unready.slice("k", slice(SERVICE, notReady, pod("a-1-beijing-0", "10.1.0.1")));
    assertThat(unready.names()).containsOnlyKeys("a-1-beijing-0");

    // Behind the endpoint proxy the pods of other units are not seen, but their StatefulSets are.
    Site unseen =
        Site.of(statefulSet(a1, "beijing"), statefulSet(grid("a", "location", SERVICE), "1"));
    unseen.slice(
        "k", slice(SERVICE, pod("a-1-beijing-0", "10.1.0.1"), pod("a-1-beijing-3", "10.1.0.4")));
    assertThat(unseen.names()).containsOnlyKeys("a-1-3", "a-1-beijing-0", "a-1-beijing-3");
    assertThat(unseen.withheld()).singleElement().asString().contains("StatefulSet a-1 has");
  }

  @Test
  void readiness_and_publish_not_ready_addresses_decide_as_in_the_clusters_own_dns() {
    Site site = Site.of(statefulSet("beijing"));
    Json unready =
        pod("statefulsetgrid-demo-beijing-0", "10.1.0.1")
            .with("conditions", Json.object("ready", false));
    Json silent = pod("statefulsetgrid-demo-beijing-1", "10.1.0.2").without("conditions");

    site.slice("k", slice(SERVICE, unready, silent));
    assertThat(site.names())
        .containsOnlyKeys("statefulsetgrid-demo-1", "statefulsetgrid-demo-beijing-1");

    site.service(
        Headless.service().withAt(List.of("spec", "publishNotReadyAddresses"), Json.of(true)));
    assertThat(site.names()).hasSize(4);
  }

  @Test
  void both_families_are_answered_each_address_once() {
    Site site = Site.of(statefulSet("beijing"));
    String pod = "statefulsetgrid-demo-beijing-0";
    site.slice("4", slice("IPv4", SERVICE, pod(pod, "10.1.0.1")));
    site.slice("again", slice("IPv4", SERVICE, pod(pod, "10.1.0.1")));
    site.slice("6", slice("IPv6", SERVICE, pod(pod, "fd00:1::1")));
    site.slice("fqdn", slice("FQDN", SERVICE, pod(pod, "not.an.address")));

    assertThat(site.names())
        .containsEntry("statefulsetgrid-demo-0", List.of("10.1.0.1", "fd00:1::1"))
        .containsEntry(pod, List.of("10.1.0.1", "fd00:1::1"));
  }

  @Test
  void ordinals_may_start_anywhere_and_are_the_pods_own() {
    Json set =
        statefulSet(DEMO, "beijing")
            .withAt(List.of("spec", "ordinals"), Json.object("start", 5))
            .withAt(List.of("spec", "replicas"), Json.of(2));
    Site site = Site.of(set);

    site.slice(
        "k",
        slice(
            SERVICE,
            pod("statefulsetgrid-demo-beijing-5", "10.1.0.5"),
            pod("statefulsetgrid-demo-beijing-05", "10.1.0.6"),
            pod("statefulsetgrid-demo-beijing-", "10.1.0.7"),
            pod("statefulsetgrid-demo-beijing-x", "10.1.0.8")));

    assertThat(site.names())
        .containsOnlyKeys("statefulsetgrid-demo-5", "statefulsetgrid-demo-beijing-5");
  }

  @Test
  void what_is_no_pod_of_the_set_has_no_name() {
    Site site = Site.of(statefulSet("beijing"));
    Json byHand = pod("statefulsetgrid-demo-beijing-0", "10.1.0.1").without("targetRef");
    Json other =
        pod("statefulsetgrid-demo-beijing-1", "10.1.0.2")
            .withAt(List.of("targetRef", "name"), Json.of("somebody"));
    Json nameless = pod("statefulsetgrid-demo-beijing-2", "10.1.0.3").without("hostname");

    site.slice("k", slice(SERVICE, byHand, other, nameless));

    assertThat(site.names()).isEmpty();
  }

  @Test
  void a_slice_of_no_grids_service_is_not_read_whatever_is_in_it() {
    Json slice = slice("beijing");
    Json foreign =
        slice.withAt(
            List.of("metadata", "labels"), Json.object("kubernetes.io/service-name", SERVICE));

    assertThat(SliceNames.read(slice.toBytes()).isEmpty()).isFalse();
    assertThat(SliceNames.read(foreign.toBytes()).isEmpty()).isTrue();
  }

  @Test
  void only_a_service_of_the_same_unit_key_counts() {
    Site site = Site.of(statefulSet("beijing"));
    site.slice("k", slice("beijing"));
    assertThat(site.names()).hasSize(2);

    site.service(Headless.service(SERVICE, "zone"));
    assertThat(site.names()).isEmpty();

    Json byHand = Headless.service().withAt(List.of("metadata", "ownerReferences"), Json.array());
    assertThat(GoverningService.read(byHand)).isEmpty();
    site.service(Headless.service());
    assertThat(site.dns.serviceRemoved(Site.DEMO)).hasSize(1);
    assertThat(site.names()).isEmpty();
  }

  @Test
  void a_child_that_superedge_made_is_told_by_its_node_selector_and_name() {
    Grid grid = Grids.statefulSetGrid();
    Site site = Site.of(Children.bySuperEdge(grid, "beijing"));
    site.slice("k", slice("beijing"));
    assertThat(site.names()).hasSize(2);

    site.set(
        Children.bySuperEdge(grid, "beijing")
            .withAt(
                List.of("spec", "template", "spec", "nodeSelector", "location"),
                Json.of("guangzhou")));
    assertThat(site.names()).isEmpty();
    assertThat(site.withheld()).singleElement().asString().contains("should be named");
  }

  @Test
  void a_statefulset_that_no_grid_controls_gives_no_unit_free_names_but_keeps_its_own() {
    Json plain =
        statefulSet("beijing")
            .withAt(List.of("metadata", "name"), Json.of("statefulsetgrid-demo"))
            .withAt(List.of("metadata", "ownerReferences"), Json.array());
    Site site = Site.of(plain, statefulSet("beijing"));

    site.slice("k", slice("beijing"));

    assertThat(site.names()).containsOnlyKeys("statefulsetgrid-demo-beijing-0");
  }

  @Test
  void two_statefulsets_of_one_grid_and_unit_have_no_unit_free_names() {
    Json twin = statefulSet("beijing").withAt(List.of("metadata", "name"), Json.of("twin"));
    Site site = Site.of(statefulSet("beijing"), twin);

    site.slice(
        "k",
        slice(
            SERVICE, pod("twin-0", "10.1.0.9"), pod("statefulsetgrid-demo-beijing-0", "10.1.0.1")));

    assertThat(site.names()).containsOnlyKeys("statefulsetgrid-demo-beijing-0", "twin-0");
    assertThat(site.withheld()).allMatch(why -> why.contains("several StatefulSets"));
  }

  @Test
  void after_a_change_of_the_unit_key_the_services_key_decides() {
    Grid byZone = grid("statefulsetgrid-demo", "zone", SERVICE);
    Site site = Site.of(statefulSet("beijing"), statefulSet(byZone, "z1"));
    site.dns.localNode(Map.of("location", "beijing", "zone", "z1"));
    site.slice(
        "k",
        slice(
            SERVICE,
            pod("statefulsetgrid-demo-beijing-0", "10.1.0.1"),
            pod("statefulsetgrid-demo-z1-0", "10.1.0.2")));
    assertThat(site.names()).containsEntry("statefulsetgrid-demo-0", List.of("10.1.0.1"));

    site.service(Headless.service(SERVICE, "zone"));

    assertThat(site.names()).containsEntry("statefulsetgrid-demo-0", List.of("10.1.0.2"));
  }

  @Test
  void a_change_costs_the_work_of_one_service_and_one_of_nothing_that_names_need_costs_none() {
    Site site = Site.of(statefulSet("beijing"));
    site.service(Headless.service("other-svc", "location"));
    site.slice("k", slice("beijing"));
    long before = site.dns.worked();

    assertThat(site.slice("k", slice("beijing").with("ports", Json.array()))).isEmpty();
    assertThat(site.set(statefulSet("beijing"))).isEmpty();
    assertThat(site.dns.node("gz-1", Map.of("location", "x"))).isEmpty();
    assertThat(site.slice("far", slice("far-svc", pod("far-0", "10.3.0.1").without("hostname"))))
        .isEmpty();
    assertThat(site.dns.worked()).isEqualTo(before);

    site.slice("k", slice(SERVICE, pod("statefulsetgrid-demo-beijing-0", "10.1.0.9")));
    assertThat(site.dns.worked()).isEqualTo(before + 1);
  }

  @Test
  void names_that_come_out_the_same_again_are_not_kept_twice() {
    Site site = Site.of(statefulSet("beijing"));
    List<ServiceNames> told = site.slice("k", slice("beijing"));
    long before = site.dns.worked();

    site.set(statefulSet("guangzhou"));

    assertThat(site.dns.worked()).isEqualTo(before + 1);
    assertThat(site.dns.namesOf(Site.DEMO)).isSameAs(told.get(0));
  }

  @Test
  void what_would_break_a_line_of_the_file_costs_its_endpoint_only() {
    Site site = Site.of(statefulSet("beijing"));

    site.slice(
        "k",
        slice(
            SERVICE,
            pod("statefulsetgrid-demo-beijing-0", "10.1.0.1\n10.6.6.6 evil"),
            pod("statefulsetgrid-demo-beijing-1", "10.1.0.2")));

    assertThat(site.names())
        .containsOnlyKeys("statefulsetgrid-demo-1", "statefulsetgrid-demo-beijing-1");
  }

  @Test
  void closed_the_plain_name_of_a_headless_service_answers_the_units_ready_pods() {
    Site site = new Site(new DnsSettings("cluster.local", true));
    site.service(Headless.service());
    site.dns.node("bj-1", Map.of("location", "beijing"));
    site.dns.node("gz-1", Map.of("location", "guangzhou"));
    Json here = pod("here", "10.1.0.1").without("hostname");
    Json there = pod("there", "10.2.0.1").without("hostname").with("nodeName", Json.of("gz-1"));
    Json unready = here.with("addresses", Json.array(Json.of("10.1.0.2")));
    unready = unready.with("conditions", Json.object("ready", false));

    site.slice("k", slice(SERVICE, here, there, unready));
    assertThat(site.names()).containsExactly(Map.entry("", List.of("10.1.0.1")));

    assertThat(site.dns.node("gz-1", Map.of("location", "beijing"))).hasSize(1);
    assertThat(site.names()).containsExactly(Map.entry("", List.of("10.1.0.1", "10.2.0.1")));

    site.dns.nodeRemoved("gz-1");
    site.slice("k", slice(SERVICE, there, unready));
    assertThat(site.names())
        .as("without an own pod nobody, for a query without a record is answered with all pods")
        .containsExactly(Map.entry("", List.of(Naming.NOBODY)));

    site.service(Headless.service().withAt(List.of("spec", "clusterIP"), Json.of("10.96.0.7")));
    assertThat(site.names()).isEmpty();
  }

  @Test
  void open_the_plain_name_is_left_to_the_clusters_own_dns() {
    Site site = Site.of(statefulSet("beijing"));
    site.slice("k", slice("beijing"));

    assertThat(site.names()).doesNotContainKey("");
  }
}

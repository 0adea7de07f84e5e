/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.dns;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.dns.DnsSettings;
import dev.unitgrid.node.Rule;
import dev.unitgrid.node.cache.NodeCache;
import dev.unitgrid.testkit.LinkCut;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DnsAgentTest {
  private static final ResourceType POD = new ResourceType("", "v1", "Pod", "pods", true);
  private static final DnsSettings OPEN = DnsSettings.of("cluster.local");

  private final NamedSite site = new NamedSite(1);

  @AfterEach
  void end() {
    site.close();
  }

  @Test
  @Rule(32)
  void the_file_has_the_units_own_pods_by_both_names() {
    site.start();

    assertThat(site.names()).isEqualTo(site.truth("beijing", 0, 1));
    assertThat(site.writes()).isEqualTo(1);
    assertThat(site.problems()).isEmpty();
    assertThat(site.agent().state().names()).isEqualTo(4);
  }

  @Test
  @Rule(33)
  void before_the_first_complete_lists_the_file_stays_as_it_is() {
    site.disk().put(NamedSite.HOSTS, "127.0.0.1 localhost\n".getBytes(UTF_8));
    try (LinkCut cut = site.cluster().faults().cutLink()) {
      site.agent().start();
      site.run(Duration.ofMinutes(2));
      assertThat(site.text()).isEqualTo("127.0.0.1 localhost\n");
      assertThat(site.agent().state().current()).isFalse();
      assertThat(site.problems()).anyMatch(problem -> problem.contains("stays as it is"));
    }
    site.runUntil(() -> site.agent().state().current());

    assertThat(site.text()).startsWith("127.0.0.1 localhost\n");
    assertThat(site.names()).containsAllEntriesOf(site.truth("beijing", 0, 1));
  }

  @Test
  void while_the_cloud_is_away_the_file_stays_and_a_restart_changes_nothing() {
    site.start();
    String before = site.text();
    try (LinkCut cut = site.cluster().faults().cutLink()) {
      site.cluster().delete(POD, "default", "web-beijing-0");
      site.run(Duration.ofMinutes(5));
      assertThat(site.text()).isEqualTo(before);
      site.replaceBy(site.agent(OPEN));
      site.agent().start();
      site.run(Duration.ofMinutes(5));
      assertThat(site.text()).isEqualTo(before);
    }
    site.runUntil(() -> site.agent().state().current() && !site.text().equals(before));

    assertThat(site.names()).isEqualTo(site.truth("beijing", 0, 1));
    assertThat(site.writes()).isEqualTo(2);
  }

  @Test
  void a_restart_writes_nothing_that_the_file_already_says() {
    site.start();
    site.replaceBy(site.agent(OPEN));
    site.start();
    site.run(Duration.ofMinutes(10));

    assertThat(site.writes()).isEqualTo(1);
  }

  @Test
  void a_pod_that_is_replaced_is_followed_within_a_second() {
    site.start();
    String before = site.addressOf("web-beijing-0");
    site.cluster().delete(POD, "default", "web-beijing-0");

    site.runUntil(
        () -> isReady("web-beijing-0") && !site.addressOf("web-beijing-0").equals(before));
    site.run(Duration.ofSeconds(1));

    assertThat(site.names()).isEqualTo(site.truth("beijing", 0, 1));
  }

  @Test
  void a_pod_that_is_scaled_away_has_no_name_after_a_second() {
    site.start();
    site.scale("web-beijing", 1);

    site.runUntil(() -> site.cluster().find(POD, "default", "web-beijing-1").isEmpty());
    site.run(Duration.ofSeconds(1));

    assertThat(site.names()).isEqualTo(site.truth("beijing", 0));
  }

  @Test
  void what_happens_to_one_service_is_one_write_and_what_happens_in_other_units_none() {
    site.start();
    site.scale("web-guangzhou", 5);
    site.service("other");
    site.statefulSet("other", "guangzhou", 3);
    site.cluster().node("gz-9", Map.of("location", "guangzhou"));
    site.run(Duration.ofMinutes(1));
    assertThat(site.writes()).isEqualTo(1);

    site.scale("web-beijing", 3);
    site.runUntil(() -> isReady("web-beijing-2"));
    site.run(Duration.ofSeconds(5));

    assertThat(site.names()).isEqualTo(site.truth("beijing", 0, 1, 2));
    assertThat(site.writes()).isEqualTo(2);
  }

  @Test
  void a_node_that_changes_its_unit_gets_the_new_units_names() {
    site.start();
    site.cluster().label("bj-1", Map.of("location", "guangzhou"));
    site.run(Duration.ofSeconds(1));

    assertThat(site.names()).isEqualTo(site.truth("guangzhou", 0, 1));

    site.cluster().unlabel("bj-1", "location");
    site.run(Duration.ofSeconds(1));
    assertThat(site.names()).isEmpty();
  }

  @Test
  void names_live_on_while_there_is_no_node_of_that_name() {
    site.start();
    site.cluster().deleteNode("bj-1");
    site.run(Duration.ofSeconds(2));
    site.scale("web-guangzhou", 3);
    site.run(Duration.ofSeconds(20));

    assertThat(site.names()).containsKeys("web-0", "web-1");
    assertThat(site.problems()).singleElement().asString().contains("no node bj-1");

    site.cluster().node("bj-1", Map.of("location", "guangzhou"));
    site.run(Duration.ofSeconds(2));
    assertThat(site.names()).isEqualTo(site.truth("guangzhou", 0, 1, 2));
  }

  @Test
  void a_disk_that_refuses_is_one_line_a_metric_and_another_try() {
    site.disk().refuse("Read-only file system");
    site.agent().start();
    site.run(Duration.ofMinutes(2));
    assertThat(site.failures()).isBetween(4, 12);
    assertThat(site.problems())
        .singleElement()
        .asString()
        .contains("/run/unitgrid/hosts cannot be written", "Read-only file system");

    site.disk().refuse("");
    site.runUntil(() -> site.agent().state().current());
    assertThat(site.problems()).isEmpty();
    assertThat(site.names()).isEqualTo(site.truth("beijing", 0, 1));
  }

  @Test
  void a_full_disk_leaves_the_former_file() {
    site.start();
    String before = site.text();
    site.disk().fillAfter(50);
    site.scale("web-beijing", 3);
    site.run(Duration.ofMinutes(1));
    assertThat(site.text()).isEqualTo(before);
    assertThat(site.disk().names(NamedSite.HOSTS.getParent())).containsExactly("hosts");

    site.disk().fillAfter(Long.MAX_VALUE);
    site.run(Duration.ofMinutes(1));
    assertThat(site.names()).isEqualTo(site.truth("beijing", 0, 1, 2));
  }

  @Test
  void a_writing_that_fails_for_a_bug_is_tried_again_too() {
    site.disk().failForABug(1);
    site.start();

    assertThat(site.bugs()).hasSize(1);
    assertThat(site.names()).isEqualTo(site.truth("beijing", 0, 1));
    assertThat(site.problems()).isEmpty();
  }

  @Test
  void a_file_that_another_hand_changed_is_put_right_within_a_minute() throws Exception {
    site.start();
    site.disk().delete(NamedSite.HOSTS);
    site.run(Duration.ofSeconds(70));

    assertThat(site.names()).isEqualTo(site.truth("beijing", 0, 1));
  }

  @Test
  void closed_plain_names_answer_the_units_own_pods() {
    site.replaceBy(site.agent(new DnsSettings("cluster.local", true)));
    site.start();
    String plain = "web-svc.default.svc.cluster.local";
    String first = site.addressOf("web-beijing-0");
    String second = site.addressOf("web-beijing-1");

    assertThat(List.of(site.names().get(plain).split(",")))
        .containsExactlyInAnyOrder(first, second);
  }

  @Test
  void in_one_process_with_the_endpoint_proxy_it_reads_the_same_feeds_and_says_the_same() {
    site.start();
    String alone = site.text();
    DnsAgent shared = site.agent(OPEN);
    try (NodeCache cache =
        NodeCache.builder(
                "bj-1",
                site.cluster().transport("node"),
                site.simulation().scheduler(),
                new Random(1))
            .taps(shared.taps())
            .build()) {
      site.replaceBy(shared);
      site.disk().put(NamedSite.HOSTS, new byte[0]);
      cache.start();
      shared.start();
      site.runUntil(() -> shared.state().current());
      assertThat(cache.state().serving()).isTrue();
      assertThat(site.text()).isEqualTo(alone);
      assertThat(shared.state().watches()).hasSize(1);

      site.scale("web-beijing", 1);
      site.run(Duration.ofSeconds(10));
      assertThat(site.names()).isEqualTo(site.truth("beijing", 0));
    }
  }

  private boolean isReady(String pod) {
    return site.cluster()
        .find(POD, "default", pod)
        .filter(
            found ->
                found.get("status", "conditions").items().stream()
                    .anyMatch(
                        each ->
                            each.get("type").equals(Json.of("Ready"))
                                && each.get("status").equals(Json.of("True"))))
        .isPresent();
  }
}

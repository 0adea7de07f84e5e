/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.TransportException;
import dev.unitgrid.testkit.SimulationTest.Frames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultsTest {
  private static final ApiRequest NODES = ApiRequest.get("/api/v1/nodes");

  private Simulation simulation;
  private SimulatedCluster cluster;

  @BeforeEach
  void start() {
    simulation = Simulation.of(11);
    cluster = simulation.cluster();
    cluster.nodes("location=beijing", "bj-1", "bj-2");
  }

  @AfterEach
  void stop() {
    simulation.close();
  }

  private CompletableFuture<ApiResponse> sent(ApiRequest request) {
    CompletableFuture<ApiResponse> future = cluster.transport().send(request);
    simulation.run(Duration.ofMinutes(1));
    return future;
  }

  private Frames watching() {
    Frames frames = new Frames();
    cluster.transport().watch(NODES, frames);
    simulation.run(Duration.ofSeconds(1));
    assertThat(frames.heard).containsExactly("open", "ADDED bj-1", "ADDED bj-2");
    frames.heard.clear();
    return frames;
  }

  @Test
  void the_nth_list_is_refused_and_the_next_is_not() {
    cluster.faults().on(Verb.LIST, "nodes").nth(2).status(503);
    assertThat(sent(NODES).join().status()).isEqualTo(200);
    assertThat(sent(NODES).join().status()).isEqualTo(503);
    assertThat(sent(NODES).join().status()).isEqualTo(200);
    assertThat(cluster.requests())
        .extracting(RecordedRequest::status)
        .containsExactly(200, 503, 200);
  }

  @Test
  void a_429_says_when_to_come_back() {
    cluster.faults().on(Verb.LIST, "nodes").status(429, Duration.ofSeconds(3));
    ApiResponse response = sent(NODES).join();
    assertThat(response.status()).isEqualTo(429);
    assertThat(response.header("Retry-After")).contains("3");
    assertThat(Json.parse(response.body()).get("reason")).isEqualTo(Json.of("TooManyRequests"));
  }

  @Test
  void a_reset_before_has_no_effect_and_one_after_has() {
    byte[] map = "{\"metadata\":{\"name\":\"a\"}}".getBytes(StandardCharsets.UTF_8);
    ApiRequest create = ApiRequest.post("/api/v1/namespaces/default/configmaps", map);
    ResourceType type = new ResourceType("", "v1", "ConfigMap", "configmaps", true);
    cluster.faults().on(Verb.CREATE, "configmaps").nth(1).resetBefore();
    cluster.faults().on(Verb.CREATE, "configmaps").nth(1).resetAfter();
    CompletableFuture<ApiResponse> before = sent(create);
    assertThat(catchThrowable(before::join)).hasCauseInstanceOf(TransportException.class);
    assertThat(cluster.list(type, "default")).isEmpty();
    CompletableFuture<ApiResponse> after = sent(create);
    assertThat(catchThrowable(after::join)).hasCauseInstanceOf(TransportException.class);
    assertThat(cluster.names(type, "default")).containsExactly("a");
  }

  @Test
  void a_request_that_hangs_ends_with_its_own_timeout() {
    cluster.faults().on(Verb.LIST, "nodes").hang();
    CompletableFuture<ApiResponse> hanging = sent(NODES.timeout(Duration.ofSeconds(5)));
    assertThat(catchThrowable(hanging::join)).hasCauseInstanceOf(TransportException.class);
  }

  @Test
  void a_list_breaks_on_its_second_page() {
    cluster.faults().on(Verb.LIST, "nodes").page(2).status(500);
    ApiResponse first = sent(NODES.query("limit", "1")).join();
    String token = Json.parse(first.body()).get("metadata", "continue").asString("");
    assertThat(first.status()).isEqualTo(200);
    assertThat(sent(NODES.query("limit", "1").query("continue", token)).join().status())
        .isEqualTo(500);
  }

  @Test
  void a_lagging_server_lists_an_older_world() {
    String version =
        Json.parse(sent(NODES).join().body()).get("metadata", "resourceVersion").asString("");
    cluster.deleteNode("bj-1");
    cluster.faults().on(Verb.LIST, "nodes").nth(1).lagging(version);
    Json old = Json.parse(sent(NODES).join().body());
    assertThat(old.get("items").items()).hasSize(2);
    assertThat(old.get("metadata", "resourceVersion")).isEqualTo(Json.of(version));
    assertThat(Json.parse(sent(NODES).join().body()).get("items").items()).hasSize(1);
  }

  @Test
  void a_silent_watch_hears_nothing_more_not_even_the_end() {
    Frames frames = watching();
    cluster.faults().silenceWatches("nodes");
    cluster.deleteNode("bj-1");
    cluster.restart();
    simulation.run(Duration.ofHours(1));
    assertThat(frames.heard).isEmpty();
  }

  @Test
  void a_truncated_watch_breaks_and_delivers_no_half_frame() {
    Frames frames = watching();
    cluster.faults().truncateWatches("nodes");
    cluster.deleteNode("bj-1");
    cluster.deleteNode("bj-2");
    simulation.run(Duration.ofSeconds(1));
    assertThat(frames.heard).containsExactly("broken");
    assertThat(cluster.server().openWatches()).isZero();
  }

  @Test
  void a_poisoned_frame_replaces_one_event() {
    Frames frames = watching();
    cluster.faults().poisonWatches("nodes");
    cluster.deleteNode("bj-1");
    cluster.deleteNode("bj-2");
    simulation.run(Duration.ofSeconds(1));
    assertThat(frames.heard).containsExactly("MODIFIED -", "DELETED bj-2");
  }

  @Test
  void an_expired_watch_gets_410_in_the_stream_and_the_end() {
    Frames frames = watching();
    cluster.faults().expireWatches("nodes");
    simulation.run(Duration.ofSeconds(1));
    assertThat(frames.heard).containsExactly("ERROR -", "closed");
  }

  @Test
  void a_watch_from_before_a_compaction_gets_410_in_the_stream() {
    String version =
        Json.parse(sent(NODES).join().body()).get("metadata", "resourceVersion").asString("");
    cluster.deleteNode("bj-1");
    cluster.compact();
    Frames frames = new Frames();
    cluster.transport().watch(NODES.query("resourceVersion", version), frames);
    simulation.run(Duration.ofSeconds(1));
    assertThat(frames.heard).containsExactly("open", "ERROR -", "closed");
  }

  @Test
  void bookmarks_come_each_minute_to_those_who_allow_them() {
    Frames frames = new Frames();
    cluster.transport().watch(NODES.query("allowWatchBookmarks", "true"), frames);
    simulation.run(Duration.ofSeconds(130));
    // The first says that what was there before has been told.
    assertThat(frames.heard.stream().filter(one -> one.startsWith("BOOKMARK"))).hasSize(3);
  }

  @Test
  void a_closed_watch_hears_nothing_more_and_is_closed_on_the_server() {
    Frames frames = new Frames();
    var watch = cluster.transport().watch(NODES, frames);
    simulation.run(Duration.ofSeconds(1));
    frames.heard.clear();
    watch.close();
    cluster.deleteNode("bj-1");
    simulation.run(Duration.ofSeconds(1));
    assertThat(frames.heard).isEmpty();
    assertThat(cluster.server().openWatches()).isZero();
  }

  @Test
  void a_watch_may_be_refused() {
    cluster.faults().on(Verb.WATCH, "nodes").status(410);
    Frames frames = new Frames();
    cluster.transport().watch(NODES, frames);
    simulation.run(Duration.ofSeconds(1));
    assertThat(frames.heard).containsExactly("refused 410");
  }

  private static ApiRequest create(String name) {
    byte[] map = ("{\"metadata\":{\"name\":\"" + name + "\"}}").getBytes(StandardCharsets.UTF_8);
    return ApiRequest.post("/api/v1/namespaces/default/configmaps", map);
  }

  @Test
  void a_create_is_met_by_the_name_in_its_body() {
    cluster.faults().on(Verb.CREATE, "configmaps").named("b").status(500);
    assertThat(sent(create("a")).join().status()).isEqualTo(201);
    assertThat(sent(create("b")).join().status()).isEqualTo(500);
  }

  @Test
  void a_failure_after_the_effect_is_told_though_it_is_done() {
    cluster.faults().onWrites("configmaps").named("a").nth(1).statusAfter(500);
    assertThat(sent(create("a")).join().status()).isEqualTo(500);
    assertThat(sent(create("a")).join().status()).isEqualTo(409);
  }

  @Test
  void a_rule_about_everything_meets_one_user() {
    cluster.faults().onAll().byUser("slow").latency(Duration.ofSeconds(30));
    CompletableFuture<ApiResponse> slow = cluster.transport("slow").send(NODES);
    CompletableFuture<ApiResponse> other = cluster.transport("other").send(NODES);
    simulation.run(Duration.ofSeconds(10));
    assertThat(other).isDone();
    assertThat(slow).isNotDone();
    simulation.run(Duration.ofSeconds(21));
    assertThat(slow.join().status()).isEqualTo(200);
  }

  @Test
  void a_cut_link_breaks_watches_and_resets_requests_until_it_is_healed() {
    Frames frames = watching();
    try (LinkCut cut = cluster.faults().cutLink()) {
      simulation.run(Duration.ofSeconds(1));
      assertThat(frames.heard).containsExactly("broken");
      assertThat(catchThrowable(sent(NODES)::join)).hasCauseInstanceOf(TransportException.class);
    }
    assertThat(sent(NODES).join().status()).isEqualTo(200);
  }

  @Test
  void a_link_that_is_cut_silently_tells_nobody() {
    Frames frames = watching();
    try (LinkCut cut = cluster.faults().cutLinkSilently("admin")) {
      cluster.deleteNode("bj-1");
      CompletableFuture<ApiResponse> hanging = cluster.transport().send(NODES);
      simulation.run(Duration.ofSeconds(10));
      assertThat(frames.heard).isEmpty();
      assertThat(hanging).isNotDone();
      assertThat(cluster.transport("other").send(NODES)).isNotNull();
      simulation.run(Duration.ofMinutes(1));
      assertThat(catchThrowable(hanging::join)).hasCauseInstanceOf(TransportException.class);
    }
    assertThat(cluster.log().by("other").answered(200).count()).isEqualTo(1);
  }

  @Test
  void a_restart_ends_watches_and_keeps_history_unless_it_is_compacted() {
    String version =
        Json.parse(sent(NODES).join().body()).get("metadata", "resourceVersion").asString("");
    Frames first = watching();
    cluster.deleteNode("bj-1");
    cluster.restart();
    simulation.run(Duration.ofSeconds(1));
    assertThat(first.heard).containsExactly("DELETED bj-1", "closed");
    Frames second = new Frames();
    cluster.transport().watch(NODES.query("resourceVersion", version), second);
    simulation.run(Duration.ofSeconds(1));
    assertThat(second.heard).containsExactly("open", "DELETED bj-1");
    cluster.compact();
    cluster.restart();
    Frames third = new Frames();
    cluster.transport().watch(NODES.query("resourceVersion", version), third);
    simulation.run(Duration.ofSeconds(1));
    assertThat(third.heard).containsExactly("open", "ERROR -", "closed");
  }

  @Test
  void a_rule_about_what_is_no_resource_is_refused_with_the_name_that_is_meant() {
    Map<String, String> meant =
        Map.of(
            "configmap", "configmaps",
            "cm", "configmaps",
            "ConfigMap", "configmaps",
            "deployment", "deployments.apps",
            "deployments", "deployments.apps",
            "deployments.app", "deployments.apps",
            "lease.coordination.k8s.io", "leases.coordination.k8s.io",
            "nodse", "nodes");
    meant.forEach(
        (said, name) ->
            assertThatThrownBy(() -> cluster.faults().on(Verb.CREATE, said))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no resource is named \"" + said + "\"")
                .hasMessageEndingWith("the nearest is \"" + name + "\""));
    assertThatThrownBy(() -> cluster.faults().silenceWatches("node"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_rule_may_come_before_the_definition_of_its_resource() {
    cluster.faults().on(Verb.CREATE, "widgets.example.com").status(503);
    assertThat(cluster.faults().unused()).containsExactly("CREATE widgets.example.com: " + STATUS);
    cluster.apply(
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: widgets.example.com}
        spec:
          group: example.com
          scope: Namespaced
          names: {plural: widgets, singular: widget, kind: Widget}
          versions:
          - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
        """);
    byte[] widget = "{\"metadata\":{\"name\":\"a\"}}".getBytes(StandardCharsets.UTF_8);
    String path = "/apis/example.com/v1/namespaces/default/widgets";
    assertThat(sent(ApiRequest.post(path, widget)).join().status()).isEqualTo(503);
    assertThatThrownBy(() -> cluster.faults().on(Verb.CREATE, "widget.example.com"))
        .hasMessageEndingWith("the nearest is \"widgets.example.com\"");
  }

  private static final String STATUS = "Status[code=503, retryAfter=Optional.empty]";

  @Test
  void a_rule_that_met_nothing_is_told() {
    cluster.faults().on(Verb.LIST, "nodes").nth(1).status(503);
    cluster.faults().on(Verb.LIST, "pods").named("a").times(2).status(503);
    sent(NODES);
    assertThat(cluster.faults().unused()).containsExactly("LIST pods named a 2 times: " + STATUS);
    assertThatThrownBy(cluster.faults()::expectUsed)
        .isInstanceOf(ExpectationError.class)
        .hasMessageContaining("LIST pods named a");
    assertThat(cluster.describe()).contains("fault without a request: LIST pods named a");
  }

  @Test
  void a_rule_that_says_nothing_of_what_happens_is_told_by_the_next() {
    cluster.faults().on(Verb.LIST, "nodes").times(1);
    assertThatThrownBy(() -> cluster.faults().onAll())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("does not say what happens")
        .hasMessageContaining("LIST nodes");
  }

  @Test
  void a_rule_that_says_nothing_of_what_happens_is_told_at_the_end() {
    TestCluster own = TestCluster.start();
    own.faults().on(Verb.LIST, "nodes").times(1);
    assertThatThrownBy(own::close).hasMessageContaining("does not say what happens");
  }

  @Test
  void what_is_no_failure_is_refused() {
    FaultRule rule = cluster.faults().onAll();
    for (int code : new int[] {99, 200, 302, 600}) {
      assertThatThrownBy(() -> rule.status(code)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> rule.statusAfter(code)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> rule.status(429, Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> rule.times(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> rule.nth(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> rule.page(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nobody_is_told_to_come_back_too_early() {
    cluster.faults().on(Verb.LIST, "nodes").status(429, Duration.ofMillis(1500));
    assertThat(sent(NODES).join().header("Retry-After")).contains("2");
  }
}

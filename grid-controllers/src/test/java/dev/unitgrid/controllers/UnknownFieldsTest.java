/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.runtime.transport.Watch;
import dev.unitgrid.runtime.transport.WatchListener;
import dev.unitgrid.testkit.Verb;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Templates with fields that the API server does not know, as SuperEdge's own have. */
@Rule(7)
class UnknownFieldsTest {
  private static final String ANNOTATION = "unitgrid.dev/unknown-fields";

  private final SimulatedWorld world = SimulatedWorld.ofTwoUnits(1);

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void two_units_with_one_unknown_field_are_made_without_it_and_the_condition_says_so() {
    converge("echo:1");
    assertThat(world.deployments()).containsExactly("demo-beijing", "demo-guangzhou");
    assertThat(world.childWriteCounts())
        .isEqualTo(Map.of("CREATE deployments.apps 201", 2, "CREATE deployments.apps 400", 2));
    assertThat(condition("TemplateNormalized").get("message").asString(""))
        .isEqualTo(
            "units beijing, guangzhou: left out, because the API server (1.34) refuses it:"
                + " unknown field \"spec.template.spec.selector\", unknown field"
                + " \"spec.template.spec.containers[0].stray\"");
    assertThat(condition("WriteFailed").get("status").asString("False")).isEqualTo("False");
    assertThat(remembered("demo-beijing"))
        .isEqualTo(
            "{\"1.34\":[\"spec.template.spec.containers[].stray\","
                + "\"spec.template.spec.selector\"]}");
  }

  @Test
  @Rule({7, 16})
  void a_restart_writes_nothing_and_is_refused_nothing() {
    converge("echo:1").close();
    world.forget();
    world.start();
    world.run(Duration.ofMinutes(25));
    assertThat(world.writes()).isEmpty();
  }

  @Test
  @Rule({7, 16})
  void a_restart_at_an_api_server_that_does_not_tell_its_version_writes_nothing() {
    converge("echo:1").close();
    world.forget();
    start("");
    world.run(Duration.ofMinutes(25));
    assertThat(world.writes()).isEmpty();
  }

  @Test
  @Rule({7, 14})
  void a_changed_image_costs_one_apply_a_unit_after_a_restart_too() {
    converge("echo:1").close();
    world.forget();
    world.start();
    world.cluster.apply(grid("echo:2"));
    world.settle();
    assertThat(world.childWriteCounts()).isEqualTo(Map.of("APPLY deployments.apps 200", 2));
    assertThat(world.deployment("demo-beijing").toString()).contains("echo:2");
    assertThat(world.isReady("demo")).isTrue();
  }

  @Test
  @Rule({7, 14})
  void a_field_that_comes_later_is_asked_for_once_and_left_out_of_the_apply() {
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
    world.start();
    world.settle();
    world.forget();
    world.cluster.apply(grid("echo:2"));
    world.settle();
    assertThat(world.childWriteCounts())
        .isEqualTo(
            Map.of(
                "PATCH deployments.apps 200", 2,
                "APPLY deployments.apps 500", 2,
                "CREATE deployments.apps 400", 2,
                "APPLY deployments.apps 200", 2));
    assertThat(world.deployment("demo-beijing").toString()).contains("echo:2");
    assertThat(world.isReady("demo")).isTrue();
    assertThat(condition("TemplateNormalized").get("status").asString("")).isEqualTo("True");
  }

  @Test
  void a_template_without_the_field_ends_the_condition_and_the_memory() {
    converge("echo:1");
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
    world.settle();
    assertThat(remembered("demo-beijing")).isEmpty();
    assertThat(condition("TemplateNormalized").get("status").asString("False")).isEqualTo("False");
  }

  @Test
  void an_upgraded_api_server_that_knows_no_more_is_asked_once_and_restarts_no_pod() {
    converge("echo:1").close();
    Json spec = world.deployment("demo-beijing").get("spec");
    world.forget();
    start("1.35");
    world.run(Duration.ofMinutes(25));
    assertThat(world.childWriteCounts())
        .isEqualTo(
            Map.of(
                "APPLY deployments.apps 500", 2,
                "CREATE deployments.apps 400", 2,
                "PATCH deployments.apps 200", 2,
                "APPLY deployments.apps 200", 2));
    assertThat(remembered("demo-beijing")).startsWith("{\"1.35\":");
    assertThat(world.deployment("demo-beijing").get("spec")).isEqualTo(spec);
  }

  @Test
  void an_api_server_that_is_upgraded_meanwhile_is_asked_again_within_a_quarter_of_an_hour() {
    Versioned transport = new Versioned(world.cluster.transport(SimulatedWorld.ENGINE), "1.34");
    world.cluster.apply(grid("echo:1"));
    world.start(engine(transport));
    world.settle();
    world.forget();
    transport.version = "1.35";
    world.run(Duration.ofMinutes(15));
    assertThat(remembered("demo-beijing")).startsWith("{\"1.35\":");
    assertThat(world.childWriteCounts()).containsEntry("APPLY deployments.apps 500", 2);
  }

  @Test
  void a_service_is_made_without_an_unknown_field_too() {
    world.cluster.apply(
        Manifests.serviceGrid("web").replace("  template:\n", "  template:\n    stray: 1\n"));
    world.start();
    world.settle();
    assertThat(world.childWriteCounts())
        .isEqualTo(Map.of("CREATE services 400", 1, "CREATE services 201", 1));
  }

  @Test
  void nobody_asks_for_the_version_where_nothing_is_left_out() {
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
    world.start();
    world.settle();
    assertThat(world.cluster.requests()).noneMatch(request -> request.path().equals("/version"));
  }

  @Test
  @Rule({7, 26})
  void a_refusal_that_cannot_be_heeded_is_a_failure_and_no_loop() {
    world.cluster.faults().on(Verb.CREATE, "deployments.apps").status(400);
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
    world.start();
    world.run(Duration.ofHours(1));
    assertThat(world.childWrites()).hasSizeBetween(2 * 12, 2 * 26);
    assertThat(condition("WriteFailed").get("status").asString("")).isEqualTo("True");
  }

  private GridEngine converge(String image) {
    world.cluster.apply(grid(image));
    GridEngine engine = world.start();
    world.settle();
    assertThat(world.isReady("demo")).isTrue();
    return engine;
  }

  /** SuperEdge's edge-coredns has a selector in its pod template. */
  private static String grid(String image) {
    return Manifests.deploymentGrid("demo", image)
        .replace(
            "        containers:\n        - name: echo\n",
            "        selector:\n          k8s-app: dns\n"
                + "        containers:\n        - name: echo\n          stray: 1\n");
  }

  private void start(String version) {
    world.start(engine(new Versioned(world.cluster.transport(SimulatedWorld.ENGINE), version)));
  }

  private GridEngine.Builder engine(ApiTransport transport) {
    return GridEngine.builder(transport)
        .scheduler(world.simulation.scheduler())
        .random(new Random(3));
  }

  private Json condition(String type) {
    return SimulatedWorld.condition(world.grid("demo"), type);
  }

  private String remembered(String name) {
    return world.deployment(name).get("metadata", "annotations", ANNOTATION).asString("");
  }

  /** An API server that says it is of another version; it tells none if that is empty. */
  private static final class Versioned implements ApiTransport {
    private final ApiTransport transport;
    private String version;

    Versioned(ApiTransport transport, String version) {
      this.transport = transport;
      this.version = version;
    }

    @Override
    public CompletableFuture<ApiResponse> send(ApiRequest request) {
      return request.path().equals("/version")
          ? CompletableFuture.completedFuture(answer())
          : transport.send(request);
    }

    private ApiResponse answer() {
      String[] parts = version.split("\\.", -1);
      String body =
          version.isEmpty()
              ? "{\"kind\":\"Status\",\"code\":403,\"message\":\"forbidden\"}"
              : "{\"major\":\"" + parts[0] + "\",\"minor\":\"" + parts[1] + "+\"}";
      return new ApiResponse(
          version.isEmpty() ? 403 : 200, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Watch watch(ApiRequest request, WatchListener listener) {
      return transport.watch(request, listener);
    }
  }
}

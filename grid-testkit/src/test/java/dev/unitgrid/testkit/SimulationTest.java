/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.runtime.transport.TransportException;
import dev.unitgrid.runtime.transport.WatchListener;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulationTest {
  static final class Frames implements WatchListener {
    final List<String> heard = new ArrayList<>();

    @Override
    public void onOpen() {
      heard.add("open");
    }

    @Override
    public void onFrame(byte[] frame) {
      Json event = Json.parse(new String(frame, StandardCharsets.UTF_8));
      heard.add(
          event.get("type").asString("")
              + " "
              + event.get("object", "metadata", "name").asString("-"));
    }

    @Override
    public void onRefused(ApiResponse response) {
      heard.add("refused " + response.status());
    }

    @Override
    public void onClosed(TransportException cause) {
      heard.add(cause == null ? "closed" : "broken");
    }
  }

  private static List<String> run(long seed) {
    try (Simulation simulation = Simulation.of(seed)) {
      Frames frames = new Frames();
      ApiTransport transport = simulation.cluster().transport();
      transport.watch(ApiRequest.get("/apis/apps/v1/deployments"), frames);
      simulation.cluster().nodes("location=beijing", "bj-1", "bj-2");
      simulation.cluster().apply(TestClusterTest.deployment("demo", 3, "beijing", "echo:1"));
      simulation.run(Duration.ofSeconds(30));
      simulation.cluster().apply(TestClusterTest.deployment("demo", 3, "beijing", "echo:2"));
      simulation.run(Duration.ofSeconds(30));
      Json demo = simulation.cluster().get(ResourceType.DEPLOYMENT, "default", "demo");
      assertThat(demo.get("status", "updatedReplicas")).isEqualTo(Json.of(3));
      frames.heard.add(simulation.cluster().describe() + simulation.clock().instant());
      return frames.heard;
    }
  }

  @Test
  void equal_seeds_give_equal_runs() {
    assertThat(run(7)).isEqualTo(run(7)).contains("open", "ADDED demo", "MODIFIED demo");
  }

  @Test
  void time_passes_only_when_it_is_run() {
    try (Simulation simulation = Simulation.of(1)) {
      var before = simulation.clock().instant();
      simulation.run(Duration.ofDays(1));
      assertThat(simulation.clock().instant()).isEqualTo(before.plus(Duration.ofDays(1)));
    }
  }

  @Test
  void a_task_that_throws_fails_the_run_with_the_seed() {
    try (Simulation simulation = Simulation.of(99)) {
      simulation
          .scheduler()
          .execute(
              () -> {
                throw new IllegalStateException("boom");
              });
      assertThatThrownBy(() -> simulation.run(Duration.ofSeconds(1)))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("seed 99")
          .hasMessageContaining("boom");
    }
  }

  @Test
  void a_condition_that_never_holds_fails_with_the_seed() {
    try (Simulation simulation = Simulation.of(5)) {
      assertThatThrownBy(() -> simulation.runUntil(() -> false, Duration.ofSeconds(1)))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("seed 5");
    }
  }

  @Test
  void a_cancelled_task_does_not_run() {
    try (Simulation simulation = Simulation.of(5)) {
      List<String> ran = new ArrayList<>();
      simulation.scheduler().schedule(Duration.ofSeconds(1), () -> ran.add("a")).cancel();
      simulation.scheduler().schedule(Duration.ofSeconds(1), () -> ran.add("b"));
      simulation.run(Duration.ofSeconds(2));
      assertThat(ran).containsExactly("b");
    }
  }
}

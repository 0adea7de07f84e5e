/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.Verb;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;

class RandomScheduleTest {
  private static final List<String> UNITS = List.of("beijing", "guangzhou", "shanghai", "wuhan");
  private static final List<String> GRIDS = List.of("demo", "second", "demo-beijing");
  private static final int STEPS = 25;

  @Property(tries = 30, shrinking = ShrinkingMode.OFF)
  @Rule({2, 10, 12, 14, 16, 17})
  void whatever_happens_a_fresh_engine_finds_nothing_left_to_do(@ForAll long seed) {
    assertNothingIsLeftToDo(seed);
  }

  @Property(tries = 2_500, shrinking = ShrinkingMode.OFF)
  @Tag("slow")
  void whatever_happens_a_fresh_engine_finds_nothing_left_to_do_at_length(@ForAll long seed) {
    assertNothingIsLeftToDo(seed);
  }

  private static void assertNothingIsLeftToDo(long seed) {
    try (SimulatedWorld world = SimulatedWorld.ofTwoUnits(seed)) {
      Schedule schedule = new Schedule(world, new Random(seed));
      for (int step = 0; step < STEPS; step++) {
        schedule.step();
      }
      world.cluster.faults().clear();
      world.run(Duration.ofHours(1));
      schedule.restart();
      world.run(Duration.ofMinutes(2));
      assertThat(world.childWrites()).as("seed %s: writes of a fresh engine", seed).isEmpty();
      schedule.assertEveryUnitHasItsChild(seed);
    }
  }

  /** What happens in one run; all from one seed. */
  private static final class Schedule {
    private final SimulatedWorld world;
    private final Random random;
    private final Map<String, String> unitByNode = new TreeMap<>();
    private final Map<String, String> imageByGrid = new TreeMap<>();
    private GridEngine engine;

    Schedule(SimulatedWorld world, Random random) {
      this.world = world;
      this.random = random;
      for (int i = 1; i <= 3; i++) {
        unitByNode.put("bj-" + i, "beijing");
        unitByNode.put("gz-" + i, "guangzhou");
      }
      this.engine = world.start();
    }

    void step() {
      switch (random.nextInt(11)) {
        case 0, 1, 2 -> applyGrid();
        case 3 -> moveNode();
        case 4 -> addNode();
        case 5 -> deleteGrid();
        case 6 -> deleteChild();
        case 7 -> drift();
        case 8 -> fault();
        case 9 -> cut();
        default -> restart();
      }
      world.run(Duration.ofMillis(random.nextInt(random.nextBoolean() ? 50 : 20_000)));
    }

    private void applyGrid() {
      String grid = pick(GRIDS);
      String image = "echo:" + random.nextInt(5);
      imageByGrid.put(grid, image);
      world.cluster.apply(
          Manifests.deploymentGrid(grid, image, "  emptyUnitGracePeriodSeconds: 30\n"));
    }

    private void moveNode() {
      String node = pick(List.copyOf(unitByNode.keySet()));
      String unit = pick(UNITS);
      unitByNode.put(node, unit);
      world.cluster.label(node, Map.of("location", unit));
    }

    private void addNode() {
      String node = "n-" + unitByNode.size();
      String unit = pick(UNITS);
      unitByNode.put(node, unit);
      world.cluster.nodes("location=" + unit, node);
    }

    private void deleteGrid() {
      String grid = pick(GRIDS);
      if (imageByGrid.remove(grid) != null) {
        world.cluster.delete(dev.unitgrid.api.GridKind.DEPLOYMENT_GRID.type(), "default", grid);
      }
    }

    private void deleteChild() {
      if (!world.deployments().isEmpty()) {
        world.cluster.delete(ResourceType.DEPLOYMENT, "default", pick(world.deployments()));
      }
    }

    private void drift() {
      if (!world.deployments().isEmpty()) {
        world.cluster.merge(
            ResourceType.DEPLOYMENT,
            "default",
            pick(world.deployments()),
            Json.parse("{\"spec\":{\"replicas\":" + (2 + random.nextInt(3)) + "}}"));
      }
    }

    private void fault() {
      Verb verb = pick(List.of(Verb.CREATE, Verb.APPLY, Verb.PATCH, Verb.DELETE, Verb.LIST));
      String resource = pick(List.of("deployments.apps", "deploymentgrids.superedge.io", "nodes"));
      var rule =
          world
              .cluster
              .faults()
              .on(verb, resource)
              .byUser(SimulatedWorld.ENGINE)
              .times(1 + random.nextInt(3));
      switch (random.nextInt(5)) {
        case 0 -> rule.status(500);
        case 1 -> rule.status(429, Duration.ofSeconds(1 + random.nextInt(5)));
        case 2 -> rule.resetBefore();
        case 3 -> rule.resetAfter();
        default -> rule.latency(Duration.ofSeconds(random.nextInt(10)));
      }
    }

    private void cut() {
      String resource = pick(List.of("deployments.apps", "deploymentgrids.superedge.io", "nodes"));
      switch (random.nextInt(5)) {
        case 0 -> world.cluster.faults().resetWatches(resource);
        case 1 -> world.cluster.faults().expireWatches(resource);
        case 2 -> world.cluster.faults().silenceWatches(resource);
        case 3 -> world.cluster.faults().truncateWatches(resource);
        default -> world.cluster.compact();
      }
    }

    void restart() {
      engine.close();
      world.forget();
      engine = world.start();
    }

    /** Children of units that have nodes; the brake may keep some of empty ones. */
    void assertEveryUnitHasItsChild(long seed) {
      imageByGrid.forEach(
          (grid, image) -> {
            for (String unit : new TreeSet<>(unitByNode.values())) {
              assertThat(
                      world.cluster.list(ResourceType.DEPLOYMENT, "default").stream()
                          .filter(child -> isOf(child, grid, unit))
                          .map(child -> child.get("spec", "template", "spec"))
                          .map(
                              pod ->
                                  pod.get("containers").items().get(0).get("image").asString("")))
                  .as("seed %s: images of grid %s in unit %s", seed, grid, unit)
                  .containsExactly(image);
            }
          });
    }

    private static boolean isOf(Json child, String grid, String unit) {
      Json annotations = child.get("metadata", "annotations");
      return annotations.get("unitgrid.dev/grid").asString("").equals(grid)
          && annotations.get("unitgrid.dev/unit").asString("").equals(unit);
    }

    private <T> T pick(List<T> from) {
      return from.get(random.nextInt(from.size()));
    }
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.federation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.Rule;
import dev.unitgrid.testkit.Faults;
import dev.unitgrid.testkit.LinkCut;
import dev.unitgrid.testkit.SimulatedCluster;
import dev.unitgrid.testkit.Verb;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;

/**
 * Links are cut, lists broken off, servers and controllers restarted, grids edited and deleted, all
 * at random: no workload is deleted but with its grid, and in the end every status is exact.
 */
class RandomFederationTest {
  private static final String[] CLUSTERS = {"cluster-a", "cluster-b"};
  private static final List<String> GRIDS = List.of("demo", "second");
  private static final int STEPS = 20;

  @Property(tries = 3, shrinking = ShrinkingMode.OFF)
  @Rule({34, 35, 36, 37})
  void whatever_is_cut_no_workload_goes_and_every_status_is_exact_in_the_end(@ForAll long seed) {
    run(seed);
  }

  @Tag("slow")
  @Property(tries = 300, shrinking = ShrinkingMode.OFF)
  @Rule({34, 35, 36, 37})
  void whatever_is_cut_three_hundred_times(@ForAll long seed) {
    run(seed);
  }

  private static void run(long seed) {
    try (SimulatedFederation federation = SimulatedFederation.running(seed, CLUSTERS)) {
      Schedule schedule = new Schedule(federation, new Random(seed));
      for (int step = 0; step < STEPS; step++) {
        schedule.step();
      }
      schedule.heal();
      federation.run(Duration.ofMinutes(15));
      schedule.assertExact(seed);
      federation.forgetRequests();
      federation.run(Duration.ofMinutes(3));
      assertThat(federation.writes()).as("seed %s: writes when all is done", seed).isEmpty();
    }
  }

  /** What happens in one run; all from one seed. */
  private static final class Schedule {
    private final SimulatedFederation federation;
    private final Random random;
    private final Map<String, String> imageByGrid = new TreeMap<>();
    private final Map<String, Map<String, String>> living = new TreeMap<>();
    private final List<LinkCut> cuts = new ArrayList<>();

    Schedule(SimulatedFederation federation, Random random) {
      this.federation = federation;
      this.random = random;
      apply("demo");
    }

    void step() {
      switch (random.nextInt(12)) {
        case 0, 1 -> apply(pick(GRIDS));
        case 2 -> delete(pick(GRIDS));
        case 3 -> cutLink();
        case 4 -> healLinks();
        case 5 -> breakList();
        case 6 -> breakWatches();
        case 7 -> pick(clusters()).restart();
        case 8 -> restartParent();
        case 9 -> restartChild(pick(List.of(CLUSTERS)));
        case 10 -> editCopy();
        default -> refuse();
      }
      federation.run(Duration.ofMillis(random.nextInt(random.nextBoolean() ? 200 : 60_000)));
      assertNothingVanished();
    }

    private List<SimulatedCluster> clusters() {
      List<SimulatedCluster> all = new ArrayList<>(federation.children.values());
      all.add(federation.parent);
      return all;
    }

    private void apply(String grid) {
      String image = "echo:" + random.nextInt(5);
      imageByGrid.put(grid, image);
      federation.parent.apply(SimulatedFederation.grid(grid, image));
    }

    private void delete(String grid) {
      if (imageByGrid.remove(grid) != null) {
        federation.parent.delete(GridKind.DEPLOYMENT_GRID.type(), "default", grid);
        living
            .values()
            .forEach(uids -> uids.keySet().removeIf(name -> name.startsWith(grid + "-")));
      }
    }

    private void cutLink() {
      Faults faults = federation.parent.faults();
      String user = SimulatedFederation.childUser(pick(List.of(CLUSTERS)));
      cuts.add(random.nextBoolean() ? faults.cutLink(user) : faults.cutLinkSilently(user));
    }

    private void healLinks() {
      cuts.forEach(LinkCut::close);
      cuts.clear();
    }

    private void breakList() {
      SimulatedCluster cluster = pick(clusters());
      var rule =
          cluster
              .faults()
              .on(Verb.LIST, pick(List.of("deploymentgrids.superedge.io", "nodes", "namespaces")))
              .times(1 + random.nextInt(3));
      if (random.nextBoolean()) {
        rule.truncated();
      } else {
        rule.status(500);
      }
      cluster.faults().expireWatches("deploymentgrids.superedge.io");
    }

    private void breakWatches() {
      Faults faults = pick(clusters()).faults();
      String resource =
          pick(
              List.of(
                  "deploymentgrids.superedge.io",
                  "nodes",
                  "namespaces",
                  "leases.coordination.k8s.io"));
      switch (random.nextInt(3)) {
        case 0 -> faults.resetWatches(resource);
        case 1 -> faults.silenceWatches(resource);
        default -> faults.truncateWatches(resource);
      }
    }

    private void refuse() {
      var rule =
          pick(clusters())
              .faults()
              .onWrites("deploymentgrids.superedge.io")
              .times(1 + random.nextInt(3));
      switch (random.nextInt(3)) {
        case 0 -> rule.status(500);
        case 1 -> rule.resetAfter();
        default -> rule.resetBefore();
      }
    }

    private void restartParent() {
      federation.stopParent();
      federation.startParent();
    }

    private void restartChild(String cluster) {
      federation.stopChild(cluster);
      federation.startChild(cluster);
    }

    private void editCopy() {
      String cluster = pick(List.of(CLUSTERS));
      List<String> copies = federation.copies(cluster);
      if (copies.isEmpty()) {
        return;
      }
      String copy = pick(copies);
      if (random.nextBoolean()) {
        federation.parent.delete(GridKind.DEPLOYMENT_GRID.type(), cluster, copy);
      } else {
        federation.parent.merge(
            GridKind.DEPLOYMENT_GRID.type(),
            cluster,
            copy,
            Json.parse("{\"spec\":{\"emptyUnitGracePeriodSeconds\":77}}"));
      }
    }

    void heal() {
      healLinks();
      clusters().forEach(cluster -> cluster.faults().clear());
    }

    /** A Deployment that was made for a source lives on while that source does. */
    private void assertNothingVanished() {
      TreeSet<String> sources = sourceUids();
      for (String cluster : CLUSTERS) {
        Map<String, String> now = sourceByDeployment(cluster);
        Map<String, String> before = new TreeMap<>(living.getOrDefault(cluster, Map.of()));
        before.values().retainAll(sources);
        assertThat(now.keySet())
            .as("seed %s: Deployments of %s", federation.simulation.seed(), cluster)
            .containsAll(before.keySet());
        living.put(cluster, now);
      }
    }

    private TreeSet<String> sourceUids() {
      TreeSet<String> uids = new TreeSet<>();
      federation
          .parent
          .list(GridKind.DEPLOYMENT_GRID.type(), "default")
          .forEach(source -> uids.add(source.get("metadata", "uid").asString("")));
      return uids;
    }

    /** By the uid of a Deployment: the uid of the source that it was made for. */
    private Map<String, String> sourceByDeployment(String cluster) {
      SimulatedCluster child = federation.child(cluster);
      Map<String, String> sourceByGrid = new TreeMap<>();
      child
          .list(GridKind.DEPLOYMENT_GRID.type(), "default")
          .forEach(
              grid ->
                  sourceByGrid.put(
                      grid.get("metadata", "uid").asString(""),
                      grid.get("metadata", "annotations", Annotations.SOURCE_UID).asString("")));
      Map<String, String> sources = new TreeMap<>();
      for (Json deployment : child.list(ResourceType.DEPLOYMENT, "default")) {
        deployment
            .get("metadata", "ownerReferences")
            .items()
            .forEach(
                owner ->
                    sources.put(
                        deployment.get("metadata", "uid").asString(""),
                        sourceByGrid.getOrDefault(owner.get("uid").asString(""), "")));
      }
      return sources;
    }

    void assertExact(long seed) {
      for (String cluster : CLUSTERS) {
        assertThat(federation.copies(cluster))
            .as("seed %s: copies in %s", seed, cluster)
            .containsExactlyElementsOf(imageByGrid.keySet());
        assertThat(grids(cluster))
            .as("seed %s: grids of %s that are no orphans", seed, cluster)
            .containsExactlyElementsOf(imageByGrid.keySet());
      }
      imageByGrid.forEach((grid, image) -> assertExact(seed, grid, image));
    }

    /** A grid whose copy a hand deleted just before its source was, has been orphaned (RULE 35). */
    private List<String> grids(String cluster) {
      return federation.child(cluster).list(GridKind.DEPLOYMENT_GRID.type(), "default").stream()
          .map(grid -> grid.get("metadata"))
          .filter(metadata -> !metadata.get("annotations").has(Annotations.ORPHANED_SINCE))
          .map(metadata -> metadata.get("name").asString(""))
          .toList();
    }

    private void assertExact(long seed, String grid, String image) {
      Json source = federation.source(grid);
      assertThat(SimulatedFederation.states(source))
          .as("seed %s: states of %s", seed, grid)
          .isEqualTo(new TreeSet<>(List.of("zone1", "zone2")));
      assertThat(source.get("status", "observedGeneration"))
          .as("seed %s: observed generation of %s", seed, grid)
          .isEqualTo(source.get("metadata", "generation"));
      assertThat(federation.isReady(grid))
          .as("seed %s: %s is ready: %s", seed, grid, source.get("status"))
          .isTrue();
      assertThat(SimulatedFederation.holds(source, "Degraded"))
          .as("seed %s: %s is degraded: %s", seed, grid, source.get("status"))
          .isFalse();
      int zone = 0;
      for (String cluster : CLUSTERS) {
        zone++;
        Json deployment =
            federation
                .child(cluster)
                .get(ResourceType.DEPLOYMENT, "default", grid + "-zone" + zone);
        assertThat(
                deployment
                    .get("spec", "template", "spec", "containers")
                    .items()
                    .get(0)
                    .get("image"))
            .as("seed %s: image of %s in %s", seed, grid, cluster)
            .isEqualTo(Json.of(image));
      }
    }

    private <T> T pick(List<T> from) {
      return from.get(random.nextInt(from.size()));
    }
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.federation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.Rule;
import dev.unitgrid.testkit.RecordedRequest;
import dev.unitgrid.testkit.cluster.ClusterPart;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many clusters and many grids in one process: the work is proportional to the change. */
class FederationScaleTest {
  @Test
  @Rule(34)
  void eight_clusters_of_four_grids() {
    run(8, 4);
  }

  @Tag("slow")
  @Test
  @Rule(34)
  void a_hundred_clusters_of_fifty_grids() {
    run(100, 50);
  }

  private static void run(int clusters, int grids) {
    try (SimulatedFederation federation = start(clusters)) {
      for (int i = 0; i < grids; i++) {
        federation.parent.apply(SimulatedFederation.grid("demo-" + i, "echo:1"));
      }
      // Not until a condition holds: it would be looked at after each of millions of tasks.
      federation.run(Duration.ofMinutes(10));
      assertThat(observed(federation, grids))
          .as("grids that all clusters act upon")
          .isEqualTo(grids);
      assertThat(copyWrites(federation, "CREATE")).as("copies created").isEqualTo(clusters * grids);
      assertThat(copyWrites(federation, "PATCH")).as("copies changed").isZero();
      assertThat(holds(federation)).as("finalizers").isEqualTo(clusters * grids);

      federation.forgetRequests();
      federation.run(Duration.ofMinutes(10));
      assertThat(federation.writes()).as("idle").isEmpty();

      federation.parent.merge(
          GridKind.DEPLOYMENT_GRID.type(),
          "default",
          "demo-0",
          Json.parse("{\"spec\":{\"emptyUnitGracePeriodSeconds\":60}}"));
      federation.settle();
      assertThat(copyWrites(federation, "PATCH")).as("one grid changed").isEqualTo(clusters);
      assertThat(localWrites(federation)).as("its grids in the children").isEqualTo(clusters);
    }
  }

  /** Workloads have no pods: what is counted are writes about grids. */
  private static SimulatedFederation start(int clusters) {
    String[] names =
        IntStream.range(0, clusters)
            .mapToObj(i -> String.format(Locale.ROOT, "cluster-%03d", i))
            .toArray(String[]::new);
    SimulatedFederation federation = new SimulatedFederation(5, names);
    federation.startParent();
    for (String name : names) {
      federation.child(name).around().turnOff(ClusterPart.values());
      federation.child(name).nodes("zone=" + name, "node-1");
      federation.startChild(name);
    }
    return federation;
  }

  private static long observed(SimulatedFederation federation, int grids) {
    return IntStream.range(0, grids)
        .mapToObj(i -> federation.source("demo-" + i).get("status"))
        .filter(status -> status.get("observedGeneration").asLong(0) == 1)
        .filter(
            status ->
                status.get("clusters").items().size() == federation.children.size()
                    && status.get("units").asLong(0) == federation.children.size())
        .count();
  }

  private static long copyWrites(SimulatedFederation federation, String verb) {
    return gridWrites(SimulatedFederation.writes(federation.parent)).stream()
        .filter(request -> request.user().equals(SimulatedFederation.ENGINE))
        .filter(request -> request.verb().name().equals(verb))
        .count();
  }

  private static long holds(SimulatedFederation federation) {
    return gridWrites(SimulatedFederation.writes(federation.parent)).stream()
        .filter(request -> !request.user().equals(SimulatedFederation.ENGINE))
        .count();
  }

  private static long localWrites(SimulatedFederation federation) {
    return federation.children.values().stream()
        .mapToLong(child -> gridWrites(SimulatedFederation.writes(child)).size())
        .sum();
  }

  private static List<RecordedRequest> gridWrites(List<RecordedRequest> writes) {
    return writes.stream()
        .filter(request -> request.resource().startsWith("deploymentgrids"))
        .filter(request -> request.subresource().isEmpty())
        .toList();
  }
}

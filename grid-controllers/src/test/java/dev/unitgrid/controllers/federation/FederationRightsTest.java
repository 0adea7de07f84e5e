/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.federation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.Deployed;
import dev.unitgrid.controllers.Manifests;
import dev.unitgrid.controllers.Rule;
import dev.unitgrid.controllers.truth.RoleRules;
import dev.unitgrid.testkit.SimulatedCluster;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The Roles of many clusters suffice, and no verb of them is left over. */
class FederationRightsTest {
  @Test
  @Rule(34)
  void with_the_deployed_roles_nothing_is_forbidden_and_no_verb_is_left_over() {
    try (SimulatedFederation federation = new SimulatedFederation(3, "cluster-a", "cluster-b")) {
      liveThroughEverything(federation);
      SimulatedCluster child = federation.child("cluster-a");
      assertAllUsed("federation-parent", federation.parent, SimulatedFederation.ENGINE);
      assertAllUsed("federation-child", child, SimulatedFederation.ENGINE);
      assertAllUsed(
          "cluster-namespace", federation.parent, SimulatedFederation.childUser("cluster-a"));
    }
  }

  private static void assertAllUsed(String folder, SimulatedCluster cluster, String user) {
    Set<String> allowed = new TreeSet<>();
    Deployed.objects(folder, "role").forEach(role -> allowed.addAll(RoleRules.deeds(role)));
    assertThat(cluster.requests()).as(folder).noneMatch(request -> request.status() == 403);
    assertThat(allowed)
        .as(folder)
        .isNotEmpty()
        .isSubsetOf(
            cluster.requests().stream()
                .filter(request -> request.user().equals(user))
                .map(RoleRules::deed)
                .collect(Collectors.toSet()));
  }

  private static void liveThroughEverything(SimulatedFederation federation) {
    federation.child("cluster-a").nodes("zone=zone1", "node-1");
    federation.startParent();
    federation.startChild(
        "cluster-a", federation.childBuilder("cluster-a", "cluster-a").createNamespaces(true));
    federation.run(Duration.ofMinutes(1));
    federation.startChild("cluster-b", federation.childBuilder("cluster-b", "cluster-a"));
    federation.parent.apply("{apiVersion: v1, kind: Namespace, metadata: {name: edge}}");
    List<String> manifests =
        List.of(
            SimulatedFederation.grid("dep", "echo:1"),
            SimulatedFederation.fed(Manifests.statefulSetGrid("set", "echo:1")),
            SimulatedFederation.fed(Manifests.serviceGrid("web")));
    manifests.forEach(
        grid -> federation.parent.apply(grid.replace("namespace: default", "namespace: edge")));
    federation.settle();
    for (GridKind kind : GridKind.values()) {
      String name = federation.parent.names(kind.type(), "edge").get(0);
      federation.parent.merge(
          kind.type(),
          "edge",
          name,
          Json.parse("{\"metadata\":{\"labels\":{\"more\":\"label\"}}}"));
      federation.settle();
      federation.parent.delete(kind.type(), "edge", name);
    }
    federation.settle();
  }
}

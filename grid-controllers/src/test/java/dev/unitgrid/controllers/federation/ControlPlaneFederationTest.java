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
import dev.unitgrid.controllers.Manifests;
import dev.unitgrid.controllers.Rule;
import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.testkit.controlplane.Part;
import dev.unitgrid.testkit.controlplane.User;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Three real control planes, each with the rights that {@code deploy} gives. */
@Tag("control-plane")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ControlPlaneFederationTest {
  private static final ResourceType GRID = GridKind.DEPLOYMENT_GRID.type();
  private static final String DEMO = "deploymentgrid-demo";
  private static final User CHILD_A = User.serviceAccount("cluster-a", "unitgrid-child");
  private static final User NOBODY = User.serviceAccount("cluster-a", "default");
  private static final User CHILD_B = User.serviceAccount("cluster-b", "unitgrid-child");

  private final List<RealCluster> clusters = new ArrayList<>();
  private RealCluster parent;
  private RealCluster a;
  private RealCluster b;
  private FederationParent parentController;
  private FederationChild childA;
  private FederationChild childB;

  @BeforeAll
  void start() {
    CompletableFuture<RealCluster> first =
        CompletableFuture.supplyAsync(() -> new RealCluster("federation-child"));
    CompletableFuture<RealCluster> second =
        CompletableFuture.supplyAsync(() -> new RealCluster("federation-child"));
    parent = new RealCluster("federation-parent", CHILD_A, CHILD_B, NOBODY);
    clusters.add(parent);
    a = first.join();
    clusters.add(a);
    b = second.join();
    clusters.add(b);
    parent.register("cluster-a");
    parent.register("cluster-b");
    a.plane.nodes("zone=zone1", "a-1", "a-2");
    b.plane.nodes("zone=zone2", "b-1", "b-2");
    parentController = FederationParent.builder(parent.plane.apiClient(RealCluster.ENGINE)).build();
    childA = child(a, CHILD_A, "cluster-a");
    childB = child(b, CHILD_B, "cluster-b");
    parentController.start();
    childA.start();
    childB.start();
  }

  private FederationChild child(RealCluster cluster, User user, String namespace) {
    return FederationChild.builder(
            cluster.plane.apiClient(RealCluster.ENGINE), parent.plane.apiClient(user), namespace)
        .build();
  }

  @AfterAll
  void stop() {
    for (AutoCloseable controller : new AutoCloseable[] {childA, childB, parentController}) {
      if (controller != null) {
        close(controller);
      }
    }
    clusters.forEach(RealCluster::close);
  }

  private static void close(AutoCloseable controller) {
    try {
      controller.close();
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  @Order(1)
  @Rule({34, 37})
  void the_walkthroughs_grid_runs_in_both_clusters_and_the_parent_shows_both() {
    parent.kubectl(SimulatedFederation.federated(), "apply", "-f", "-");
    awaitReady(a, ResourceType.DEPLOYMENT, DEMO + "-zone1", 2);
    awaitReady(b, ResourceType.DEPLOYMENT, DEMO + "-zone2", 3);
    parent.await("the parent shows both", () -> ready("zone1") == 2 && ready("zone2") == 3);
    for (String zone : List.of("zone1", "zone2")) {
      assertThat(states().get(zone, "conditions").items())
          .anyMatch(
              condition ->
                  condition.get("type").equals(Json.of("Available"))
                      && condition.get("status").equals(Json.of("True"))
                      && condition.get("reason").equals(Json.of("MinimumReplicasAvailable")));
    }
    parent.await("it is ready", () -> SimulatedFederation.holds(source(), "Ready"));
    assertThat(source().get("status", "observedGeneration")).isEqualTo(Json.of(1));
    assertThat(parent.find(ResourceType.DEPLOYMENT, "cluster-a", DEMO + "-zone1")).isEmpty();
  }

  private static void awaitReady(RealCluster cluster, ResourceType type, String name, int ready) {
    cluster.await(
        name + " has " + ready + " ready pods",
        () ->
            cluster
                .find(type, "default", name)
                .filter(found -> found.get("status", "readyReplicas").asLong(0) == ready)
                .isPresent());
  }

  private Json source() {
    return parent.get(GRID, "default", DEMO);
  }

  private Json states() {
    return source().get("status", "states");
  }

  private long ready(String zone) {
    return states().get(zone, "readyReplicas").asLong(0);
  }

  @Test
  @Order(2)
  @Rule(34)
  void the_stateful_one_and_the_services_are_carried_likewise() {
    parent.kubectl(
        SimulatedFederation.fed(Manifests.walkthrough("statefulsetgrid.yaml"))
            + "\n---\n"
            + SimulatedFederation.fed(Manifests.walkthrough("servicegrid.yaml")),
        "apply",
        "-f",
        "-");
    awaitReady(a, ResourceType.STATEFUL_SET, "statefulsetgrid-demo-zone1", 3);
    awaitReady(b, ResourceType.STATEFUL_SET, "statefulsetgrid-demo-zone2", 3);
    for (RealCluster cluster : List.of(a, b)) {
      cluster.await(
          "the Service is there",
          () -> cluster.find(ResourceType.SERVICE, "default", "servicegrid-demo-svc").isPresent());
    }
    parent.await(
        "the parent shows both StatefulSets",
        () -> {
          Json set =
              parent.get(GridKind.STATEFUL_SET_GRID.type(), "default", "statefulsetgrid-demo");
          return set.get("status", "states", "zone1", "readyReplicas").asLong(0) == 3
              && set.get("status", "states", "zone2", "readyReplicas").asLong(0) == 3;
        });
  }

  @Test
  @Order(3)
  @Rule(34)
  void a_childs_credentials_end_at_its_namespace() {
    try (SystemScheduler scheduler = SystemScheduler.start("forbidden", 1);
        ApiClientTransport asChild =
            ApiClientTransport.on(parent.plane.apiClient(CHILD_A), scheduler);
        ApiClientTransport asNobody =
            ApiClientTransport.on(parent.plane.apiClient(NOBODY), scheduler)) {
      List<String> allowed = new ArrayList<>();
      int asked = 0;
      for (ApiRequest request : everything(asChild)) {
        asked++;
        int code = asChild.send(request).join().status();
        // Kubernetes 1.37 itself lets every service account read ClusterTrustBundles.
        if (code != 403 && asNobody.send(request).join().status() == 403) {
          allowed.add(code + " " + request);
        }
      }
      assertThat(asked).isGreaterThan(300);
      assertThat(allowed).isEmpty();
    }
  }

  /** Every resource of the API server: all objects, and those of other namespaces. */
  private List<ApiRequest> everything(ApiClientTransport asChild) {
    List<String> groups = new ArrayList<>(List.of("/api/v1"));
    Json.parse(asChild.send(ApiRequest.get("/apis")).join().body())
        .get("groups")
        .items()
        .forEach(
            group ->
                groups.add("/apis/" + group.get("preferredVersion", "groupVersion").asString("")));
    List<ApiRequest> requests = new ArrayList<>();
    for (String group : groups) {
      for (Json resource :
          Json.parse(asChild.send(ApiRequest.get(group)).join().body()).get("resources").items()) {
        ask(requests, group, resource);
      }
    }
    return requests;
  }

  /** What every authenticated user may do, review itself, is no resource of the cluster. */
  private static void ask(List<ApiRequest> requests, String group, Json resource) {
    String name = resource.get("name").asString("");
    List<Json> verbs = resource.get("verbs").items();
    if (name.contains("/") || !verbs.contains(Json.of("list"))) {
      return;
    }
    byte[] body = Json.object("metadata", Json.object("name", "x")).toBytes();
    requests.add(ApiRequest.get(group + "/" + name));
    if (!resource.get("namespaced").asBoolean(false)) {
      requests.add(ApiRequest.get(group + "/" + name + "/x"));
      requests.add(ApiRequest.post(group + "/" + name, body));
      requests.add(ApiRequest.delete(group + "/" + name + "/x", Json.emptyObject().toBytes()));
      return;
    }
    for (String namespace : List.of("default", "kube-system", "cluster-b")) {
      String path = group + "/namespaces/" + namespace + "/" + name;
      requests.add(ApiRequest.get(path));
      requests.add(ApiRequest.get(path + "/x"));
      requests.add(ApiRequest.post(path, body));
      requests.add(ApiRequest.patch(path + "/x", ApiRequest.MERGE_PATCH, body));
      requests.add(ApiRequest.delete(path + "/x", Json.emptyObject().toBytes()));
    }
    if (!group.equals("/apis/superedge.io/v1")) {
      requests.add(ApiRequest.get(group + "/namespaces/cluster-a/" + name));
    }
  }

  @Test
  @Order(4)
  @Rule(35)
  void a_child_away_during_a_deletion_cleans_up_on_its_return() {
    childB.close();
    parent.kubectl("", "delete", "deploymentgrid", DEMO);
    a.await("its grid is gone in a", () -> a.find(GRID, "default", DEMO).isEmpty());
    parent.await("the copy is gone in a", () -> parent.find(GRID, "cluster-a", DEMO).isEmpty());
    Json copy = parent.get(GRID, "cluster-b", DEMO);
    assertThat(copy.get("metadata", "annotations", Annotations.DELETE_INTENT))
        .isEqualTo(copy.get("metadata", "uid"));
    assertThat(b.find(ResourceType.DEPLOYMENT, "default", DEMO + "-zone2")).isPresent();
    childB = child(b, CHILD_B, "cluster-b");
    childB.start();
    b.await("its grid is gone in b", () -> b.find(GRID, "default", DEMO).isEmpty());
    parent.await("the copy is gone in b", () -> parent.find(GRID, "cluster-b", DEMO).isEmpty());
  }

  @Test
  @Order(5)
  @Rule(35)
  void a_copy_deleted_by_hand_comes_back_and_no_pod_goes() {
    String set = "statefulsetgrid-demo";
    ResourceType type = GridKind.STATEFUL_SET_GRID.type();
    String uid =
        a.get(ResourceType.STATEFUL_SET, "default", set + "-zone1")
            .get("metadata", "uid")
            .asString("");
    String copy = parent.get(type, "cluster-a", set).get("metadata", "uid").asString("");
    parent.kubectl("", "delete", "statefulsetgrid", set, "-n", "cluster-a", "--wait=false");
    parent.await(
        "another copy",
        () ->
            parent
                .find(type, "cluster-a", set)
                .filter(found -> !found.get("metadata", "uid").asString("").equals(copy))
                .isPresent());
    a.await(
        "the grid is taken up again",
        () ->
            !a.get(type, "default", set)
                .get("metadata", "annotations")
                .has(Annotations.ORPHANED_SINCE));
    assertThat(a.get(ResourceType.STATEFUL_SET, "default", set + "-zone1").get("metadata", "uid"))
        .isEqualTo(Json.of(uid));
  }

  @Test
  @Order(6)
  @Rule(35)
  void the_namespace_of_a_cluster_that_is_gone_for_ever_is_released() {
    childB.close();
    parentController.close();
    parentController =
        FederationParent.builder(parent.plane.apiClient(RealCluster.ENGINE))
            .giveUpAfter(Duration.ofSeconds(2))
            .build();
    parentController.start();
    parent.kubectl("", "delete", "namespace", "cluster-b", "--wait=false");
    parent.await(
        "the namespace is gone",
        () -> parent.find(ResourceType.NAMESPACE, "", "cluster-b").isEmpty());
    assertThat(b.find(ResourceType.STATEFUL_SET, "default", "statefulsetgrid-demo-zone2"))
        .isPresent();
    Optional<Json> copy =
        parent.find(GridKind.STATEFUL_SET_GRID.type(), "cluster-b", "statefulsetgrid-demo");
    assertThat(copy).isEmpty();
  }

  @Test
  @Order(7)
  @Rule({34, 35})
  void marks_of_a_copy_that_a_hand_edits_are_put_back_and_no_workload_goes() {
    String set = "statefulsetgrid-demo";
    ResourceType type = GridKind.STATEFUL_SET_GRID.type();
    Json workload = uidInA(set + "-zone1");
    Json marks = parent.get(type, "cluster-a", set).get("metadata", "annotations");
    parent.kubectl(
        "",
        "annotate",
        "--overwrite",
        "statefulsetgrid",
        set,
        "-n",
        "cluster-a",
        Annotations.SOURCE_UID + "=other",
        Annotations.SOURCE_NAME + "=other");
    parent.await(
        "the marks are put back",
        () -> parent.get(type, "cluster-a", set).get("metadata", "annotations").equals(marks));
    assertThat(uidInA(set + "-zone1")).isEqualTo(workload);
  }

  private Json uidInA(String statefulSet) {
    return a.get(ResourceType.STATEFUL_SET, "default", statefulSet).get("metadata", "uid");
  }

  @Test
  @Order(8)
  @Rule(35)
  void the_parent_killed_for_good_leaves_the_workloads_and_the_childs_controller_at_work() {
    Json workload = uidInA("statefulsetgrid-demo-zone1");
    parentController.close();
    parent.plane.kill(Part.KUBE_APISERVER);
    a.plane.nodes("zone=zone3", "a-3");
    awaitReady(a, ResourceType.STATEFUL_SET, "statefulsetgrid-demo-zone3", 3);
    assertThat(uidInA("statefulsetgrid-demo-zone1")).isEqualTo(workload);
    awaitReady(a, ResourceType.STATEFUL_SET, "statefulsetgrid-demo-zone1", 3);
  }
}

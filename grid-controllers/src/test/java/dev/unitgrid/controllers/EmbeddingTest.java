/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.model.DeploymentGrid;
import dev.unitgrid.api.model.DeploymentGridList;
import io.kubernetes.client.extended.controller.Controller;
import io.kubernetes.client.extended.controller.ControllerManager;
import io.kubernetes.client.extended.controller.builder.ControllerBuilder;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.models.V1Node;
import io.kubernetes.client.openapi.models.V1NodeList;
import io.kubernetes.client.util.generic.GenericKubernetesApi;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The engine inside an embedder's process, over real sockets. */
class EmbeddingTest {
  private final EmbeddedWorld world = new EmbeddedWorld();

  EmbeddingTest() {
    world.nodes("location=beijing", "bj-1", "bj-2");
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void over_an_embedders_client_a_grid_converges_and_close_leaves_no_thread() {
    ApiClient client = world.apiClient();
    world.apply(Manifests.deploymentGrid("demo", "echo:1"));
    GridEngine engine =
        GridEngine.builder(client).leadership(Leadership.lease("default", "unitgrid")).build();
    engine.start();
    awaitDeployment("demo-beijing");
    assertThat(engineThreads()).isNotEmpty();
    engine.close();
    engine.close();
    assertThat(engineThreads()).isEmpty();
    assertThat(world.get(ResourceType.LEASE, "unitgrid").get("spec", "holderIdentity").asString(""))
        .isEmpty();
    int requests = world.cluster.requests().size();
    world.apply(Manifests.deploymentGrid("demo", "echo:2"));
    world.cluster.await().idle();
    assertThat(
            world.cluster.requests().stream()
                .skip(requests)
                .filter(request -> request.fieldManager().startsWith("unitgrid")))
        .isEmpty();
  }

  @Test
  void an_engine_that_was_never_started_can_be_closed() {
    GridEngine engine = GridEngine.builder(world.apiClient()).build();
    engine.close();
    assertThat(engineThreads()).isEmpty();
  }

  @Test
  @Rule({1, 2})
  void nodes_may_come_from_the_embedders_informer() {
    SharedInformerFactory informers = new SharedInformerFactory(world.apiClient());
    try {
      SharedIndexInformer<V1Node> nodes =
          informers.sharedIndexInformerFor(
              new GenericKubernetesApi<>(
                  V1Node.class, V1NodeList.class, "", "v1", "nodes", world.apiClient()),
              V1Node.class,
              0);
      world.apply(Manifests.deploymentGrid("demo", "echo:1"));
      try (GridEngine engine = world.engine().nodes(InformerFeed.of(nodes)).build()) {
        engine.start();
        assertThat(engine.health().isReady()).isFalse();
        informers.startAllRegisteredInformers();
        awaitDeployment("demo-beijing");
        world.nodes("location=guangzhou", "gz-1");
        awaitDeployment("demo-guangzhou");
        world.merge(
            ResourceType.NODE,
            "gz-1",
            Json.parse("{\"metadata\":{\"labels\":{\"location\":\"shanghai\"}}}"));
        awaitDeployment("demo-shanghai");
      }
      assertThat(
              world.cluster.requests().stream()
                  .filter(request -> request.userAgent().isEmpty())
                  .filter(request -> request.verb() == dev.unitgrid.testkit.Verb.WATCH)
                  .filter(request -> request.resource().equals("nodes")))
          .isEmpty();
    } finally {
      informers.stopAllRegisteredInformers();
    }
  }

  @Test
  void under_a_stock_controller_the_reconciler_brings_a_grid_about() throws Exception {
    ApiClient client = world.apiClient();
    SharedInformerFactory informers = new SharedInformerFactory(client);
    informers.sharedIndexInformerFor(
        new GenericKubernetesApi<>(
            DeploymentGrid.class,
            DeploymentGridList.class,
            "superedge.io",
            "v1",
            "deploymentgrids",
            client),
        DeploymentGrid.class,
        0);
    CountDownLatch reconciled = new CountDownLatch(1);
    try (GridEngine engine = world.engine().build()) {
      engine.start();
      GridReconciler reconciler = new GridReconciler(engine, GridKind.DEPLOYMENT_GRID);
      Controller controller =
          ControllerBuilder.defaultBuilder(informers)
              .watch(
                  queue ->
                      ControllerBuilder.controllerWatchBuilder(DeploymentGrid.class, queue).build())
              .withReconciler(
                  request -> {
                    var result = reconciler.reconcile(request);
                    if (!result.isRequeue()) {
                      reconciled.countDown();
                    }
                    return result;
                  })
              .withName("grids")
              .withWorkerCount(2)
              .build();
      ControllerManager manager =
          ControllerBuilder.controllerManagerBuilder(informers).addController(controller).build();
      ExecutorService thread = Executors.newSingleThreadExecutor();
      try {
        thread.execute(manager);
        world.apply(Manifests.deploymentGrid("demo", "echo:1"));
        assertThat(reconciled.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(world.find(ResourceType.DEPLOYMENT, "demo-beijing")).isPresent();
      } finally {
        manager.shutdown();
        thread.shutdownNow();
      }
    }
  }

  @Test
  void reconciling_before_the_caches_are_complete_says_so() {
    GridEngine engine = world.engine().build();
    try (engine) {
      assertThat(engine.reconcile(new GridKey(GridKind.DEPLOYMENT_GRID, "default", "demo")))
          .failsWithin(5, TimeUnit.SECONDS)
          .withThrowableThat()
          .withMessageContaining("caches are not complete");
    }
  }

  @Test
  void only_the_grids_of_its_namespaces_are_an_engines_business() {
    world.cluster.apply("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: edge-a\n");
    world.apply(Manifests.deploymentGrid("demo", "echo:1"));
    world.cluster.apply(
        Manifests.deploymentGrid("demo", "echo:1")
            .replace("namespace: default", "namespace: edge-a"));
    try (GridEngine engine = world.engine().namespaces("edge-a").build()) {
      engine.start();
      world.await(
          "a child in edge-a",
          () -> !world.cluster.list(ResourceType.DEPLOYMENT, "edge-a").isEmpty());
      assertThat(world.names(ResourceType.DEPLOYMENT)).isEmpty();
    }
  }

  private void awaitDeployment(String name) {
    world.await("Deployment " + name, () -> world.find(ResourceType.DEPLOYMENT, name).isPresent());
  }

  private static Set<String> engineThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("unitgrid-engine"))
        .collect(Collectors.toSet());
  }
}

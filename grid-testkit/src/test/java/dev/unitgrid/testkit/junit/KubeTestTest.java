/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.testkit.TestCluster;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.util.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs the classes below as a user's build would. */
class KubeTestTest {
  private static final Set<TestCluster> CLUSTERS = ConcurrentHashMap.newKeySet();
  private static final List<Path> FILES = new ArrayList<>();

  /** What came of the tests of one class. */
  private record Outcome(List<String> passed, Map<String, Throwable> failed) {}

  private static Outcome run(Class<?> tests, Map<String, String> parameters) {
    CLUSTERS.clear();
    Outcome outcome = new Outcome(new ArrayList<>(), new ConcurrentHashMap<>());
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(tests))
            .configurationParameters(parameters)
            .build();
    TestExecutionListener listener =
        new TestExecutionListener() {
          @Override
          public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            synchronized (outcome) {
              result
                  .getThrowable()
                  .ifPresent(thrown -> outcome.failed().put(test.getDisplayName(), thrown));
              if (test.isTest() && result.getThrowable().isEmpty()) {
                outcome.passed().add(test.getDisplayName());
              }
            }
          }
        };
    LauncherFactory.create().execute(request, listener);
    return outcome;
  }

  private static Outcome run(Class<?> tests) {
    return run(tests, Map.of());
  }

  @KubeTest(manifests = "quiet.yaml")
  static class EveryParameter {
    @BeforeEach
    void before(TestCluster cluster) {
      cluster.nodes("location=beijing", "bj-1");
    }

    @Test
    void takes_everything(
        TestCluster cluster,
        ApiClient client,
        @AsUser("somebody") ApiClient somebody,
        @AsUser("someone") ApiTransport transport,
        @Kubeconfig Path kubeconfig)
        throws Exception {
      FILES.add(kubeconfig);
      CLUSTERS.add(cluster);
      assertThat(new CoreV1Api(client).listNode().execute().getItems()).hasSize(1);
      new CoreV1Api(somebody).listNode().execute();
      transport.send(ApiRequest.get("/api/v1/nodes")).get(10, TimeUnit.SECONDS);
      ApiClient fromFile = Config.fromConfig(kubeconfig.toString());
      assertThat(
              new CoreV1Api(fromFile)
                  .readNamespacedConfigMap("prepared", "default")
                  .execute()
                  .getData())
          .containsEntry("k", "v");
      assertThat(cluster.log().summary()).contains("admin", "somebody", "someone: LIST nodes");
    }
  }

  @Test
  void a_method_takes_cluster_client_transport_and_kubeconfig() {
    Outcome outcome = run(EveryParameter.class);
    assertThat(outcome.failed()).isEmpty();
    assertThat(outcome.passed()).hasSize(1);
    assertThat(FILES).hasSize(1).allMatch(Files::notExists);
  }

  @KubeTest
  @Execution(ExecutionMode.CONCURRENT)
  static class InParallel {
    private static final CyclicBarrier TOGETHER = new CyclicBarrier(4);

    @RepeatedTest(4)
    void has_its_own(TestCluster cluster) throws Exception {
      CLUSTERS.add(cluster);
      TOGETHER.await(20, TimeUnit.SECONDS);
      cluster.nodes("location=beijing", "bj-1");
      TOGETHER.await(20, TimeUnit.SECONDS);
      assertThat(cluster.names(ResourceType.NODE, "")).containsExactly("bj-1");
    }
  }

  @Test
  void methods_that_run_at_once_have_a_cluster_each() {
    Outcome outcome =
        run(
            InParallel.class,
            Map.of(
                "junit.jupiter.execution.parallel.enabled", "true",
                "junit.jupiter.execution.parallel.config.strategy", "fixed",
                "junit.jupiter.execution.parallel.config.fixed.parallelism", "4"));
    assertThat(outcome.failed()).isEmpty();
    assertThat(CLUSTERS).hasSize(4);
  }

  @KubeTest(clusterPer = ClusterPer.CLASS)
  static class Shared {
    @BeforeAll
    static void once(TestCluster cluster) {
      CLUSTERS.add(cluster);
      cluster.nodes("location=beijing", "bj-1");
    }

    @Test
    void has_what_was_made_before(TestCluster cluster) {
      CLUSTERS.add(cluster);
      assertThat(cluster.names(ResourceType.NODE, "")).containsExactly("bj-1");
    }

    @Nested
    class Inside {
      @Test
      void has_it_too(TestCluster cluster) {
        CLUSTERS.add(cluster);
        assertThat(cluster.names(ResourceType.NODE, "")).containsExactly("bj-1");
      }
    }
  }

  @Test
  void a_class_and_what_is_nested_in_it_may_share_one() {
    Outcome outcome = run(Shared.class);
    assertThat(outcome.failed()).isEmpty();
    assertThat(outcome.passed()).hasSize(2);
    assertThat(CLUSTERS).hasSize(1);
  }

  static class Registered {
    @RegisterExtension
    static final KubeExtension KUBE =
        KubeExtension.builder()
            .perClass()
            .prepare(cluster -> cluster.nodes("location=beijing", "bj-1", "bj-2"))
            .build();

    @RepeatedTest(2)
    void is_prepared(TestCluster cluster) {
      CLUSTERS.add(cluster);
      assertThat(cluster.names(ResourceType.NODE, "")).containsExactly("bj-1", "bj-2");
    }
  }

  @Test
  void an_extension_that_is_registered_prepares_what_it_starts() {
    Outcome outcome = run(Registered.class);
    assertThat(outcome.failed()).isEmpty();
    assertThat(CLUSTERS).hasSize(1);
  }

  @KubeTest
  static class Failing {
    @Test
    void fails(TestCluster cluster) {
      cluster.nodes("location=beijing", "bj-1");
      fail("as it must");
    }

    @Test
    void takes_none() {
      fail("without a cluster");
    }
  }

  @Test
  void a_test_that_fails_carries_what_is_there() {
    Outcome outcome = run(Failing.class);
    Throwable failure = outcome.failed().get("fails(TestCluster)");
    assertThat(failure).hasMessage("as it must");
    assertThat(failure.getSuppressed())
        .hasAtLeastOneElementOfType(ClusterState.class)
        .anyMatch(state -> state.getMessage().contains("Node bj-1"));
    assertThat(outcome.failed().get("takes_none()").getSuppressed())
        .doesNotHaveAnyElementsOfTypes(ClusterState.class);
  }

  @KubeTest
  static class FailingBefore {
    @BeforeEach
    void prepare(TestCluster cluster) {
      cluster.nodes("location=beijing", "bj-1");
      fail("before the test");
    }

    @Test
    void never_runs(TestCluster cluster) {
      CLUSTERS.add(cluster);
    }
  }

  @KubeTest(clusterPer = ClusterPer.CLASS)
  static class FailingOnce {
    @BeforeAll
    static void prepare(TestCluster cluster) {
      cluster.nodes("location=beijing", "bj-1");
      fail("before all tests");
    }

    @Test
    void never_runs(TestCluster cluster) {
      CLUSTERS.add(cluster);
    }
  }

  @Test
  void what_fails_before_a_test_carries_what_is_there_too() {
    for (Class<?> tests : List.of(FailingBefore.class, FailingOnce.class)) {
      assertThat(run(tests).failed().values())
          .singleElement()
          .satisfies(
              failure ->
                  assertThat(failure.getSuppressed())
                      .anyMatch(state -> state.getMessage().contains("Node bj-1")));
      assertThat(CLUSTERS).isEmpty();
    }
  }

  @KubeTest
  static class TooEarly {
    @BeforeAll
    static void once(TestCluster cluster) {
      CLUSTERS.add(cluster);
    }

    @Test
    void never_runs() {
      CLUSTERS.clear();
    }
  }

  @Test
  void what_is_of_the_class_cannot_have_the_cluster_of_a_method() {
    Outcome outcome = run(TooEarly.class);
    assertThat(outcome.failed().values())
        .singleElement()
        .satisfies(
            thrown -> assertThat(thrown).hasMessageContaining("clusterPer = ClusterPer.CLASS"));
  }

  @Test
  void no_thread_is_left() {
    run(Shared.class);
    run(Registered.class);
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("unitgrid-testkit"));
  }

  @Test
  @Tag("control-plane")
  void the_same_class_runs_on_a_real_control_plane() {
    Outcome outcome =
        run(EveryParameter.class, Map.of(KubeExtension.REAL, System.getenv("KUBEBUILDER_ASSETS")));
    assertThat(outcome.failed()).isEmpty();
    assertThat(CLUSTERS).hasSize(1);
    assertThat(CLUSTERS).allMatch(TestCluster::isReal);
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.truth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.GridEngine;
import dev.unitgrid.controllers.Rule;
import dev.unitgrid.testkit.controlplane.Part;
import io.kubernetes.client.openapi.ApiClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import okhttp3.Interceptor;
import okhttp3.Response;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The API server, or its database, is killed while the engine brings grids about. */
@Tag("control-plane")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutageTest {
  private static final int UNITS = 20;
  private static final int CREATES_BEFORE = 20;
  private static final List<String> GRIDS = List.of("a", "b", "c");

  private final DeployedPlane deployed = DeployedPlane.start();

  @AfterAll
  void close() {
    deployed.close();
  }

  @Rule({14, 26})
  @ParameterizedTest
  @EnumSource(names = {"KUBE_APISERVER", "ETCD"})
  void after_a_kill_in_the_middle_all_is_brought_about_once_and_no_thread_is_left(Part part)
      throws Exception {
    int known = deployed.audit().entries().size();
    try (RealWorld world = deployed.world()) {
      IntStream.range(0, UNITS).forEach(unit -> world.nodes("unit-" + unit, "n-" + unit));
      GRIDS.forEach(grid -> world.apply(Manifest.deploymentGrid(grid, world.key())));
      Kill kill = new Kill(part);
      try (GridEngine engine = engine(kill)) {
        engine.start();
        world.await(kill.done);
        deployed.plane().restart(part);
        GRIDS.forEach(grid -> world.awaitCondition(grid, "Ready"));
        assertThat(uids(world))
            .hasSize(GRIDS.size() * UNITS)
            .as("no child was deleted, or made again")
            .containsAllEntriesOf(kill.createdBefore());
        assertThat(grids(world)).as("no unit has two").doesNotHaveDuplicates();
      }
      world.await("no thread of the engine lives", () -> kill.threads().isEmpty());
      assertThat(deployed.audit().since(known))
          .filteredOn(AuditLog.Entry::isWrite)
          .noneMatch(entry -> entry.verb().equals("delete"));
      assertThat(createdTwice(known)).isEmpty();
    }
  }

  private GridEngine engine(Kill kill) {
    ApiClient client = deployed.plane().apiClient(DeployedPlane.ACCOUNT);
    client.setHttpClient(client.getHttpClient().newBuilder().addInterceptor(kill).build());
    return GridEngine.builder(client).leadership(DeployedPlane.LEADERSHIP).build();
  }

  /** Ends a part of the control plane when so many children have been created. */
  private final class Kill implements Interceptor {
    private final Part part;
    private final Map<String, String> uids = new ConcurrentHashMap<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean killed = new AtomicBoolean();
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile Map<String, String> createdBefore = Map.of(); // written once, by the killer

    private Kill(Part part) {
      this.part = part;
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
      threads.add(Thread.currentThread());
      Response answer = chain.proceed(chain.request());
      if (isCreate(answer)) {
        Json child = Json.parse(answer.peekBody(Long.MAX_VALUE).bytes());
        uids.put(name(child), uid(child));
        if (uids.size() >= CREATES_BEFORE && killed.compareAndSet(false, true)) {
          deployed.plane().kill(part);
          createdBefore = Map.copyOf(uids);
          done.countDown();
          answer.close();
          throw new IOException("this child was created, but nobody heard of it");
        }
      }
      return answer;
    }

    private static boolean isCreate(Response answer) {
      return answer.code() == 201
          && answer.request().url().encodedPath().endsWith("/" + ResourceType.DEPLOYMENT.plural());
    }

    /** Uids by name. */
    private Map<String, String> createdBefore() {
      assertThat(createdBefore)
          .as("it was in the middle")
          .hasSizeBetween(CREATES_BEFORE, GRIDS.size() * UNITS - 1);
      return createdBefore;
    }

    /** Those of the engine that ever sent a request, and any of its own, as far as they live. */
    private List<Thread> threads() {
      return Thread.getAllStackTraces().keySet().stream()
          .filter(
              thread -> threads.contains(thread) || thread.getName().startsWith("unitgrid-engine"))
          .toList();
    }
  }

  private static Map<String, String> uids(RealWorld world) {
    return world.list(ResourceType.DEPLOYMENT).stream()
        .collect(Collectors.toMap(OutageTest::name, OutageTest::uid));
  }

  private static String name(Json child) {
    return child.get("metadata", "name").asString("");
  }

  private static String uid(Json child) {
    return child.get("metadata", "uid").asString("");
  }

  /** The grid and unit of each child. */
  private static List<String> grids(RealWorld world) {
    return world.list(ResourceType.DEPLOYMENT).stream()
        .map(child -> child.get("metadata", "annotations"))
        .map(OutageTest::gridAndUnit)
        .toList();
  }

  private static String gridAndUnit(Json annotations) {
    return annotations.get(Annotations.GRID) + " " + annotations.get(Annotations.UNIT);
  }

  /** Names of which the API server answered two creates well. */
  private List<String> createdTwice(int known) {
    return deployed.audit().since(known).stream()
        .filter(entry -> entry.deed().equals("create apps/deployments") && entry.code() == 201)
        .collect(Collectors.groupingBy(AuditLog.Entry::name, Collectors.counting()))
        .entrySet()
        .stream()
        .filter(count -> count.getValue() > 1)
        .map(Map.Entry::getKey)
        .toList();
  }
}

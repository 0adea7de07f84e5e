/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.testkit.controlplane.ControlPlane;
import dev.unitgrid.testkit.controlplane.User;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/**
 * A real control plane with the CRDs and the rights of {@code deploy/}, and the runnable jar as a
 * process of its own under its own service account: what it writes is read from the API server's
 * audit log.
 */
final class Stage implements AutoCloseable {
  static final String NAMESPACE = "default";
  private static final User CONTROLLER =
      User.serviceAccount("unitgrid-system", "unitgrid-controller");
  private static final List<String> WRITES =
      List.of("create", "update", "patch", "delete", "deletecollection");

  private final Path repository;
  private final Path jar;
  private final ControlPlane plane;
  private final SystemScheduler scheduler = SystemScheduler.start("benchmarks", 2);
  private final Admin admin;
  private final List<Controller> controllers = new ArrayList<>();

  private Stage(Path repository, Path jar, ControlPlane plane) {
    this.repository = repository;
    this.jar = jar;
    this.plane = plane;
    this.admin = new Admin(ApiClientTransport.on(plane.apiClient(), scheduler));
  }

  /**
   * Starts the control plane whose programs the environment variable {@code KUBEBUILDER_ASSETS}
   * names.
   */
  static Stage open(Path repository, Path jar) throws IOException {
    String assets = System.getenv("KUBEBUILDER_ASSETS");
    if (assets == null) {
      throw new IOException(
          "set KUBEBUILDER_ASSETS to the folder of kube-apiserver, etcd and the others");
    }
    if (!Files.isRegularFile(jar)) {
      throw new IOException(
          "there is no " + jar + ": run ./mvnw -DskipTests package, or ./unitgrid --help, first");
    }
    ControlPlane plane = ControlPlane.builder(Path.of(assets)).user(CONTROLLER).audit().start();
    Stage stage = new Stage(repository, jar, plane);
    stage.kubectl("apply", "-k", "deploy/crds");
    stage.kubectl("apply", "-f", "deploy/base/namespace.yaml");
    for (String file : List.of("service-account", "role", "role-bindings")) {
      stage.kubectl("apply", "-n", "unitgrid-system", "-f", "deploy/base/" + file + ".yaml");
    }
    stage.await(
        "the CRDs to be served",
        () -> stage.send(ApiRequest.get(GridKind.DEPLOYMENT_GRID.type().path())).isSuccess());
    return stage;
  }

  /** Runs kubectl as the administrator, in the repository. */
  void kubectl(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("kubectl", "--kubeconfig", plane.kubeconfig().toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .directory(repository.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (process.waitFor() != 0) {
        throw new IOException(command + " ended with " + process.exitValue());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }

  /** Sends one request as the administrator and waits. */
  ApiResponse send(ApiRequest request) {
    return admin.send(request);
  }

  /** Creates {@code count} objects, some at a time; each must be answered with 201. */
  void create(ResourceType type, int count, IntFunction<Json> object) {
    admin.create(type, NAMESPACE, count, object);
  }

  /** Sends {@code count} requests, some at a time; each must succeed. */
  void sendAll(int count, IntFunction<ApiRequest> request) {
    admin.sendAll(count, request);
  }

  /** The objects of {@code type}, in all namespaces. */
  List<Json> list(ResourceType type) {
    return admin.list(type);
  }

  /** The key of a live object. */
  static ObjectKey keyOf(Json object) {
    return new ObjectKey(
        object.get("metadata", "namespace").asString(""),
        object.get("metadata", "name").asString(""));
  }

  /**
   * Nodes as the fake kubelet serves them, {@code count} of {@code units} units of the key {@code
   * location}.
   */
  void nodes(int count, int units) {
    create(ResourceType.NODE, count, i -> FakeNodes.node(i, units));
  }

  /**
   * Starts the jar's controller as deploy/Dockerfile does, under its own account; it leads alone.
   */
  Controller controller() throws IOException {
    Path kubeconfig = Files.createTempFile("unitgrid-controller", ".yaml");
    Files.writeString(kubeconfig, plane.kubeconfig(CONTROLLER));
    File log = Files.createTempFile("unitgrid-controller", ".log").toFile();
    int port = FreePort.any();
    Process process =
        new ProcessBuilder(
                "java",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-jar",
                jar.toString(),
                "controller",
                "--kubeconfig",
                kubeconfig.toString(),
                "--leader-elect",
                "--lease",
                "unitgrid-system/unitgrid-controller",
                "--http",
                "127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
    Controller controller = new Controller(process, port, log.toPath(), new AtomicBoolean());
    controllers.add(controller);
    return controller;
  }

  /** What the controller's account wrote so far: {@code verb resource code} to a count. */
  Map<String, Integer> writes() {
    Map<String, Integer> counts = new TreeMap<>();
    for (String line : plane.auditLog()) {
      Json event = Json.parse(line);
      String verb = event.get("verb").asString("");
      if (event.get("user", "username").asString("").equals(CONTROLLER.name())
          && WRITES.contains(verb)) {
        Json object = event.get("objectRef");
        String subresource = object.get("subresource").asString("");
        String resource =
            object.get("resource").asString("") + (subresource.isEmpty() ? "" : "/" + subresource);
        counts.merge(
            verb + " " + resource + " " + event.get("responseStatus", "code").asLong(0),
            1,
            Integer::sum);
      }
    }
    return counts;
  }

  /** {@link #writes()} since {@code before}, without leases. */
  Map<String, Integer> writesSince(Map<String, Integer> before) {
    Map<String, Integer> since = new TreeMap<>();
    writes()
        .forEach(
            (what, count) -> {
              int more = count - before.getOrDefault(what, 0);
              if (more > 0 && !what.contains(" leases ")) {
                since.put(what, more);
              }
            });
    return since;
  }

  /** How many DeploymentGrids have every unit ready. */
  long readyGrids() {
    return list(GridKind.DEPLOYMENT_GRID.type()).stream()
        .filter(
            grid ->
                grid.get("status", "observedGeneration").equals(grid.get("metadata", "generation")))
        .filter(grid -> grid.get("status", "units").asLong(0) > 0)
        .filter(grid -> grid.get("status", "readyUnits").equals(grid.get("status", "units")))
        .count();
  }

  /** Waits until the controller has written nothing for five seconds. */
  void awaitQuiet() {
    Map<String, Integer> seen = writesSince(Map.of());
    for (int still = 0; still < 5; still++) {
      pause(Duration.ofSeconds(1));
      Map<String, Integer> now = writesSince(Map.of());
      still = now.equals(seen) ? still : 0;
      seen = now;
    }
  }

  /** Waits, ten minutes at most, and no longer than the controllers run that should. */
  void await(String what, BooleanSupplier condition) {
    long start = System.nanoTime();
    long limit = Duration.ofMinutes(10).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > limit) {
        throw new IllegalStateException("waited ten minutes for " + what);
      }
      if (controllers.stream().anyMatch(running -> running.hasEnded())) {
        throw new IllegalStateException("the controller ended while waiting for " + what);
      }
      pause(Duration.ofMillis(200));
    }
  }

  static void pause(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
  }

  @Override
  public void close() {
    controllers.forEach(Controller::stop);
    plane.close();
    scheduler.close();
  }
}

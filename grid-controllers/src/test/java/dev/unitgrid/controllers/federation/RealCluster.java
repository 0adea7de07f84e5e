/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.federation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Crds;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.testkit.controlplane.ControlPlane;
import dev.unitgrid.testkit.controlplane.User;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A real control plane with the CRDs and the Roles of {@code deploy}. */
final class RealCluster implements AutoCloseable {
  static final User ENGINE = User.serviceAccount("unitgrid-system", "unitgrid-controller");

  private static final Path DEPLOY = Path.of("..", "deploy");
  private static final long PATIENCE_NANOS = 120_000_000_000L;

  final ControlPlane plane;
  private final SystemScheduler scheduler = SystemScheduler.start("real-cluster", 1);
  private final ApiClientTransport transport;

  /**
   * Starts one.
   *
   * @param folder of deploy with the Roles beyond those of deploy/base
   */
  RealCluster(String folder, User... children) {
    ControlPlane.Builder builder =
        ControlPlane.builder(Path.of(System.getenv("KUBEBUILDER_ASSETS"))).user(ENGINE);
    List.of(children).forEach(builder::user);
    this.plane = builder.start();
    this.transport = ApiClientTransport.on(plane.apiClient(), scheduler);
    kubectl(Crds.yaml(), "apply", "--server-side", "-f", "-");
    await(
        "the CRDs are served",
        () -> code(ApiRequest.get("/apis/superedge.io/v1/servicegrids")) == 200);
    applyFile("base", "namespace", "unitgrid-system");
    for (String role : List.of("role", "role-bindings")) {
      applyFile("base", role, "unitgrid-system");
    }
    applyFile(folder, "role", "unitgrid-system");
    applyFile(folder, "role-binding", "unitgrid-system");
  }

  /** Makes a cluster namespace as docs/federation.md says. */
  void register(String cluster) {
    for (String file : List.of("namespace", "service-account", "role", "role-binding")) {
      try {
        String text = Files.readString(DEPLOY.resolve("cluster-namespace").resolve(file + ".yaml"));
        kubectl(text.replace("cluster-a", cluster), "apply", "-n", cluster, "-f", "-");
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    }
  }

  private void applyFile(String folder, String file, String namespace) {
    kubectl(
        "",
        "apply",
        "-n",
        namespace,
        "-f",
        DEPLOY.resolve(folder).resolve(file + ".yaml").toString());
  }

  /** As its users do. */
  String kubectl(String input, String... words) {
    try {
      List<String> command = new ArrayList<>();
      command.add("kubectl");
      command.add("--kubeconfig=" + plane.kubeconfig());
      command.addAll(List.of(words));
      Process kubectl = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (OutputStream in = kubectl.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String said = new String(kubectl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(kubectl.waitFor()).as("%s said: %s", command, said).isZero();
      return said;
    } catch (IOException missing) {
      throw new UncheckedIOException("these tests need kubectl on the PATH", missing);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
  }

  int code(ApiRequest request) {
    return transport.send(request).join().status();
  }

  Optional<Json> find(ResourceType type, String namespace, String name) {
    ApiResponse answer = transport.send(ApiRequest.get(type.path(namespace, name))).join();
    return answer.isSuccess() ? Optional.of(Json.parse(answer.body())) : Optional.empty();
  }

  Json get(ResourceType type, String namespace, String name) {
    return find(type, namespace, name).orElseThrow();
  }

  void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time: %s", what).isLessThan(end);
      LockSupport.parkNanos(100_000_000L);
    }
  }

  @Override
  public void close() {
    transport.close();
    scheduler.close();
    plane.close();
  }
}

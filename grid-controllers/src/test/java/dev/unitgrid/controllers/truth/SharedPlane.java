/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.truth;

import dev.unitgrid.api.Crds;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import dev.unitgrid.testkit.controlplane.ControlPlane;
import dev.unitgrid.testkit.controlplane.Part;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A control plane with the CRDs, most often the one of all tests. Thread-safe. */
final class SharedPlane implements AutoCloseable {
  private static final ResourceType CRD =
      new ResourceType(
          "apiextensions.k8s.io",
          "v1",
          "CustomResourceDefinition",
          "customresourcedefinitions",
          false);

  private static final String REPORTING = "reporting";
  private static final Duration REPORTS = Duration.ofSeconds(1);

  private final ControlPlane plane;
  private final SystemScheduler scheduler = SystemScheduler.start("real-world", 2);
  private final Api admin;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicInteger worlds = new AtomicInteger();

  private SharedPlane(ControlPlane plane) {
    this.plane = plane;
    this.admin = new Api(ApiClientTransport.on(plane.apiClient(), scheduler));
  }

  static SharedPlane start() {
    return on(ControlPlane.start(assets()));
  }

  /** One that is newer than the client's models. */
  static SharedPlane startNewer() {
    return on(ControlPlane.start(Path.of(System.getenv("KUBEBUILDER_ASSETS_NEWER"))));
  }

  static Path assets() {
    return Path.of(System.getenv("KUBEBUILDER_ASSETS"));
  }

  /** A control plane that was just started, which is closed with what is returned. */
  static SharedPlane on(ControlPlane plane) {
    SharedPlane shared = new SharedPlane(plane);
    Manifest.all(Crds.yaml()).forEach(crd -> shared.admin.apply("admin", CRD, "", crd.json()));
    for (GridKind kind : GridKind.values()) {
      Patience.until(
          kind + " is served", () -> shared.admin.isServed(kind.type()), () -> "it is not");
    }
    // The garbage collector learns of new kinds every 30 s, and at once when it starts.
    plane.restart(Part.KUBE_CONTROLLER_MANAGER);
    shared.reportNodes();
    return shared;
  }

  /** Nodes report all the time: that is how a cache of nodes learns that it is up to date. */
  private void reportNodes() {
    plane.nodes("reports=always", REPORTING);
    report();
  }

  private void report() {
    scheduler.schedule(
        REPORTS,
        () -> {
          if (closed.get()) {
            return;
          }
          admin.beginMerge(
              "kubelet",
              ResourceType.NODE,
              REPORTING,
              Json.object(
                  "metadata",
                  Json.object(
                      "annotations", Json.object("reported", Long.toString(System.nanoTime())))));
          report();
        });
  }

  /** What the cluster's administrator asks. */
  Api admin() {
    return admin;
  }

  /** A namespace of its own, with nothing in it. */
  RealWorld world() {
    return new RealWorld(plane, admin, "world-" + worlds.incrementAndGet());
  }

  @Override
  public void close() {
    closed.set(true);
    scheduler.close();
    plane.close();
  }
}

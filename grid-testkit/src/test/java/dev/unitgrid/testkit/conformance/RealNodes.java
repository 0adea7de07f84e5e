/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import dev.unitgrid.testkit.controlplane.ControlPlane;
import dev.unitgrid.testkit.controlplane.Part;
import java.nio.file.Path;

/** A real control plane without kubelets, in which a silent node is lost soon. */
final class RealNodes implements Server {
  private final ControlPlane plane =
      ControlPlane.builder(Path.of(System.getenv("KUBEBUILDER_ASSETS")))
          .without(Part.KUBE_SCHEDULER)
          .without(Part.KWOK)
          .nodeLifecycle(EmbeddedNodes.GRACE)
          .start();
  private final SystemScheduler scheduler = SystemScheduler.start("conformance", 1);
  private final ApiClientTransport transport = ApiClientTransport.on(plane.apiClient(), scheduler);

  @Override
  public Api api() {
    return new Api(transport);
  }

  @Override
  public void compact() {
    plane.compact();
  }

  @Override
  public void close() {
    transport.close();
    scheduler.close();
    plane.close();
  }

  /** Hands the cluster to the tests of a class. */
  static final class Shared extends SharedServer {
    Shared() {
      super(RealNodes.class, RealNodes::new);
    }
  }
}

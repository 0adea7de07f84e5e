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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("control-plane")
class RealCustomResourceConformanceTest extends CustomResourceConformance {
  private static ControlPlane plane;
  private static SystemScheduler scheduler;
  private static ApiClientTransport transport;

  @BeforeAll
  static void start() {
    plane =
        ControlPlane.builder(Path.of(System.getenv("KUBEBUILDER_ASSETS")))
            .without(Part.KUBE_CONTROLLER_MANAGER)
            .without(Part.KUBE_SCHEDULER)
            .without(Part.KWOK)
            .start();
    scheduler = SystemScheduler.start("conformance", 1);
    transport = ApiClientTransport.on(plane.apiClient(), scheduler);
  }

  @AfterAll
  static void stop() {
    transport.close();
    scheduler.close();
    plane.close();
  }

  @Override
  Api api() {
    return new Api(transport);
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import dev.unitgrid.testkit.controlplane.ControlPlane;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("control-plane")
class RealClusterConformanceTest extends ClusterConformance {
  private static ControlPlane plane;
  private static SystemScheduler scheduler;
  private static ApiClientTransport transport;

  @BeforeAll
  static void start() {
    plane = ControlPlane.start(Path.of(System.getenv("KUBEBUILDER_ASSETS")));
    plane.nodes("location=beijing", "bj-1", "bj-2");
    plane.nodes("location=guangzhou", "gz-1");
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

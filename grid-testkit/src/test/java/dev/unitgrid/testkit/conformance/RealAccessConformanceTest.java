/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import dev.unitgrid.testkit.controlplane.ControlPlane;
import dev.unitgrid.testkit.controlplane.Part;
import dev.unitgrid.testkit.controlplane.User;
import io.kubernetes.client.openapi.ApiClient;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** With the controller manager: it fills in the rules of {@code view} and {@code edit}. */
@Tag("control-plane")
class RealAccessConformanceTest extends AccessConformance {
  private static final User ADMIN = new User("root", "token-of-root", List.of("system:masters"));
  private static ControlPlane plane;

  @BeforeAll
  static void start() {
    plane =
        ControlPlane.builder(Path.of(System.getenv("KUBEBUILDER_ASSETS")))
            .without(Part.KUBE_SCHEDULER)
            .without(Part.KWOK)
            .user(CARL)
            .user(ADMIN)
            .start();
  }

  @AfterAll
  static void stop() {
    plane.close();
  }

  @Override
  ApiClient client(String token) {
    return plane.apiClient(new User("", token, List.of()));
  }

  @Override
  String adminToken() {
    return ADMIN.token();
  }
}

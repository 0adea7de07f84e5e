/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import io.kubernetes.client.openapi.ApiClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlPlaneTest {
  @Test
  void a_missing_binary_is_named(@TempDir Path empty) {
    assertThatThrownBy(() -> ControlPlane.start(empty))
        .isInstanceOf(ControlPlaneException.class)
        .hasMessageContaining("etcd")
        .hasMessageContaining(empty.toString());
  }

  @Test
  @Tag("control-plane")
  void it_starts_knows_its_users_survives_a_restart_and_leaves_nothing() throws Exception {
    User user = User.serviceAccount("kube-system", "unitgrid");
    Path folder;
    try (ControlPlane plane =
        ControlPlane.builder(Path.of(System.getenv("KUBEBUILDER_ASSETS")))
            .user(user)
            .audit()
            .without(Part.KUBE_SCHEDULER)
            .start()) {
      folder = plane.kubeconfig().getParent();
      plane.nodes("location=beijing", "bj-1");
      assertThat(get(plane.apiClient(), "/api/v1/nodes/bj-1"))
          .startsWith("200")
          .contains("\"beijing\"");
      assertThat(get(plane.apiClient(user), "/api/v1/nodes")).startsWith("403");
      plane.restart(Part.KUBE_APISERVER);
      assertThat(get(plane.apiClient(), "/api/v1/nodes/bj-1")).startsWith("200");
      assertThat(plane.auditLog())
          .anyMatch(line -> line.contains(user.name()) && line.contains("403"));
    }
    assertThat(Files.exists(folder)).isFalse();
  }

  private static String get(ApiClient client, String path) throws Exception {
    try (SystemScheduler scheduler = SystemScheduler.start("control-plane-test", 1);
        ApiClientTransport transport = ApiClientTransport.on(client, scheduler)) {
      ApiResponse response = transport.send(ApiRequest.get(path)).get(10, TimeUnit.SECONDS);
      return response.status() + " " + new String(response.body(), StandardCharsets.UTF_8);
    }
  }
}

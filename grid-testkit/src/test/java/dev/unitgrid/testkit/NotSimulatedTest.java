/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** What only a real API server does is refused with a sentence, and not guessed. */
class NotSimulatedTest {
  private static void assertNotSimulated(ApiRequest request, String what) throws Exception {
    try (TestCluster cluster = TestCluster.start()) {
      ApiResponse refused = answer(cluster, request);
      assertThat(refused.status()).isEqualTo(501);
      assertThat(Json.parse(refused.body()).get("message"))
          .isEqualTo(Json.of("the embedded API server does not do this: " + what));
    }
  }

  private static ApiResponse answer(TestCluster cluster, ApiRequest request)
      throws InterruptedException, ExecutionException, TimeoutException {
    return cluster.transport().send(request).get(10, TimeUnit.SECONDS);
  }

  @Test
  void the_log_of_a_pod() throws Exception {
    assertNotSimulated(ApiRequest.get("/api/v1/namespaces/default/pods/p/log"), "pods/log");
  }

  @Test
  void the_old_paths_of_watches() throws Exception {
    assertNotSimulated(
        ApiRequest.get("/api/v1/watch/pods"),
        "the paths below /watch, deprecated since Kubernetes 1.11; ask with ?watch=true");
  }

  @Test
  void a_kind_that_is_not_served_is_404() throws Exception {
    try (TestCluster cluster = TestCluster.start()) {
      ApiResponse refused =
          answer(cluster, ApiRequest.get("/apis/apps/v1/namespaces/default/daemonsets"));
      assertThat(refused.status()).isEqualTo(404);
    }
  }
}

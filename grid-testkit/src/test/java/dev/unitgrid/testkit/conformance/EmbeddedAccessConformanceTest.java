/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import dev.unitgrid.testkit.EmbeddedApiServer;
import dev.unitgrid.testkit.TestCluster;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.Config;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class EmbeddedAccessConformanceTest extends AccessConformance {
  private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start();
    cluster.access().enforce();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Override
  ApiClient client(String token) {
    String known =
        token.equals(CARL.token())
            ? cluster.access().token(CARL.name(), CARL.groups().toArray(new String[0]))
            : token;
    return Config.fromToken(cluster.server().url(), known, false);
  }

  @Override
  String adminToken() {
    return EmbeddedApiServer.ADMIN;
  }
}

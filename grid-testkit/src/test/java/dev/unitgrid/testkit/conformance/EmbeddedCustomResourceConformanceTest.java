/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import dev.unitgrid.testkit.TestCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class EmbeddedCustomResourceConformanceTest extends CustomResourceConformance {
  private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start();
    cluster.server().pauseControllers(true);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Override
  Api api() {
    return new Api(cluster.transport());
  }
}

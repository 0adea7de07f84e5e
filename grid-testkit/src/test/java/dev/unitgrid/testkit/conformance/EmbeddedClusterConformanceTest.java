/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import dev.unitgrid.testkit.TestCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class EmbeddedClusterConformanceTest extends ClusterConformance {
  private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start();
    cluster.nodes("location=beijing", "bj-1", "bj-2");
    cluster.nodes("location=guangzhou", "gz-1");
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

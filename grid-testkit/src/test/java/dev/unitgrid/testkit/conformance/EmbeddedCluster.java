/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

/** The cluster of the testkit, with all its parts. */
final class EmbeddedCluster extends EmbeddedPlane {
  EmbeddedCluster() {
    cluster.around().dualStack();
    cluster.nodes("location=beijing", "bj-1", "bj-2");
    cluster.nodes("location=guangzhou", "gz-1");
    RealCluster.furnish(api());
  }

  /** Hands the embedded cluster to the tests of a class. */
  static final class Shared extends SharedServer {
    Shared() {
      super(EmbeddedCluster.class, EmbeddedCluster::new);
    }
  }
}

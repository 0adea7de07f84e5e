/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import dev.unitgrid.testkit.cluster.ClusterTimes;
import java.time.Duration;

/** The cluster of the testkit, in which a silent node is lost soon. */
final class EmbeddedNodes extends EmbeddedPlane {
  static final Duration GRACE = Duration.ofMillis(1_500);

  EmbeddedNodes() {
    cluster.around().times(ClusterTimes.real().nodeMonitorGrace(GRACE));
  }

  /** Hands the cluster to the tests of a class. */
  static final class Shared extends SharedServer {
    Shared() {
      super(EmbeddedNodes.class, EmbeddedNodes::new);
    }
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import dev.unitgrid.testkit.controlplane.Part;

/** A real control plane without kubelets, in which a silent node is lost soon. */
final class RealNodes extends RealPlane {
  RealNodes() {
    super(
        parts().without(Part.KUBE_SCHEDULER).without(Part.KWOK).nodeLifecycle(EmbeddedNodes.GRACE));
  }

  /** Hands the cluster to the tests of a class. */
  static final class Shared extends SharedServer {
    Shared() {
      super(RealNodes.class, RealNodes::new);
    }
  }
}

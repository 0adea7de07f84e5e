/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import dev.unitgrid.testkit.controlplane.Part;

/**
 * A real kube-apiserver on etcd, without controllers. It keeps no snapshots of lists in memory, so
 * that a compaction of etcd is one for its clients at once.
 */
final class RealServer extends RealPlane {
  RealServer() {
    super(
        parts()
            .without(Part.KUBE_CONTROLLER_MANAGER)
            .without(Part.KUBE_SCHEDULER)
            .without(Part.KWOK)
            .flags(Part.KUBE_APISERVER, "--feature-gates=ListFromCacheSnapshot=false"));
  }

  /** Hands the real server to the tests of a class. */
  static final class Shared extends SharedServer {
    Shared() {
      super(RealServer.class, RealServer::new);
    }
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import dev.unitgrid.testkit.controlplane.Part;

/** A real control plane of both IP families, with kwok for kubelets. */
final class RealCluster extends RealPlane {
  private static final String RANGES = "--service-cluster-ip-range=10.96.0.0/16,fd00:10:96::/112";

  RealCluster() {
    super(
        parts()
            .flags(Part.KUBE_APISERVER, RANGES)
            .flags(Part.KUBE_CONTROLLER_MANAGER, RANGES, "--concurrent-service-endpoint-syncs=5"));
    plane.nodes("location=beijing", "bj-1", "bj-2");
    plane.nodes("location=guangzhou", "gz-1");
    furnish(api());
  }

  /** What both clusters have besides. */
  static void furnish(Api api) {
    api.merge(
        "/api/v1/nodes/gz-1",
        "{\"metadata\":{\"labels\":{\"topology.kubernetes.io/zone\":\"zone-1\"}}}");
    api.post("/api/v1/nodes", ClusterConformance.BY_HAND);
  }

  /** Hands the real cluster to the tests of a class. */
  static final class Shared extends SharedServer {
    Shared() {
      super(RealCluster.class, RealCluster::new);
    }
  }
}

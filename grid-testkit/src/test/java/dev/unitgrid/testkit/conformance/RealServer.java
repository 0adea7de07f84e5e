/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import dev.unitgrid.testkit.controlplane.ControlPlane;
import dev.unitgrid.testkit.controlplane.Part;
import java.nio.file.Path;

/**
 * A real kube-apiserver on etcd, without controllers. It keeps no snapshots of lists in memory, so
 * that a compaction of etcd is one for its clients at once.
 */
final class RealServer implements Server {
  private final ControlPlane plane =
      ControlPlane.builder(Path.of(System.getenv("KUBEBUILDER_ASSETS")))
          .without(Part.KUBE_CONTROLLER_MANAGER)
          .without(Part.KUBE_SCHEDULER)
          .without(Part.KWOK)
          .flags(Part.KUBE_APISERVER, "--feature-gates=ListFromCacheSnapshot=false")
          .start();
  private final SystemScheduler scheduler = SystemScheduler.start("conformance", 1);
  private final ApiClientTransport transport = ApiClientTransport.on(plane.apiClient(), scheduler);

  @Override
  public Api api() {
    return new Api(transport);
  }

  @Override
  public void compact() {
    plane.compact();
  }

  @Override
  public void close() {
    transport.close();
    scheduler.close();
    plane.close();
  }

  /** Hands the real server to the tests of a class. */
  static final class Shared extends SharedServer {
    Shared() {
      super(RealServer.class, RealServer::new);
    }
  }
}

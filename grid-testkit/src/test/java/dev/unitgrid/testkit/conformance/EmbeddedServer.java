/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

/** The server of the testkit, its controllers paused. */
final class EmbeddedServer extends EmbeddedPlane {
  EmbeddedServer() {
    cluster.server().pauseControllers(true);
  }

  /** Hands the embedded server to the tests of a class. */
  static final class Shared extends SharedServer {
    Shared() {
      super(EmbeddedServer.class, EmbeddedServer::new);
    }
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import java.io.IOException;
import java.net.Socket;

/** The API server under test. One a JVM and sort, shared by all conformance classes. */
interface Server extends AutoCloseable {
  /** A client of its administrator. */
  Api api();

  /** Makes it forget history: pages and exact lists of earlier versions are gone. */
  void compact();

  /** The port on the loopback address where it speaks HTTP. */
  int port();

  /** A connection for HTTP/1.1, over TLS where the server wants it; reads wait 10 s. */
  Socket connected() throws IOException;

  @Override
  void close();
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.testkit.internal.api.Call;
import java.util.List;
import java.util.Map;

/** What a cluster stands on. Thread-safe. */
interface Backend extends AutoCloseable {
  /** The ways in for clients. */
  Doors doors();

  /** Who is let in. */
  Access access();

  /** Answers the test itself, past the log and the faults. */
  ApiResponse answer(Call call);

  /** Ends all watches and connections, as a server does that stops and starts again. */
  void restart();

  /** Forgets history. */
  void compact();

  /** Whether nothing is left to do around the server. */
  boolean isIdle();

  /** What went wrong around the server, for messages. */
  List<String> problems();

  /** Annotations that a simulated node must have here. */
  Map<String, String> nodeAnnotations();

  /** The embedded server. */
  EmbeddedApiServer embedded();

  @Override
  void close();
}

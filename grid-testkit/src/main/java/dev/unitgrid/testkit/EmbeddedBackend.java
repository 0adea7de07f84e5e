/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.testkit.internal.api.Call;
import dev.unitgrid.testkit.internal.cluster.Controllers;
import java.util.List;
import java.util.Map;

/** The embedded server and its simulated controllers. */
record EmbeddedBackend(EmbeddedApiServer embedded, Doors doors, Controllers controllers)
    implements Backend {
  @Override
  public Access access() {
    return embedded.access();
  }

  @Override
  public ApiResponse answer(Call call) {
    return embedded.server().answer(call);
  }

  @Override
  public void restart() {
    embedded.restart();
  }

  @Override
  public void compact() {
    embedded.compact();
  }

  @Override
  public boolean isIdle() {
    return controllers.isIdle();
  }

  @Override
  public List<String> problems() {
    return controllers.problems();
  }

  @Override
  public Map<String, String> nodeAnnotations() {
    return Map.of();
  }

  @Override
  public void close() {
    embedded.close();
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package example;

import dev.unitgrid.controllers.GridEngine;
import dev.unitgrid.controllers.Leadership;
import io.kubernetes.client.openapi.ApiClient;

/** A platform's controller that keeps grids, too. */
final class MyController {
  private MyController() {}

  static GridEngine start(ApiClient client) {
    GridEngine engine =
        GridEngine.builder(client)
            .leadership(Leadership.lease("default", "my-controller"))
            .build();
    engine.start();
    return engine;
  }
}

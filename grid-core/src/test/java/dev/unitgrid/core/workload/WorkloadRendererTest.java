/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.workload;

import static dev.unitgrid.core.Grids.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Grids;
import dev.unitgrid.core.child.Rendering;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WorkloadRendererTest {
  @Test
  void a_deployment_is_the_template_on_the_nodes_of_its_unit() {
    Json body = rendered();
    assertThat(body.get("apiVersion")).isEqualTo(Json.of("apps/v1"));
    assertThat(body.get("spec", "template", "spec", "nodeSelector"))
        .isEqualTo(json("{'location':'beijing'}"));
  }

  private static Json rendered() {
    Rendering rendering =
        WorkloadRenderer.render(
            Grids.deploymentGrid(), "beijing", "deploymentgrid-demo-beijing", Optional.empty());
    return ((Rendering.Rendered) rendering).body();
  }
}

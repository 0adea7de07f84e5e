/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.ManagedFields;
import dev.unitgrid.api.json.Schema;
import dev.unitgrid.api.model.DeploymentGrid;
import dev.unitgrid.api.model.DeploymentGridList;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.models.V1DeploymentSpecBuilder;
import io.kubernetes.client.util.generic.GenericKubernetesApi;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The examples of the package pages, compiled and run. */
class PackageExamplesTest {
  @Test
  void the_page_of_the_api_is_true() {
    String text =
        "{\"metadata\":{\"name\":\"deploymentgrid-demo\"},"
            + "\"spec\":{\"gridUniqKey\":\"location\",\"template\":{\"replicas\":2}}}";
    Grid grid = Grid.parse(GridKind.DEPLOYMENT_GRID, Json.parse(text));
    assertThat(grid.spec().gridUniqKey()).isEqualTo("location");
    assertThat(grid.spec().template().get("replicas")).isEqualTo(Json.of(2));
    assertThat(grid.kind().childType().path("default", "deploymentgrid-demo-beijing"))
        .isEqualTo("/apis/apps/v1/namespaces/default/deployments/deploymentgrid-demo-beijing");
    assertThat(GridStatus.parse(grid.status()).condition(ConditionTypes.READY)).isEmpty();
    assertThat(Crds.yaml()).contains("deploymentgrids.superedge.io");
  }

  @Test
  void the_page_of_the_json_values_is_true() {
    Json rendered = Json.parse("{\"spec\":{\"replicas\":2,\"minReadySeconds\":0}}");
    Json live = rendered.withAt(List.of("spec", "replicas"), Json.of(3)).without("status");
    assertThat(live.digest()).isEqualTo(Json.parse(live.canonical()).digest());
    assertThat(Schema.deployment().covers(live, rendered)).isFalse();
    assertThat(Schema.deployment().differences(live, rendered))
        .containsExactly("spec.replicas: 3 -> 2");
    assertThat(Schema.deployment().paths(rendered))
        .containsExactly("spec.minReadySeconds", "spec.replicas");
    assertThat(ManagedFields.ofObject(live).owners("f:spec", "f:replicas")).isEmpty();
  }

  @Test
  void the_page_of_the_models_is_true() {
    ApiClient apiClient = new ApiClient();
    DeploymentGrid grid =
        DeploymentGrid.builder()
            .namespace("default")
            .name("deploymentgrid-demo")
            .gridUniqKey("location")
            .template(new V1DeploymentSpecBuilder().withReplicas(2).build())
            .build();
    assertThat(
            new GenericKubernetesApi<>(
                DeploymentGrid.class,
                DeploymentGridList.class,
                "superedge.io",
                "v1",
                "deploymentgrids",
                apiClient))
        .isNotNull();
    assertThat(grid.getSpec().template()).isEqualTo(Json.object("replicas", 2));
  }
}

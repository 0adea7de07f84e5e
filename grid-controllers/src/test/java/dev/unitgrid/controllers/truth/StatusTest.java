/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.truth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.FieldManagers;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.Rule;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What users read of a grid. */
@Rule(25)
@RealControlPlane
class StatusTest {
  @Test
  void it_tells_each_units_state_as_superedge_does(RealWorld world) {
    world.beijingAndGuangzhou();
    world.apply(Manifest.deploymentGrid("demo", world.key()).with("/spec/template/replicas", "2"));
    world.start();
    world.settle("demo");
    Json grid = world.grid("demo");
    Json status = grid.get("status");
    assertThat(status.get("observedGeneration")).isEqualTo(grid.get("metadata", "generation"));
    assertThat(status.get("units").asLong(-1)).isEqualTo(2);
    assertThat(status.get("readyUnits").asLong(-1)).isEqualTo(2);
    assertThat(status.get("emptyUnits").asLong(-1)).isZero();
    assertThat(status.get("states").fields()).containsOnlyKeys("beijing", "guangzhou");
    Json beijing = status.get("states", "beijing");
    assertThat(beijing.get("replicas").asLong(-1)).isEqualTo(2);
    assertThat(beijing.get("readyReplicas").asLong(-1)).isEqualTo(2);
    assertThat(beijing.get("conditions").items())
        .as("the Deployment's own words")
        .containsAll(
            world.deployment("demo-beijing").get("status", "conditions").items().stream()
                .filter(condition -> condition.get("type").equals(Json.of("Available")))
                .toList());
    assertThat(types(status)).containsExactly("Ready", "Progressing", "Degraded");
  }

  private static List<String> types(Json status) {
    return status.get("conditions").items().stream()
        .map(condition -> condition.get("type").asString(""))
        .toList();
  }

  @Test
  void a_stateful_set_has_an_available_condition_although_its_controller_writes_none(
      RealWorld world) {
    world.beijingAndGuangzhou();
    world.apply(Manifest.statefulSetGrid("demo", world.key()));
    world.start();
    world.settle(GridKind.STATEFUL_SET_GRID, "demo");
    Json status = world.get(GridKind.STATEFUL_SET_GRID.type(), "demo").get("status");
    Json available = status.get("states", "beijing", "conditions").items().get(0);
    assertThat(available.get("type").asString("")).isEqualTo("Available");
    assertThat(available.get("status").asString("")).isEqualTo("True");
    assertThat(world.statefulSet("demo-beijing").get("status").has("conditions")).isFalse();
  }

  @Test
  void a_service_grid_counts_units_and_has_no_states(RealWorld world) {
    world.beijingAndGuangzhou();
    world.apply(Manifest.serviceGrid("web", world.key()));
    world.start();
    world.settle(GridKind.SERVICE_GRID, "web");
    Json status = world.get(GridKind.SERVICE_GRID.type(), "web").get("status");
    assertThat(status.has("states")).isFalse();
    assertThat(status.get("units").asLong(-1)).isEqualTo(2);
    assertThat(status.get("readyUnits").asLong(-1)).isEqualTo(2);
  }

  @Test
  void the_api_server_remembers_all_states_as_one_field_of_unitgrid_status(RealWorld world) {
    world.beijingAndGuangzhou();
    world.apply(Manifest.deploymentGrid("demo", world.key()));
    world.start();
    world.settle("demo");
    List<Json> entries =
        world.grid("demo").get("metadata", "managedFields").items().stream()
            .filter(entry -> entry.get("manager").equals(Json.of(FieldManagers.STATUS)))
            .toList();
    assertThat(entries).hasSize(1);
    Json entry = entries.get(0);
    assertThat(entry.get("subresource").asString("")).isEqualTo("status");
    assertThat(entry.get("operation").asString("")).isEqualTo("Update");
    assertThat(entry.get("fieldsV1", "f:status", "f:states")).isEqualTo(Json.emptyObject());
    assertThat(entry.get("fieldsV1", "f:status", "f:conditions").fields())
        .containsKeys("k:{\"type\":\"Ready\"}", "k:{\"type\":\"Degraded\"}");
    assertThat(entry.get("fieldsV1").fields()).containsOnlyKeys("f:status");
  }

  @Test
  void a_unit_that_cannot_be_brought_up_is_named_with_the_api_servers_words(RealWorld world) {
    world.beijingAndGuangzhou();
    world.apply(
        Manifest.deploymentGrid("demo", world.key())
            .with("/spec/templatePool", "{broken: " + broken() + "}")
            .with("/spec/templates", "{beijing: broken}"));
    world.start();
    Json grid =
        world.awaitObject(
            GridKind.DEPLOYMENT_GRID.type(),
            "demo",
            found ->
                !found.get("status", "worstUnits").items().isEmpty()
                    && found.get("status", "readyUnits").asLong(0) == 1);
    Json worst = grid.get("status", "worstUnits").items().get(0);
    assertThat(worst.get("unit").asString("")).isEqualTo("beijing");
    assertThat(worst.get("reason").asString("")).isEqualTo("WriteFailed");
    assertThat(worst.get("message").asString(""))
        .contains("Invalid value: \"No Image Name\"", "containers[0].name");
    assertThat(world.names(ResourceType.DEPLOYMENT)).containsExactly("demo-guangzhou");
  }

  private static String broken() {
    return "{replicas: 1, selector: {matchLabels: {app: demo}}, template: {metadata: {labels: "
        + "{app: demo}}, spec: {containers: [{name: 'No Image Name', image: 'echo:1'}]}}}";
  }

  @Test
  void a_status_that_says_the_same_is_not_written(RealWorld world) {
    world.beijingAndGuangzhou();
    world.apply(Manifest.deploymentGrid("demo", world.key()));
    world.start();
    world.settle("demo");
    world.forget();
    world.merge(
        RealWorld.USER,
        GridKind.DEPLOYMENT_GRID.type(),
        "demo",
        "{metadata: {annotations: {note: read}}}");
    world.label("bj-1", "rack", Json.of("r1"));
    world.reconcile(GridKind.DEPLOYMENT_GRID, "demo");
    assertThat(world.isNothingToDo(GridKind.DEPLOYMENT_GRID, "demo")).isTrue();
    assertThat(world.writes()).isEmpty();
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import static dev.unitgrid.core.plan.World.aDeploymentGrid;
import static dev.unitgrid.core.plan.World.aServiceGrid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Condition;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Rule;
import dev.unitgrid.core.plan.Action.Apply;
import dev.unitgrid.core.plan.Action.MergeOwnership;
import dev.unitgrid.core.template.UnknownFields;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fields that the API server does not know: left out, remembered, and tried again in time. */
@Rule(7)
class RefusedFieldsTest {
  private static final List<String> STRAY = List.of("template", "template", "spec", "stray");
  private static final String REFUSAL = "unknown field \"spec.template.spec.stray\"";

  private final World world = aDeploymentGrid().withUnits(2);

  RefusedFieldsTest() {
    world.spec = world.spec.withAt(STRAY, Json.of(1));
    refused("1.34");
    world.settled();
  }

  private void refused(String server) {
    world.unknownFields =
        UnknownFields.refused(world.spec.get("template"), REFUSAL).ofServer(server);
  }

  @Test
  void both_children_are_made_without_it_and_the_condition_says_so() {
    assertThat(world.children).hasSize(2);
    assertThat(world.writes).isEqualTo(2);
    assertThat(world.child("u0").object.get("spec", "template", "spec").has("stray")).isFalse();
    Condition condition = world.condition(ConditionTypes.TEMPLATE_NORMALIZED).orElseThrow();
    assertThat(condition.isTrue()).isTrue();
    assertThat(condition.message())
        .isEqualTo("units u0, u1: left out, because the API server (1.34) refuses it: " + REFUSAL);
  }

  @Test
  @Rule({7, 16})
  void a_restart_knows_it_from_the_children_and_writes_nothing() {
    int status = world.statusWrites;
    world.unknownFields = UnknownFields.NONE;
    world.restarted().settled();
    assertThat(world.writes).isEqualTo(2);
    assertThat(world.statusWrites).isEqualTo(status);
  }

  @Test
  @Rule({7, 14})
  void a_changed_template_costs_one_apply_without_the_field() {
    world.unknownFields = UnknownFields.NONE;
    world.restarted();
    world.spec = world.spec.withAt(List.of("template", "replicas"), Json.of(3));
    assertThat(world.actionsOf("u0"))
        .singleElement()
        .isInstanceOfSatisfying(
            Apply.class,
            apply -> {
              assertThat(apply.body().toString()).doesNotContain("\"stray\":");
              assertThat(apply.restartsPods()).isFalse();
            });
  }

  @Test
  void a_template_that_drops_the_field_ends_the_memory() {
    world.spec = world.spec.withoutAt(STRAY);
    world.settled();
    assertThat(world.child("u0").annotation("unitgrid.dev/unknown-fields")).isEmpty();
    assertThat(world.condition(ConditionTypes.TEMPLATE_NORMALIZED).filter(Condition::isTrue))
        .isEmpty();
  }

  @Test
  void a_server_of_another_version_is_given_the_field() {
    world.unknownFields = UnknownFields.NONE.ofServer("1.35");
    assertThat(world.actionsOf("u0")).hasExactlyElementsOfTypes(MergeOwnership.class, Apply.class);
    world.settled();
    assertThat(world.child("u0").object.get("spec", "template", "spec", "stray"))
        .isEqualTo(Json.of(1));
    assertThat(world.child("u0").annotation("unitgrid.dev/unknown-fields")).isEmpty();
  }

  @Test
  void a_server_of_another_version_that_refuses_it_too_costs_one_apply_that_restarts_no_pod() {
    refused("1.35");
    assertThat(world.actionsOf("u0"))
        .singleElement()
        .isInstanceOfSatisfying(Apply.class, apply -> assertThat(apply.restartsPods()).isFalse());
    int before = world.writes;
    world.settled();
    assertThat(world.writes - before).isEqualTo(2);
  }

  @Test
  @Rule(24)
  void the_server_is_looked_at_again_after_ten_minutes() {
    assertThat(world.plan().nextCheckAt()).contains(world.now.plus(Duration.ofMinutes(10)));
    world.spec = world.spec.withoutAt(STRAY);
    world.settled();
    assertThat(world.plan().nextCheckAt()).isEmpty();
  }

  @Test
  void a_service_is_made_without_it_too() {
    World service = aServiceGrid();
    service.spec = service.spec.withAt(List.of("template", "stray"), Json.of(1));
    service.unknownFields =
        UnknownFields.refused(service.spec.get("template"), "unknown field \"spec.stray\"");
    service.settled();
    assertThat(service.child("svc").object.get("spec").has("stray")).isFalse();
    service.unknownFields = UnknownFields.NONE;
    assertThat(service.restarted().plan().isEmpty()).isTrue();
  }

  @Test
  void what_one_unit_was_refused_is_not_what_another_remembers() {
    world.unknownFields = UnknownFields.NONE;
    world.restarted().withUnits(3);
    assertThat(world.actionsOf("u2"))
        .singleElement()
        .isInstanceOfSatisfying(
            Action.Create.class,
            create -> assertThat(create.body().toString()).contains("\"stray\":1"));
  }
}

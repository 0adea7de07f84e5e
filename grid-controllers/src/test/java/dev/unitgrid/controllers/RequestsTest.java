/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.plan.Action;
import dev.unitgrid.core.plan.Action.Target;
import dev.unitgrid.runtime.transport.ApiRequest;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RequestsTest {
  private static final Target TARGET =
      new Target(ResourceType.DEPLOYMENT, "default", "demo-beijing", "u-1", "41");
  private static final Json BODY =
      Json.parse("{\"metadata\":{\"name\":\"demo-beijing\",\"namespace\":\"default\"}}");

  @Test
  @Rule(14)
  void a_child_is_created_by_post() {
    ApiRequest request =
        Requests.create(
            new Action.Create(ResourceType.DEPLOYMENT, BODY, ImmutableList.of(), "new unit"));
    assertThat(request.toString())
        .isEqualTo(
            "POST /apis/apps/v1/namespaces/default/deployments"
                + " {fieldManager=unitgrid, fieldValidation=Strict}");
    assertThat(body(request)).isEqualTo(BODY);
  }

  @Test
  @Rule(14)
  void a_child_is_changed_by_a_forced_apply_that_names_its_uid() {
    ApiRequest request =
        Requests.apply(new Action.Apply(TARGET, BODY, true, ImmutableList.of(), "image"));
    assertThat(request.contentType()).isEqualTo(ApiRequest.APPLY_PATCH);
    assertThat(request.query()).containsEntry("force", "true");
    assertThat(request.query()).containsEntry("fieldManager", "unitgrid");
    assertThat(body(request).get("metadata", "uid")).isEqualTo(Json.of("u-1"));
  }

  @Test
  @Rule({14, 19})
  void ownership_is_merged_by_one_json_patch_that_tests_the_version() {
    Json live =
        Json.parse(
            "{\"metadata\":{\"uid\":\"u-1\",\"resourceVersion\":\"42\",\"managedFields\":["
                + "{\"manager\":\"unitgrid\",\"operation\":\"Update\",\"apiVersion\":\"apps/v1\","
                + "\"fieldsType\":\"FieldsV1\",\"fieldsV1\":{\"f:spec\":{\"f:replicas\":{}}}}]}}");
    ApiRequest request =
        Requests.mergeOwnership(
            new Action.MergeOwnership(TARGET, ImmutableSet.of("unitgrid"), "paths change"), live);
    assertThat(request.contentType()).isEqualTo(ApiRequest.JSON_PATCH);
    Json test = body(request).items().get(0);
    assertThat(test)
        .isEqualTo(Json.object("op", "test", "path", "/metadata/resourceVersion", "value", "42"));
    Json replace = body(request).items().get(1);
    assertThat(replace.get("path")).isEqualTo(Json.of("/metadata/managedFields"));
    assertThat(replace.get("value").items().get(0).get("operation")).isEqualTo(Json.of("Apply"));
  }

  @Test
  @Rule(15)
  void the_live_number_of_replicas_is_handed_to_its_own_manager() {
    ApiRequest request = Requests.handOver(new Action.HandOverReplicas(TARGET, 5, "not named"));
    assertThat(request.query()).containsEntry("fieldManager", "unitgrid-handover");
    assertThat(body(request).get("spec")).isEqualTo(Json.object("replicas", 5));
    assertThat(body(request).get("kind")).isEqualTo(Json.of("Deployment"));
  }

  @Test
  @Rule(20)
  void bookkeeping_is_a_merge_patch_that_names_the_uid() {
    ApiRequest request =
        Requests.annotate(
            new Action.Annotate(
                TARGET,
                ImmutableMap.of("a", Optional.of("1"), "b", Optional.empty()),
                Optional.of(0L),
                "empty"));
    assertThat(request.query()).containsEntry("fieldManager", "unitgrid-state");
    assertThat(body(request))
        .isEqualTo(
            Json.parse(
                "{\"metadata\":{\"uid\":\"u-1\",\"annotations\":{\"a\":\"1\",\"b\":null}},"
                    + "\"spec\":{\"replicas\":0}}"));
  }

  @Test
  @Rule(12)
  void adoption_keeps_the_owners_that_are_there() {
    Json other = Json.object("uid", "o-1");
    Json grid = Json.object("uid", "g-1", "controller", true);
    ApiRequest request =
        Requests.adopt(new Action.Adopt(TARGET, grid, "orphan"), Json.array(other));
    assertThat(body(request).items().get(1).get("value")).isEqualTo(Json.array(other, grid));
    assertThat(body(request).items().get(0).get("value")).isEqualTo(Json.of("41"));
  }

  @Test
  @Rule(17)
  void a_deletion_carries_uid_and_version_and_runs_in_the_background() {
    Json options = body(Requests.delete(TARGET, false));
    assertThat(options.get("preconditions"))
        .isEqualTo(Json.object("uid", "u-1", "resourceVersion", "41"));
    assertThat(options.get("propagationPolicy")).isEqualTo(Json.of("Background"));
  }

  @Test
  @Rule(18)
  void a_recreated_stateful_set_orphans_its_pods() {
    assertThat(body(Requests.delete(TARGET, true)).get("propagationPolicy"))
        .isEqualTo(Json.of("Orphan"));
  }

  @Test
  @Rule(6)
  void unused_templates_are_removed_by_a_patch_that_tests_the_version() {
    ApiRequest request =
        Requests.pruneTemplates(
            grid(), new Action.PruneTemplates(ImmutableList.of("a/b", "c"), "unused"));
    assertThat(body(request).items().stream().map(item -> item.get("path").asString("")))
        .containsExactly(
            "/metadata/resourceVersion", "/spec/templatePool/a~1b", "/spec/templatePool/c");
  }

  @Test
  @Rule(25)
  void status_is_a_merge_patch_of_the_status_subresource() {
    ApiRequest request = Requests.status(grid(), Json.object("units", 2));
    assertThat(request.toString())
        .isEqualTo(
            "PATCH /apis/superedge.io/v1/namespaces/default/deploymentgrids/demo/status"
                + " {fieldManager=unitgrid-status}");
    assertThat(body(request))
        .isEqualTo(Json.parse("{\"metadata\":{\"uid\":\"g-1\"},\"status\":{\"units\":2}}"));
  }

  private static Grid grid() {
    return Grid.parse(
        GridKind.DEPLOYMENT_GRID,
        Json.parse(
            "{\"metadata\":{\"name\":\"demo\",\"namespace\":\"default\",\"uid\":\"g-1\","
                + "\"resourceVersion\":\"7\"},\"spec\":{}}"));
  }

  private static Json body(ApiRequest request) {
    return Json.parse(request.body());
  }
}

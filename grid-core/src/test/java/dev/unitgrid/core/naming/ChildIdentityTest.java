/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.naming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Children;
import dev.unitgrid.core.Grids;
import dev.unitgrid.core.Rule;
import dev.unitgrid.core.naming.ChildIdentity.Foreign;
import dev.unitgrid.core.naming.ChildIdentity.Mismatched;
import dev.unitgrid.core.naming.ChildIdentity.Orphan;
import dev.unitgrid.core.naming.ChildIdentity.Ours;
import java.util.List;
import org.junit.jupiter.api.Test;

@Rule(11)
class ChildIdentityTest {
  private static final Grid GRID = Grids.deploymentGrid();
  private static final List<String> METADATA_NAME = List.of("metadata", "name");

  @Test
  void the_owners_uid_and_the_annotations_say_whose_it_is() {
    Json object =
        Children.bySuperEdge(GRID, "beijing")
            .withAt(
                List.of("metadata", "annotations"),
                Children.annotations(GRID.name(), "zone", "A_1"));
    assertThat(of(object)).isEqualTo(new Ours("zone", "A_1"));
  }

  @Test
  void labels_are_no_identity() {
    Json object =
        Children.bySuperEdge(GRID, "beijing")
            .withAt(
                List.of("metadata", "ownerReferences"),
                Json.array(Children.owner("DeploymentGrid", "other", "other-uid")));
    assertThat(of(object)).isEqualTo(new Foreign("DeploymentGrid other"));
  }

  @Test
  void a_grid_of_the_same_name_and_another_uid_is_another() {
    Json object =
        Children.bySuperEdge(GRID, "beijing")
            .withAt(
                List.of("metadata", "ownerReferences"),
                Json.array(Children.owner("DeploymentGrid", GRID.name(), "an-earlier-uid")));
    assertThat(of(object)).isEqualTo(new Foreign("DeploymentGrid deploymentgrid-demo"));
  }

  @Test
  void the_unit_of_a_child_of_superedge_is_its_node_selector() {
    assertThat(of(Children.bySuperEdge(GRID, "beijing")))
        .isEqualTo(new Ours("location", "beijing"));
  }

  @Test
  @Rule({11, 22})
  void a_child_of_superedge_of_an_earlier_key_says_so_in_its_label() {
    Grid zones =
        Grids.of(GridKind.DEPLOYMENT_GRID, GRID.name(), Grids.spec("zone", Grids.deployment()));
    assertThat(of(Children.bySuperEdge(zones, "beijing"))).isEqualTo(new Ours("zone", "beijing"));
  }

  @Test
  void an_older_child_of_superedge_without_the_label_is_read_by_the_grids_key() {
    Json object =
        Children.bySuperEdge(GRID, "beijing")
            .withoutAt(List.of("metadata", "labels", Labels.GRID_UNIQ_KEY));
    assertThat(of(object)).isEqualTo(new Ours("location", "beijing"));
  }

  @Test
  void a_label_that_holds_a_hashed_key_means_the_grids_key() {
    Grid zoned =
        Grids.of(
            GridKind.DEPLOYMENT_GRID,
            "g",
            Grids.spec("topology.kubernetes.io/zone", Grids.deployment()));
    Json object =
        Children.bySuperEdge(zoned, "a")
            .withAt(
                List.of("metadata", "labels", Labels.GRID_UNIQ_KEY),
                Json.of(LabelValue.of("topology.kubernetes.io/zone")));
    assertThat(ChildIdentity.of(zoned, Children.observed(ResourceType.DEPLOYMENT, object)))
        .isEqualTo(new Ours("topology.kubernetes.io/zone", "a"));
  }

  @Test
  void a_child_of_superedge_whose_name_disagrees_is_a_mismatch() {
    Json object =
        Children.bySuperEdge(GRID, "beijing")
            .withAt(METADATA_NAME, Json.of("deploymentgrid-demo-guangzhou"));
    assertThat(of(object))
        .isInstanceOfSatisfying(
            Mismatched.class,
            mismatched -> {
              assertThat(mismatched.problem().condition()).isEqualTo(ConditionTypes.UNIT_MISMATCH);
              assertThat(mismatched.problem().unit()).isEqualTo("beijing");
              assertThat(mismatched.problem().blocking()).isTrue();
              assertThat(mismatched.problem().message())
                  .isEqualTo(
                      "Deployment deploymentgrid-demo-guangzhou selects nodes of location=beijing"
                          + " and should be named deploymentgrid-demo-beijing: correct its node"
                          + " selector, or delete it");
            });
  }

  @Test
  void a_child_of_superedge_without_a_node_selector_is_a_mismatch() {
    Json object =
        Children.bySuperEdge(GRID, "")
            .withoutAt(List.of("spec", "template", "spec", "nodeSelector"));
    assertThat(of(object))
        .isInstanceOfSatisfying(
            Mismatched.class,
            mismatched ->
                assertThat(mismatched.problem().message())
                    .contains("deploymentgrid-demo- has no node selector for location"));
  }

  @Test
  void a_service_has_no_unit() {
    Grid grid = Grids.serviceGrid();
    Json service =
        Json.object(
            "metadata",
            Json.object(
                "name",
                "servicegrid-demo-svc",
                "labels",
                Json.object(Labels.GRID_UNIQ_KEY, "zone"),
                "ownerReferences",
                Json.array(Children.owner("ServiceGrid", grid.name(), grid.uid()))));
    assertThat(ChildIdentity.of(grid, Children.observed(ResourceType.SERVICE, service)))
        .isEqualTo(new Ours("zone", ""));
  }

  @Test
  @Rule(12)
  void an_uncontrolled_child_whose_annotations_name_the_grid_is_its_orphan() {
    assertThat(uncontrolled(Children.annotations(GRID.name(), "location", "beijing")))
        .isEqualTo(new Orphan("location", "beijing"));
  }

  @Test
  @Rule(12)
  void an_uncontrolled_service_whose_annotations_name_the_grid_is_its_orphan() {
    Grid grid = Grids.serviceGrid();
    Json annotations = Json.object("unitgrid.dev/grid", grid.name(), "unitgrid.dev/unit-key", "k");
    assertThat(
            ChildIdentity.of(grid, Children.uncontrolled(ResourceType.SERVICE, "x", annotations)))
        .isEqualTo(new Orphan("k", ""));
  }

  @Test
  @Rule(12)
  void an_uncontrolled_object_is_foreign_and_the_holder_is_named() {
    assertThat(uncontrolled(Json.emptyObject()))
        .isEqualTo(new Foreign("a Deployment without a controller"));
    assertThat(uncontrolled(Children.annotations("other", "location", "beijing")))
        .isEqualTo(new Foreign("an orphaned Deployment of the grid other"));
    assertThat(
            uncontrolled(
                Children.annotations(GRID.name(), "location", "beijing")
                    .without("unitgrid.dev/unit")))
        .isInstanceOf(Foreign.class);
    assertThat(
            uncontrolled(
                Children.annotations(GRID.name(), "location", "beijing")
                    .without("unitgrid.dev/unit-key")))
        .isInstanceOf(Foreign.class);
  }

  private static ChildIdentity of(Json object) {
    return ChildIdentity.of(GRID, Children.observed(ResourceType.DEPLOYMENT, object));
  }

  private static ChildIdentity uncontrolled(Json annotations) {
    return ChildIdentity.of(
        GRID, Children.uncontrolled(ResourceType.DEPLOYMENT, "anything", annotations));
  }
}

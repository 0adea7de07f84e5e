/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.cli.yaml.Manifest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProposedGridTest {
  private static final String GRID =
      "apiVersion: superedge.io/v1\nkind: DeploymentGrid\nmetadata: {name: a}\n"
          + "spec: {gridUniqKey: location, template: {}}\n";
  private static final String OTHER = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n";

  private final List<String> notes = new ArrayList<>();

  @Test
  void a_grid_without_a_namespace_gets_the_context_s() {
    assertThat(grids(GRID)).hasToString("[DeploymentGrid edge/a]");
    assertThat(grids(GRID.replace("name: a", "name: a, namespace: mine")))
        .hasToString("[DeploymentGrid mine/a]");
  }

  @Test
  void what_is_no_grid_is_left_out_with_a_note() {
    assertThat(grids(OTHER + "---\n" + GRID)).hasSize(1);
    assertThat(notes).containsExactly("f.yaml:1: ConfigMap is no grid, left out");
  }

  @Test
  void files_without_a_grid_are_a_sentence() {
    assertThatThrownBy(() -> grids(OTHER))
        .isInstanceOf(CommandFailure.class)
        .hasMessageStartingWith("there is no grid in what -f names");
  }

  @Test
  void a_grid_without_a_name_of_another_version_or_there_twice_is_a_sentence() {
    assertThatThrownBy(() -> grids(GRID.replace("{name: a}", "{}")))
        .hasMessage("f.yaml:1: the DeploymentGrid has no metadata.name");
    assertThatThrownBy(() -> grids(GRID.replace("io/v1", "io/v1alpha1")))
        .hasMessage("f.yaml:1: the apiVersion is superedge.io/v1, not superedge.io/v1alpha1");
    assertThatThrownBy(() -> grids(GRID + "---\n" + GRID))
        .hasMessage("f.yaml:6: DeploymentGrid edge/a is there twice");
  }

  private List<ProposedGrid> grids(String text) {
    return ProposedGrid.among(Manifest.read("f.yaml", text), "edge", notes::add);
  }
}

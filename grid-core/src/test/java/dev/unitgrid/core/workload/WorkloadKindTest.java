/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.workload;

import static dev.unitgrid.core.Grids.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.Schema;
import dev.unitgrid.core.Rule;
import org.junit.jupiter.api.Test;

class WorkloadKindTest {
  private static final Json OBJECT =
      json(
          """
          {'metadata':{'name':'g-a'},'spec':{'volumeClaimTemplates':[
            {'metadata':{'name':'logs'}},{'metadata':{'name':'state'}}]}}
          """);

  @Test
  void each_kind_of_grid_makes_its_kind_of_workload() {
    assertThat(WorkloadKind.of(GridKind.DEPLOYMENT_GRID)).isEqualTo(WorkloadKind.DEPLOYMENT);
    assertThat(WorkloadKind.of(GridKind.STATEFUL_SET_GRID)).isEqualTo(WorkloadKind.STATEFUL_SET);
    assertThatThrownBy(() -> WorkloadKind.of(GridKind.SERVICE_GRID))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("SERVICE_GRID");
    assertThat(WorkloadKind.DEPLOYMENT.type()).isEqualTo(ResourceType.DEPLOYMENT);
    assertThat(WorkloadKind.STATEFUL_SET.type()).isEqualTo(ResourceType.STATEFUL_SET);
    assertThat(WorkloadKind.DEPLOYMENT.schema()).isSameAs(Schema.deployment());
    assertThat(WorkloadKind.STATEFUL_SET.schema()).isSameAs(Schema.statefulSet());
  }

  @Test
  @Rule(12)
  void claims_of_a_statefulset_are_called_by_its_name() {
    assertThat(WorkloadKind.STATEFUL_SET.claimPrefixes(OBJECT))
        .containsExactly("logs-g-a-", "state-g-a-");
  }

  @Test
  @Rule(12)
  void a_deployment_has_no_claims_of_its_own() {
    assertThat(WorkloadKind.DEPLOYMENT.claimPrefixes(OBJECT)).isEmpty();
  }
}

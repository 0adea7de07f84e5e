/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.api.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GridSpecTest {
  private static final Json LEAST = Json.parse("{\"gridUniqKey\":\"location\",\"template\":{}}");

  @Test
  void what_a_grid_does_not_say_is_as_superedge_has_it_and_a_grace_of_five_minutes() {
    GridSpec spec = GridSpec.parse(LEAST);
    assertThat(spec.problems()).isEmpty();
    assertThat(spec.gridUniqKey()).isEqualTo("location");
    assertThat(spec.templatePool()).isEmpty();
    assertThat(spec.templates()).isEmpty();
    assertThat(spec.defaultTemplateName()).isEmpty();
    assertThat(spec.autoDeleteUnusedTemplate()).isFalse();
    assertThat(spec.unitSelector()).isEmpty();
    assertThat(spec.emptyUnitPolicy()).isEqualTo(EmptyUnitPolicy.DELETE);
    assertThat(spec.emptyUnitGracePeriod()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void a_grid_without_key_or_template_is_a_problem_and_no_exception() {
    assertThat(GridSpec.parse(Json.ofNull()).problems())
        .containsExactly(
            "spec.gridUniqKey is missing: name the node label whose values are the units",
            "spec.template is missing");
  }

  @Test
  @Rule(5)
  void a_pool_may_stand_for_the_template() {
    Json pool = LEAST.without("template").with("templatePool", Json.parse("{\"test1\":{}}"));
    assertThat(GridSpec.parse(pool).problems()).isEmpty();
  }

  @Test
  @Rule(20)
  void a_policy_that_nobody_knows_keeps_the_workload() {
    GridSpec spec = GridSpec.parse(LEAST.with("emptyUnitPolicy", Json.of("Destroy")));
    assertThat(spec.emptyUnitPolicy()).isEqualTo(EmptyUnitPolicy.RETAIN);
    assertThat(spec.problems()).singleElement().asString().contains("Destroy");
  }

  @Test
  @Rule(20)
  void a_grace_of_zero_is_a_grace_and_a_negative_one_a_problem() {
    assertThat(
            GridSpec.parse(LEAST.with("emptyUnitGracePeriodSeconds", Json.of(0)))
                .emptyUnitGracePeriod())
        .isEqualTo(Duration.ZERO);
    GridSpec negative = GridSpec.parse(LEAST.with("emptyUnitGracePeriodSeconds", Json.of(-1)));
    assertThat(negative.emptyUnitGracePeriod()).isEqualTo(Duration.ofMinutes(5));
    assertThat(negative.problems()).hasSize(1);
  }

  @Test
  @Rule(4)
  void a_unit_selector_names_units_and_matches_nodes() {
    GridSpec spec =
        GridSpec.parse(
            LEAST.with(
                "unitSelector",
                Json.parse(
                    "{\"names\":[\"a\",\"a\"],\"nodeSelector\":{\"matchLabels\":{\"edge\":\"yes\"}}}")));
    UnitSelector selector = spec.unitSelector().orElseThrow();
    assertThat(selector.names()).isEqualTo(Set.of("a"));
    assertThat(selector.nodeSelector().orElseThrow().matches(Map.of("edge", "yes", "x", "y")))
        .isTrue();
    assertThat(selector.nodeSelector().orElseThrow().matches(Map.of("edge", "no"))).isFalse();
  }

  @Test
  @Rule(4)
  void a_malformed_node_selector_selects_no_node_and_is_a_problem() {
    GridSpec spec =
        GridSpec.parse(
            LEAST.with(
                "unitSelector",
                Json.parse(
                    "{\"nodeSelector\":{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"Is\"}]}}")));
    assertThat(spec.unitSelector().orElseThrow().nodeSelector()).isEmpty();
    assertThat(spec.problems())
        .containsExactly(
            "spec.unitSelector.nodeSelector: the expression on key \"a\": the operator is In, NotIn, Exists or"
                + " DoesNotExist, not \"Is\"");
  }

  @ParameterizedTest
  @CsvSource({
    "In, true, false, false",
    "NotIn, false, true, true",
    "Exists, true, true, false",
    "DoesNotExist, false, false, true"
  })
  @Rule(4)
  void operators_mean_what_kubernetes_means(
      String operator, boolean same, boolean other, boolean absent) {
    boolean takesValues = operator.endsWith("In");
    LabelSelector selector =
        LabelSelector.parse(
            Json.object(
                "matchExpressions",
                List.of(
                    Json.object(
                        "key",
                        "a",
                        "operator",
                        operator,
                        "values",
                        takesValues ? List.of("b") : List.of()))));
    assertThat(selector.matches(Map.of("a", "b"))).isEqualTo(same);
    assertThat(selector.matches(Map.of("a", "c"))).isEqualTo(other);
    assertThat(selector.matches(Map.of())).isEqualTo(absent);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"key\":\"a\",\"operator\":\"In\"}",
        "{\"key\":\"a\",\"operator\":\"Exists\",\"values\":[\"b\"]}",
        "{\"operator\":\"Exists\"}",
        "{\"key\":\"a\"}"
      })
  void an_expression_that_does_not_fit_is_refused(String expression) {
    Json selector = Json.parse("{\"matchExpressions\":[" + expression + "]}");
    assertThatThrownBy(() -> LabelSelector.parse(selector))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("key");
  }

  @Test
  @Rule(4)
  void an_empty_selector_matches_every_node() {
    assertThat(LabelSelector.parse(Json.emptyObject()).matches(Map.of())).isTrue();
  }

  @Test
  @Rule(19)
  void a_grid_knows_that_it_is_paused_and_that_it_goes() {
    Json object =
        Json.parse(
            "{\"metadata\":{\"name\":\"demo\",\"uid\":\"u\",\"generation\":3,\"deletionTimestamp\":\"2026-11-01T00:00:00Z\","
                + "\"labels\":{\"a\":\"b\"},\"annotations\":{\"unitgrid.dev/paused\":\"true\"}},\"spec\":{\"gridUniqKey\":\"l\"}}");
    Grid grid = Grid.parse(GridKind.SERVICE_GRID, object);
    assertThat(grid.paused()).isTrue();
    assertThat(grid.deleting()).isTrue();
    assertThat(grid.namespace()).isEqualTo("default");
    assertThat(grid.generation()).isEqualTo(3);
    assertThat(grid.labels()).containsEntry("a", "b");
  }

  @Test
  void paths_are_those_of_the_api_server() {
    assertThat(GridKind.DEPLOYMENT_GRID.type().path("default", "demo"))
        .isEqualTo("/apis/superedge.io/v1/namespaces/default/deploymentgrids/demo");
    assertThat(GridKind.SERVICE_GRID.childType().path("default"))
        .isEqualTo("/api/v1/namespaces/default/services");
    assertThat(GridKind.STATEFUL_SET_GRID.childType().path())
        .isEqualTo("/apis/apps/v1/statefulsets");
    assertThat(ResourceType.NODE.path("ignored", "bj-1")).isEqualTo("/api/v1/nodes/bj-1");
    assertThat(ResourceType.DEPLOYMENT.apiVersion()).isEqualTo("apps/v1");
    assertThat(ResourceType.SERVICE.apiVersion()).isEqualTo("v1");
  }
}

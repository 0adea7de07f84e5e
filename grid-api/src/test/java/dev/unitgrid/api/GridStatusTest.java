/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GridStatusTest {
  private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");

  private static final GridStatus FULL =
      new GridStatus(
          3,
          4,
          2,
          1,
          List.of(
              new Condition(
                  ConditionTypes.READY,
                  Condition.Status.FALSE,
                  "UnitsNotReady",
                  "2 of 4 units are ready",
                  NOON,
                  3)),
          List.of(new GridStatus.WorstUnit("beijing", "WriteFailed", "admission said no")),
          List.of(new GridStatus.RecentlyDeleted("hefei", "demo-hefei", "u-1", NOON)),
          Optional.of(
              new UnitSelector(
                  Set.of("hefei", "beijing"),
                  Optional.of(
                      LabelSelector.parse(
                          Json.parse(
                              "{\"matchLabels\":{\"tier\":\"edge\"},\"matchExpressions\":["
                                  + "{\"key\":\"os\",\"operator\":\"In\",\"values\":[\"a\"]},"
                                  + "{\"key\":\"old\",\"operator\":\"DoesNotExist\"}]}"))))),
          List.of(
              new GridStatus.Cluster("cluster-a", 3, 2, 7, true, NOON),
              new GridStatus.Cluster("cluster-b", 1, 0, 6, false, NOON)),
          Map.of("guangzhou", Json.object("replicas", 2, "readyReplicas", 2)));

  @Test
  @Rule(25)
  void what_is_written_is_read_back() {
    assertThat(GridStatus.parse(FULL.toJson())).isEqualTo(FULL);
    assertThat(GridStatus.parse(GridStatus.EMPTY.toJson())).isEqualTo(GridStatus.EMPTY);
  }

  @Test
  @Rule(25)
  void the_counts_are_written_even_when_they_are_zero_and_empty_lists_are_not() {
    assertThat(GridStatus.EMPTY.toJson())
        .isEqualTo(
            Json.parse("{\"observedGeneration\":0,\"units\":0,\"readyUnits\":0,\"emptyUnits\":0}"));
  }

  @Test
  void a_status_of_another_writer_is_read_as_far_as_it_goes() {
    GridStatus status =
        GridStatus.parse(
            Json.parse(
                "{\"units\":\"many\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\","
                    + "\"lastTransitionTime\":\"2026-11-01T13:00:00+01:00\"},{\"status\":7}],"
                    + "\"states\":{\"beijing\":{\"replicas\":2}}}"));
    assertThat(status.units()).isZero();
    assertThat(status.condition("Ready"))
        .contains(new Condition("Ready", Condition.Status.TRUE, "", "", NOON, 0));
    assertThat(status.conditions().get(1).status()).isEqualTo(Condition.Status.UNKNOWN);
    assertThat(status.states()).containsKey("beijing");
  }

  @Test
  @Rule(4)
  void no_unit_selector_is_told_apart_from_one_that_selects_every_unit() {
    assertThat(GridStatus.parse(Json.parse("{}")).observedUnitSelector()).isEmpty();
    assertThat(UnitSelector.parse(UnitSelector.ALL.toJson())).isEqualTo(UnitSelector.ALL);
    assertThat(UnitSelector.ALL.toJson()).isEqualTo(Json.parse("{\"nodeSelector\":{}}"));
  }

  @Test
  @Rule(4)
  void a_unit_selector_that_a_hand_wrote_wrongly_is_none() {
    Json status =
        Json.parse(
            "{\"observedUnitSelector\":{\"nodeSelector\":{\"matchExpressions\":["
                + "{\"key\":\"a\",\"operator\":\"Is\"}]}}}");
    assertThat(GridStatus.parse(status).observedUnitSelector()).isEmpty();
  }

  @Test
  void times_are_whole_seconds_as_the_api_keeps_them() {
    Instant precise = NOON.plusNanos(123_456_789);
    assertThat(new Condition("Ready", Condition.Status.TRUE, "", "", precise, 1))
        .isEqualTo(new Condition("Ready", Condition.Status.TRUE, "", "", NOON, 1));
    assertThat(new GridStatus.RecentlyDeleted("u", "c", "u-1", precise).deletedAt())
        .isEqualTo(NOON);
  }

  @Test
  void a_null_status_is_the_empty_one() {
    assertThat(GridStatus.parse(Json.ofNull())).isEqualTo(GridStatus.EMPTY);
  }
}

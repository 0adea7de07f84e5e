/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.federation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.core.Rule;
import dev.unitgrid.core.federation.Link.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LinkTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Instant LATER = NOON.plusSeconds(100);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  @Rule(36)
  void a_cluster_is_reachable_from_the_first_change_of_its_lease_on() {
    Link heard = Link.unknown(NOON).heard(LATER);
    assertThat(heard).isEqualTo(new Link(State.REACHABLE, LATER, Optional.empty()));
    assertThat(heard.heard(LATER.plusSeconds(5))).isSameAs(heard);
  }

  @Test
  @Rule(36)
  void silence_counts_only_when_it_has_lasted() {
    Link heard = Link.unknown(NOON).heard(NOON);
    assertThat(heard.silentFor(MINUTE.minusNanos(1), MINUTE, LATER)).isSameAs(heard);
    Link silent = heard.silentFor(MINUTE, MINUTE, LATER);
    assertThat(silent).isEqualTo(new Link(State.SILENT, LATER, Optional.empty()));
    assertThat(silent.silentFor(MINUTE, MINUTE, LATER.plusSeconds(9))).isSameAs(silent);
    assertThat(silent.heard(LATER.plusSeconds(9)).state()).isEqualTo(State.REACHABLE);
  }

  @Test
  @Rule(36)
  void a_second_cluster_on_one_namespace_is_remembered() {
    Link contested = Link.unknown(NOON).contendedBy(Optional.of("other"));
    assertThat(contested.contender()).contains("other");
    assertThat(contested.heard(LATER).contender()).contains("other");
    assertThat(contested.contendedBy(Optional.empty()).contender()).isEmpty();
  }
}

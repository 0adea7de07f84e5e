/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.codec.ResourceVersion;
import dev.unitgrid.runtime.lease.LeaderState;
import dev.unitgrid.runtime.queue.QueueState;
import dev.unitgrid.runtime.reflect.ReflectorState;
import dev.unitgrid.runtime.reflect.ReflectorState.Phase;
import dev.unitgrid.runtime.reflect.ReflectorState.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void it_is_ready_once_every_kind_was_listed_leading_or_not() {
    WatchHealth nodes = watch(true, Optional.empty(), Map.of());
    WatchHealth grids =
        watch(false, Optional.of(new Problem(404, "cannot list: 404", NOW)), Map.of());

    assertThat(health(nodes).isReady()).isTrue();
    assertThat(health(nodes).problems()).isEmpty();
    assertThat(health(nodes, grids).isReady()).isFalse();
    assertThat(health(nodes, grids).problems()).containsExactly("Node: cannot list: 404");
    assertThat(health().isReady()).isFalse();
  }

  @Test
  void every_poisoned_object_and_a_lost_lease_are_problems() {
    WatchHealth nodes =
        watch(true, Optional.empty(), Map.of(new ObjectKey("", "bj-1"), "labels is no object"));
    LeaderState leader =
        new LeaderState(false, "", 1, Optional.empty(), Optional.of("no answer within 5000 ms"));
    Health health = new Health(List.of(nodes), Optional.of(leader), Map.of());

    assertThat(health.problems())
        .containsExactly(
            "Node bj-1 cannot be decoded: labels is no object", "lease: no answer within 5000 ms");
  }

  @Test
  void without_a_right_it_is_not_ready_and_says_which() {
    WatchHealth nodes = watch(true, Optional.empty(), Map.of());
    Health write = new Health(List.of(nodes), Optional.empty(), Map.of(), List.of("cannot create"));
    assertThat(write.isReady()).isFalse();
    assertThat(write.problems()).containsExactly("cannot create");

    assertThat(new Health(List.of(nodes), lease("403 Forbidden: leases"), Map.of()).isReady())
        .isFalse();
    assertThat(new Health(List.of(nodes), lease("500: etcd is away"), Map.of()).isReady()).isTrue();
  }

  private static Optional<LeaderState> lease(String problem) {
    return Optional.of(new LeaderState(false, "", 0, Optional.empty(), Optional.of(problem)));
  }

  @Test
  void deletions_are_allowed_only_by_a_synced_reflector_whose_versions_run_forwards() {
    ReflectorState backwards =
        new ReflectorState(
            Phase.WAITING,
            true,
            true,
            new ResourceVersion("7"),
            Optional.of(NOW),
            Optional.of(NOW),
            Optional.empty(),
            Map.of());

    assertThat(WatchHealth.of(ResourceType.NODE, "", backwards).allowsDeletions()).isFalse();
    assertThat(backwards.reached(new ResourceVersion("7"))).isFalse();
    assertThat(watch(true, Optional.empty(), Map.of()).allowsDeletions()).isTrue();
    assertThat(watch(false, Optional.empty(), Map.of()).allowsDeletions()).isFalse();
  }

  private static Health health(WatchHealth... watches) {
    return new Health(
        List.of(watches),
        Optional.empty(),
        Map.of("grids", new QueueState(0, 0, 0, 0, Duration.ZERO)));
  }

  private static WatchHealth watch(
      boolean synced, Optional<Problem> problem, Map<ObjectKey, String> poisoned) {
    ReflectorState state =
        new ReflectorState(
            Phase.WATCHING,
            synced,
            false,
            new ResourceVersion("7"),
            Optional.of(NOW),
            Optional.of(NOW),
            problem,
            poisoned);
    return WatchHealth.of(ResourceType.NODE, "", state);
  }
}

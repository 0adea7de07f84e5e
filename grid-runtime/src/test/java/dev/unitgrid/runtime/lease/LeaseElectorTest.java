/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.Rule;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.time.VirtualScheduler;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LeaseElectorTest {
  private final VirtualScheduler scheduler = new VirtualScheduler();
  private final LeaseServer server = new LeaseServer(scheduler, new Random(7));

  @Test
  void the_first_one_creates_the_lease_and_leads() {
    Candidate a = new Candidate("a");
    a.elector.start();
    scheduler.advance(Duration.ofSeconds(1));

    assertThat(a.elector.term()).isPresent();
    assertThat(a.elector.state().leading()).isTrue();
    assertThat(server.spec().get("holderIdentity")).isEqualTo(Json.of("a"));
    assertThat(server.spec().get("leaseDurationSeconds")).isEqualTo(Json.of(15));
    assertThat(server.spec().get("leaseTransitions")).isEqualTo(Json.of(0));
    assertThat(server.spec().get("renewTime").asString(""))
        .matches("2026-01-01T00:00:00\\.\\d{6}Z");
  }

  @Test
  void a_leader_renews_every_two_seconds_with_one_request() {
    Candidate a = new Candidate("a");
    a.elector.start();
    scheduler.advance(Duration.ofMinutes(1));

    assertThat(server.writes).hasSizeBetween(28, 31);
    assertThat(a.heard).containsExactly("started 1");
  }

  @Test
  void another_one_waits_while_the_leader_renews_whatever_their_wall_clocks_say() {
    Candidate a = new Candidate("a");
    Candidate b = new Candidate("b", Duration.ofHours(5));
    a.elector.start();
    scheduler.advance(Duration.ofSeconds(1));
    b.elector.start();
    scheduler.advance(Duration.ofMinutes(10));

    assertThat(b.heard).isEmpty();
    assertThat(b.elector.state().holder()).isEqualTo("a");
  }

  @Test
  void a_leader_that_cannot_renew_stands_down_before_another_one_leads() {
    Candidate a = new Candidate("a");
    Candidate b = new Candidate("b");
    a.elector.start();
    scheduler.advance(Duration.ofSeconds(1));
    b.elector.start();
    scheduler.advance(Duration.ofSeconds(10));
    a.connection.loses = true;
    scheduler.advance(Duration.ofSeconds(11));
    assertThat(a.heard).containsExactly("started 1", "stopped 1");
    assertThat(b.heard).isEmpty();
    scheduler.advance(Duration.ofSeconds(10));
    assertThat(b.heard).containsExactly("started 1");
    assertThat(server.spec().get("leaseTransitions")).isEqualTo(Json.of(1));
  }

  @Test
  void a_lost_lease_is_regained_within_one_process_as_another_term() {
    Candidate a = new Candidate("a");
    a.elector.start();
    scheduler.advance(Duration.ofSeconds(5));
    Term first = a.elector.term().orElseThrow();
    a.connection.loses = true;
    scheduler.advance(Duration.ofSeconds(30));
    assertThat(first.isHeld()).isFalse();
    assertThat(a.elector.state().problem()).isPresent();
    a.connection.loses = false;
    scheduler.advance(Duration.ofSeconds(10));

    assertThat(a.heard).containsExactly("started 1", "stopped 1", "started 2");
    assertThat(first.isHeld()).isFalse();
    assertThat(a.elector.term().orElseThrow().number()).isEqualTo(2);
    assertThat(a.elector.state().problem()).isEmpty();
  }

  @Test
  void a_released_lease_is_taken_at_once() {
    Candidate a = new Candidate("a");
    Candidate b = new Candidate("b");
    a.elector.start();
    scheduler.advance(Duration.ofSeconds(5));
    b.elector.start();
    scheduler.advance(Duration.ofSeconds(5));
    CompletableFuture<?> released = a.elector.release();
    assertThat(a.heard).containsExactly("started 1", "stopped 1");
    scheduler.advance(Duration.ofMillis(100));
    assertThat(released).isCompleted();
    assertThat(server.spec().get("holderIdentity")).isEqualTo(Json.of(""));
    assertThat(server.spec().get("leaseDurationSeconds")).isEqualTo(Json.of(1));
    scheduler.advance(Duration.ofSeconds(3));

    assertThat(b.heard).containsExactly("started 1");
  }

  @Test
  void a_lease_that_is_left_stays_its_holders_and_nobody_elses() {
    Candidate a = new Candidate("a");
    Candidate b = new Candidate("b");
    a.elector.start();
    scheduler.advance(Duration.ofSeconds(5));
    b.elector.start();
    CompletableFuture<?> left = a.elector.leave();
    scheduler.advance(Duration.ofSeconds(5));
    assertThat(left).isCompleted();
    assertThat(a.heard).containsExactly("started 1", "stopped 1");
    assertThat(server.spec().get("holderIdentity")).isEqualTo(Json.of("a"));
    assertThat(b.heard).isEmpty();
    Candidate again = new Candidate("a");
    again.elector.start();
    scheduler.advance(Duration.ofSeconds(1));
    assertThat(again.heard).containsExactly("started 1");
  }

  @Test
  void a_release_in_the_middle_of_a_request_leaves_the_lease_free() {
    Candidate a = new Candidate("a");
    a.connection.slowestMillis = 1;
    a.elector.start();
    scheduler.advance(Duration.ofMillis(3));
    CompletableFuture<?> released = a.elector.release();
    scheduler.advance(Duration.ofSeconds(20));

    assertThat(released).isCompleted();
    assertThat(a.elector.term()).isEmpty();
    assertThat(server.spec().get("holderIdentity").asString("")).isEmpty();
    assertThat(scheduler.waiting()).isZero();
  }

  @Test
  void a_release_without_a_server_completes() {
    Candidate a = new Candidate("a");
    a.elector.start();
    scheduler.advance(Duration.ofSeconds(5));
    a.connection.loses = true;
    CompletableFuture<?> released = a.elector.release();
    scheduler.advance(Duration.ofSeconds(20));

    assertThat(released).isCompleted();
    assertThat(a.elector.term()).isEmpty();
  }

  @Test
  void an_annotation_on_the_lease_costs_no_term() {
    Candidate a = new Candidate("a");
    a.elector.start();
    for (int i = 0; i < 10; i++) {
      scheduler.advance(Duration.ofSeconds(3));
      server.annotate();
    }
    scheduler.advance(Duration.ofMinutes(1));

    assertThat(a.heard).containsExactly("started 1");
  }

  @Test
  void a_deleted_lease_ends_the_term_before_another_one_begins() {
    Candidate a = new Candidate("a");
    Candidate b = new Candidate("b");
    a.elector.start();
    scheduler.advance(Duration.ofSeconds(5));
    b.elector.start();
    scheduler.advance(Duration.ofSeconds(5));
    server.delete();
    for (int i = 0; i < 300; i++) {
      scheduler.advance(Duration.ofMillis(100));
      assertThat(holders(List.of(a, b))).isLessThanOrEqualTo(1);
    }

    assertThat(holders(List.of(a, b))).isOne();
  }

  @Test
  void a_deleted_lease_is_anybodys_once_its_holder_has_surely_stopped() {
    LeaseTimes hour =
        new LeaseTimes(Duration.ofHours(1), Duration.ofSeconds(10), Duration.ofSeconds(2));
    Candidate a = new Candidate("a", Duration.ZERO, hour);
    Candidate b = new Candidate("b", Duration.ZERO, hour);
    a.elector.start();
    scheduler.advance(Duration.ofSeconds(5));
    b.elector.start();
    a.elector.leave();
    scheduler.advance(Duration.ofMinutes(50));
    assertThat(b.heard).isEmpty();
    server.delete();
    scheduler.advance(Duration.ofSeconds(9));
    assertThat(b.heard).isEmpty();
    scheduler.advance(Duration.ofSeconds(6));
    assertThat(b.heard).containsExactly("started 1");
  }

  @Test
  @Rule(26)
  void a_term_is_not_held_any_more_before_its_listener_hears_of_the_end() {
    Candidate a = new Candidate("a");
    a.elector.start();
    scheduler.advance(Duration.ofSeconds(5));
    a.elector.release();

    assertThat(a.heldWhenStopped).containsExactly(false);
  }

  @Test
  void times_that_would_allow_two_leaders_are_refused() {
    assertThatThrownBy(
            () ->
                new LeaseTimes(
                    Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(2)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                new LeaseTimes(
                    Duration.ofMillis(1500), Duration.ofSeconds(1), Duration.ofMillis(100)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property(tries = 200)
  @Rule(26)
  void there_are_never_two_leaders_and_in_the_end_there_is_one(@ForAll long seed) {
    new LeaseElectorTest().simulate(new Random(seed));
  }

  private void simulate(Random random) {
    List<Candidate> all = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      all.add(new Candidate(name, Duration.ofSeconds(random.nextInt(100_000) - 50_000)));
    }
    all.forEach(each -> each.elector.start());
    for (int i = 0; i < 1500; i++) {
      if (random.nextInt(30) == 0) {
        LeaseServer.Connection connection = all.get(random.nextInt(all.size())).connection;
        connection.loses = random.nextBoolean();
        connection.losesAnswers = random.nextBoolean();
        connection.slowestMillis = 1 + random.nextInt(4000);
      }
      if (random.nextInt(200) == 0) {
        server.annotate();
      }
      scheduler.advance(Duration.ofMillis(random.nextInt(400)));
      assertThat(holders(all)).isLessThanOrEqualTo(1);
    }
    all.forEach(each -> each.connection.heal());
    scheduler.advance(Duration.ofMinutes(1));

    assertThat(holders(all)).isOne();
    assertThat(scheduler.thrown()).isEmpty();
  }

  private static long holders(List<Candidate> all) {
    return all.stream().filter(each -> each.last.map(Term::isHeld).orElse(false)).count();
  }

  private final class Candidate implements LeaseListener {
    private final List<String> heard = new ArrayList<>();
    private final List<Boolean> heldWhenStopped = new ArrayList<>();
    private final LeaseServer.Connection connection = server.new Connection();
    private final LeaseElector elector;
    private Optional<Term> last = Optional.empty();

    Candidate(String identity) {
      this(identity, Duration.ZERO);
    }

    Candidate(String identity, Duration skew) {
      this(identity, skew, LeaseTimes.DEFAULT);
    }

    Candidate(String identity, Duration skew, LeaseTimes times) {
      elector =
          new LeaseElector(
              "kube-system",
              "unitgrid",
              identity,
              times,
              this,
              connection,
              new Skewed(skew),
              new Random(identity.hashCode()),
              Metrics.NOOP);
    }

    @Override
    public void onStarted(Term term) {
      heard.add("started " + term.number());
      last = Optional.of(term);
    }

    @Override
    public void onStopped(Term term) {
      heard.add("stopped " + term.number());
      heldWhenStopped.add(term.isHeld());
    }
  }

  /** A machine whose clocks are ahead, and run at the same rate. */
  private final class Skewed implements Scheduler {
    private final Duration ahead;

    Skewed(Duration ahead) {
      this.ahead = ahead;
    }

    @Override
    public Clock clock() {
      return Clock.offset(scheduler.clock(), ahead);
    }

    @Override
    public void execute(Runnable task) {
      scheduler.execute(task);
    }

    @Override
    public Task schedule(Duration delay, Runnable task) {
      return scheduler.schedule(delay, task);
    }
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.reflect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.runtime.codec.Item;
import dev.unitgrid.runtime.codec.ListPage;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.codec.ResourceVersion;
import dev.unitgrid.runtime.codec.WatchEvent;
import dev.unitgrid.runtime.reflect.ReflectorMachine.Moment;
import dev.unitgrid.runtime.reflect.ReflectorState.Phase;
import dev.unitgrid.runtime.time.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ReflectorMachineTest {
  private static final ObjectKey KEY = new ObjectKey("default", "a");

  private final ReflectorMachine<Integer> machine = machine(1);
  private Duration now = Duration.ZERO;

  @Test
  void a_call_of_a_watch_that_was_given_up_is_ignored() {
    watching();
    int old = machine.turn();
    on(new Input.WatchClosed<>(old, Optional.of(Input.Failure.of("connection reset"))));

    assertThat(on(new Input.Event<>(old, new WatchEvent.Deleted<>(KEY, version(20))))).isEmpty();
    assertThat(on(new Input.WatchOpened<>(old))).isEmpty();
    assertThat(on(new Input.WatchClosed<>(old, Optional.empty()))).isEmpty();
    assertThat(machine.state().phase()).isEqualTo(Phase.WAITING);
    assertThat(machine.state().reached()).isEqualTo(version(10));
  }

  @Test
  void a_page_that_comes_after_its_list_failed_is_ignored() {
    on(new Input.Start<>(0));
    int old = machine.turn();
    on(new Input.ListFailed<>(old, Input.Failure.of("no answer")));

    assertThat(on(new Input.Listed<>(old, page()))).isEmpty();
    assertThat(machine.state().synced()).isFalse();
  }

  @Test
  void once_stopped_it_wants_nothing_more() {
    watching();
    on(new Input.Stop<>(machine.turn()));

    assertThat(on(new Input.TimeUp<>(machine.turn()))).isEmpty();
    assertThat(on(new Input.Start<>(machine.turn()))).isEmpty();
    assertThat(machine.state().allowsDeletions()).isFalse();
  }

  @Test
  void a_late_timer_of_silence_is_measured_from_what_was_heard_last() {
    watching();
    on(new Input.WatchOpened<>(machine.turn()));
    now = Duration.ofSeconds(100);
    on(new Input.Event<>(machine.turn(), new WatchEvent.Bookmark<>(version(11))));
    now = Duration.ofSeconds(150);

    assertThat(on(new Input.TimeUp<>(machine.turn())))
        .containsExactly(new Effect.StartTimer<>(machine.turn(), Duration.ofSeconds(100)));
  }

  @Property
  void equal_inputs_give_equal_effects(@ForAll long seed) {
    assertThat(play(seed)).isEqualTo(play(seed));
  }

  private static List<Effect<Integer>> play(long seed) {
    Random random = new Random(seed);
    ReflectorMachine<Integer> machine = machine(seed);
    List<Effect<Integer>> effects = new ArrayList<>(machine.on(new Input.Start<>(0), at(0)));
    for (int i = 1; i < 50; i++) {
      effects.addAll(machine.on(any(random, machine.turn()), at(i)));
    }
    return effects;
  }

  private static Input<Integer> any(Random random, int turn) {
    return switch (random.nextInt(6)) {
      case 0 -> new Input.Listed<>(turn, page());
      case 1 -> new Input.WatchOpened<>(turn);
      case 2 -> new Input.TimeUp<>(turn);
      case 3 -> new Input.WatchClosed<>(turn, Optional.empty());
      case 4 -> new Input.Garbled<>(turn, "garbled");
      default ->
          new Input.Event<>(
              turn, new WatchEvent.Changed<>(new Item<>(KEY, version(random.nextInt(30)), 1)));
    };
  }

  private void watching() {
    on(new Input.Start<>(0));
    on(new Input.Listed<>(machine.turn(), page()));
  }

  private List<Effect<Integer>> on(Input<Integer> input) {
    return machine.on(input, new Moment(Instant.EPOCH.plus(now), now)).stream()
        .filter(effect -> !(effect instanceof Effect.Count || effect instanceof Effect.Say))
        .toList();
  }

  private static Moment at(int seconds) {
    return new Moment(Instant.ofEpochSecond(seconds), Duration.ofSeconds(seconds));
  }

  private static ListPage<Integer> page() {
    return new ListPage<>(version(10), "", List.of(new Item<>(KEY, version(5), 1)), List.of());
  }

  private static ResourceVersion version(int number) {
    return new ResourceVersion(Integer.toString(number));
  }

  private static ReflectorMachine<Integer> machine(long seed) {
    Random random = new Random(seed);
    return new ReflectorMachine<>(
        "",
        Reflector.DEFAULT_SILENCE,
        Backoff.exponential(Duration.ofSeconds(1), Duration.ofSeconds(30)).jittered(0.5, random),
        random);
  }
}

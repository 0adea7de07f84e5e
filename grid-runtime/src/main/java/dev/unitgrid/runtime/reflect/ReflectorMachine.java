/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.reflect;

import dev.unitgrid.runtime.codec.ApiStatus;
import dev.unitgrid.runtime.codec.Item;
import dev.unitgrid.runtime.codec.ListPage;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.codec.Poisoned;
import dev.unitgrid.runtime.codec.ResourceVersion;
import dev.unitgrid.runtime.codec.WatchEvent;
import dev.unitgrid.runtime.metrics.MetricNames;
import dev.unitgrid.runtime.reflect.Input.Failure;
import dev.unitgrid.runtime.reflect.ReflectorState.Phase;
import dev.unitgrid.runtime.reflect.ReflectorState.Problem;
import dev.unitgrid.runtime.time.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Every decision of a {@link Reflector}: inputs to effects, without I/O, threads or a clock. Equal
 * inputs at equal times with equal random numbers give equal effects. For one thread.
 *
 * <p>A watch that ends is opened again from the last version that was reached, which loses nothing.
 * The world is listed anew when the server has forgotten that version (410), when a frame was
 * truncated or is no event, when versions ran backwards, after two silent watches in a row, and
 * after three watches in a row that the server refused or that broke soon after they were opened.
 */
final class ReflectorMachine<T> {
  /** A watch that lived that long was a good one: the next failure counts as the first. */
  static final Duration GOOD_WATCH = Duration.ofSeconds(5);

  /** How long older lists are refused before the server's world is taken to be the older one. */
  static final Duration ROLLBACK_PATIENCE = Duration.ofMinutes(5);

  /** More than that is not waited even if the server asks for it. */
  static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(10);

  private static final int SHORTEST_WATCH_SECONDS = 300;
  private static final int SILENT_WATCHES_BEFORE_LIST = 2;
  private static final int FAILED_WATCHES_BEFORE_LIST = 3;

  private final String namespace;
  private final Duration silence;
  private final Backoff backoff;
  private final RandomGenerator random;
  private final Map<ObjectKey, String> poisoned = new HashMap<>();
  private final List<ListPage<T>> pages = new ArrayList<>();

  private List<Effect<T>> effects = new ArrayList<>();
  private Moment now = new Moment(Instant.EPOCH, Duration.ZERO);
  private Phase phase = Phase.IDLE;
  private int turn;
  private boolean synced;
  private boolean listIsNext;
  private ResourceVersion reached = ResourceVersion.NONE;
  private ResourceVersion refused = ResourceVersion.NONE;
  private @Nullable Duration backwardsSince;
  private @Nullable Duration openedAt;
  private @Nullable Instant listedAt;
  private @Nullable Moment heard;
  private @Nullable Problem problem;
  private int failures;
  private int failedWatches;
  private int silentWatches;

  /** The wall clock, for people, and the steady one, for deadlines. */
  record Moment(Instant wall, Duration steady) {}

  ReflectorMachine(String namespace, Duration silence, Backoff backoff, RandomGenerator random) {
    this.namespace = namespace;
    this.silence = silence;
    this.backoff = backoff;
    this.random = random;
  }

  /** What to do because of {@code input} at the time {@code at}. */
  List<Effect<T>> on(Input<T> input, Moment at) {
    if (input.turn() != turn || phase == Phase.STOPPED) {
      return List.of();
    }
    effects = new ArrayList<>();
    now = at;
    decide(input);
    return effects;
  }

  /** The turn that a {@link Input.Start} or {@link Input.Stop} has to name. */
  int turn() {
    return turn;
  }

  ReflectorState state() {
    return new ReflectorState(
        phase,
        synced,
        backwardsSince != null,
        reached,
        Optional.ofNullable(listedAt),
        Optional.ofNullable(heard).map(Moment::wall),
        Optional.ofNullable(problem),
        poisoned);
  }

  private void decide(Input<T> input) {
    if (input instanceof Input.Event<T> event) {
      onEvent(event.event());
    } else if (input instanceof Input.Listed<T> listed) {
      onPage(listed.page());
    } else if (input instanceof Input.ListFailed<T> failed) {
      onListFailed(failed.failure());
    } else if (input instanceof Input.WatchOpened<T>) {
      onWatchOpened();
    } else if (input instanceof Input.WatchClosed<T> closed) {
      onWatchClosed(closed.failure());
    } else if (input instanceof Input.WatchRefused<T> refusal) {
      onWatchFailed(Failure.of(refusal.status()));
    } else if (input instanceof Input.Garbled<T> garbled) {
      onGarbled(garbled.sentence());
    } else if (input instanceof Input.TimeUp<T>) {
      onTimeUp();
    } else if (input instanceof Input.Start<T>) {
      list();
    } else {
      stop();
    }
  }

  // Lists

  private void list() {
    turn++;
    phase = Phase.LISTING;
    pages.clear();
    effects.add(new Effect.SendList<>(turn, ""));
  }

  private void onPage(ListPage<T> page) {
    heard = now;
    if (!pages.isEmpty() && !pages.get(0).version().equals(page.version())) {
      onListFailed(
          Failure.of("a page of version " + page.version() + " after " + pages.get(0).version()));
      return;
    }
    pages.add(page);
    if (!page.isLast()) {
      effects.add(new Effect.SendList<>(turn, page.continueToken()));
    } else if (page.version().isOlderThan(reached)) {
      onOlderList(page.version());
    } else {
      takeOver(page.version());
    }
  }

  /** A half-read list is no list (RULE 2): its pages are dropped. */
  private void onListFailed(Failure failure) {
    pages.clear();
    count(MetricNames.LIST_FAILURES);
    report(failure.code(), "cannot list: " + failure.sentence());
    retry(true, failure);
  }

  private void onOlderList(ResourceVersion version) {
    boolean patient =
        backwardsSince == null
            || now.steady().minus(backwardsSince).compareTo(ROLLBACK_PATIENCE) < 0
            || version.isOlderThan(refused);
    if (!patient) {
      say(Level.WARN, "taking over the list of version " + version + ", older than " + reached);
      takeOver(version);
      return;
    }
    refused = version;
    String sentence = "refused a list of version " + version + ", " + reached + " was seen before";
    backwards(sentence);
    count(MetricNames.LIST_FAILURES);
    pages.clear();
    retry(true, Failure.of(sentence));
  }

  private void takeOver(ResourceVersion version) {
    List<Item<T>> items = new ArrayList<>();
    List<Poisoned> bad = new ArrayList<>();
    pages.forEach(page -> items.addAll(page.items()));
    pages.forEach(page -> bad.addAll(page.poisoned()));
    pages.clear();
    poisoned.keySet().retainAll(keysOf(bad));
    bad.forEach(this::onPoisoned);
    boolean nameless = bad.stream().anyMatch(each -> each.key().isEmpty());
    effects.add(
        new Effect.Replace<>(
            new Replacement<>(namespace, items, poisoned.keySet(), nameless, version)));
    count(MetricNames.LISTS);
    say(
        synced && problem == null ? Level.DEBUG : Level.INFO,
        "listed " + items.size() + " objects at version " + version);
    synced = true;
    backwardsSince = null;
    refused = ResourceVersion.NONE;
    reached = version;
    listedAt = now.wall();
    failedWatches = 0;
    silentWatches = 0;
    problem = null;
    watch();
  }

  private static Set<ObjectKey> keysOf(List<Poisoned> bad) {
    Set<ObjectKey> keys = new HashSet<>();
    bad.forEach(each -> each.key().ifPresent(keys::add));
    return keys;
  }

  // Watches

  private void watch() {
    turn++;
    phase = Phase.WATCHING;
    openedAt = null;
    int seconds = SHORTEST_WATCH_SECONDS + random.nextInt(SHORTEST_WATCH_SECONDS + 1);
    effects.add(new Effect.OpenWatch<>(turn, reached, Duration.ofSeconds(seconds)));
  }

  private void onWatchOpened() {
    openedAt = now.steady();
    heard = now;
    count(MetricNames.WATCHES);
    effects.add(new Effect.StartTimer<>(turn, silence));
    if (problem != null) {
      say(Level.INFO, "watching again from version " + reached);
      problem = null;
    }
  }

  private void onEvent(WatchEvent<T> event) {
    heard = now;
    silentWatches = 0;
    count(MetricNames.EVENTS);
    if (event instanceof WatchEvent.Failed<T> failed) {
      effects.add(new Effect.CloseWatch<>());
      onWatchFailed(Failure.of(failed.status()));
    } else if (event.version().isOlderThan(reached) && !event.version().isNone()) {
      onOlderEvent(event.version());
    } else {
      deliver(event);
      reached = event.version().isNone() ? reached : event.version();
    }
  }

  private void deliver(WatchEvent<T> event) {
    if (event instanceof WatchEvent.Changed<T> changed) {
      poisoned.remove(changed.item().key());
      effects.add(new Effect.Upsert<>(changed.item()));
    } else if (event instanceof WatchEvent.Deleted<T> deleted) {
      poisoned.remove(deleted.key());
      effects.add(new Effect.Remove<>(deleted.key(), deleted.version()));
    } else if (event instanceof WatchEvent.Undecodable<T> undecodable) {
      onPoisoned(undecodable.poisoned());
    }
  }

  private void onOlderEvent(ResourceVersion version) {
    backwards("an event of version " + version + " after version " + reached);
    effects.add(new Effect.CloseWatch<>());
    listAfterWatch();
  }

  private void onGarbled(String sentence) {
    if (phase != Phase.WATCHING) {
      onListFailed(Failure.of(sentence));
      return;
    }
    count(MetricNames.WATCH_FAILURES);
    report(0, sentence);
    effects.add(new Effect.CloseWatch<>());
    listAfterWatch();
  }

  private void onWatchClosed(Optional<Failure> failure) {
    if (failure.isEmpty() && livedWell()) {
      failures = 0;
      failedWatches = 0;
      watch();
      return;
    }
    onWatchFailed(failure.orElseGet(() -> Failure.of("it ended as soon as it was opened")));
  }

  private void onWatchFailed(Failure failure) {
    if (failure.status().map(ApiStatus::isGone).orElse(false)) {
      say(Level.INFO, "listing anew: " + failure.sentence());
      listAfterWatch();
      return;
    }
    if (livedWell()) {
      failures = 0;
      failedWatches = 0;
    }
    if (failure.code() != 0 || openedAt != null) {
      failedWatches++; // a server that is away has forgotten nothing
    }
    count(MetricNames.WATCH_FAILURES);
    report(failure.code(), "cannot watch: " + failure.sentence());
    boolean lists = failure.code() == 404 || failedWatches >= FAILED_WATCHES_BEFORE_LIST;
    retry(lists, failure);
  }

  /** At once after a good watch; a server that answers each watch with 410 is not hurried. */
  private void listAfterWatch() {
    if (livedWell()) {
      failures = 0;
      list();
    } else {
      retry(true, Failure.of(""));
    }
  }

  private boolean livedWell() {
    return openedAt != null && now.steady().minus(openedAt).compareTo(GOOD_WATCH) >= 0;
  }

  // Time

  private void retry(boolean withList, Failure failure) {
    turn++;
    phase = Phase.WAITING;
    listIsNext = withList;
    failures++;
    Duration asked = failure.status().flatMap(ApiStatus::retryAfter).orElse(Duration.ZERO);
    Duration obeyed = asked.compareTo(LONGEST_RETRY_AFTER) < 0 ? asked : LONGEST_RETRY_AFTER;
    Duration own = backoff.interval(failures);
    effects.add(new Effect.StartTimer<>(turn, own.compareTo(obeyed) < 0 ? obeyed : own));
  }

  private void onTimeUp() {
    if (phase == Phase.WATCHING) {
      onSilenceChecked();
    } else if (listIsNext) {
      list();
    } else {
      watch();
    }
  }

  private void onSilenceChecked() {
    Duration silent = now.steady().minus(heard == null ? Duration.ZERO : heard.steady());
    if (silent.compareTo(silence) < 0) {
      effects.add(new Effect.StartTimer<>(turn, silence.minus(silent)));
      return;
    }
    silentWatches++;
    count(MetricNames.WATCH_FAILURES);
    say(Level.WARN, "nothing heard for " + silent.toSeconds() + " s, opening another connection");
    effects.add(new Effect.CloseWatch<>());
    if (silentWatches >= SILENT_WATCHES_BEFORE_LIST) {
      list();
    } else {
      watch();
    }
  }

  private void stop() {
    turn++;
    phase = Phase.STOPPED;
    pages.clear();
    effects.add(new Effect.CloseWatch<>());
  }

  // Words

  private void backwards(String sentence) {
    if (backwardsSince == null) {
      backwardsSince = now.steady();
      count(MetricNames.ROLLBACKS);
    }
    report(0, "versions ran backwards: " + sentence);
  }

  private void onPoisoned(Poisoned bad) {
    String sentence = bad.problem();
    boolean known = bad.key().isPresent() && sentence.equals(poisoned.get(bad.key().get()));
    bad.key().ifPresent(key -> poisoned.put(key, sentence));
    count(MetricNames.POISONED);
    if (!known) {
      say(
          Level.WARN,
          "cannot decode "
              + bad.key().map(ObjectKey::toString).orElse("an object without a name")
              + " (its last good value stays): "
              + sentence);
    }
  }

  private void report(int code, String sentence) {
    if (problem != null && problem.sentence().equals(sentence)) {
      return;
    }
    Instant since = problem == null ? now.wall() : problem.since();
    problem = new Problem(code, sentence, since);
    say(Level.WARN, sentence);
  }

  private void say(Level level, String sentence) {
    effects.add(new Effect.Say<>(level, sentence));
  }

  private void count(String metric) {
    effects.add(new Effect.Count<>(metric));
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.dns;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.core.dns.NameRecord;
import dev.unitgrid.runtime.time.Backoff;
import dev.unitgrid.runtime.time.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Decides when the hosts file is written: soon after a change, one writing at a time, again after a
 * pause if it failed; and looks once a minute whether somebody else has changed it. Used by the one
 * loop only, save what is said to be read by anybody.
 */
final class HostsKeeper {
  /** What belongs to one roll-out step comes together, and a second is promised. */
  private static final Duration SETTLING = Duration.ofMillis(100);

  private static final Duration GLANCE = Duration.ofMinutes(1);

  private final HostsFile file;
  private final Supplier<List<ImmutableList<NameRecord>>> names;
  private final Scheduler scheduler;
  private final Executor loop;
  private final Executor writer;
  private final Backoff backoff;
  private State state = State.IDLE;
  private boolean changedMeanwhile;
  private boolean closed;
  private int failures;
  private Scheduler.Task glance = () -> {};
  // Written by the loop, read by anybody.
  private volatile boolean current;
  private volatile Optional<String> problem = Optional.empty();

  private enum State {
    IDLE,
    WAITING,
    WRITING
  }

  /**
   * A keeper that has nothing to write yet.
   *
   * @param names is asked on the loop
   * @param writer runs what blocks, one task at a time
   */
  HostsKeeper(
      HostsFile file,
      Supplier<List<ImmutableList<NameRecord>>> names,
      Scheduler scheduler,
      Executor loop,
      Executor writer,
      Backoff backoff) {
    this.file = file;
    this.names = names;
    this.scheduler = scheduler;
    this.loop = loop;
    this.writer = writer;
    this.backoff = backoff;
  }

  /** Whether the file said what was known when it was looked at last. */
  boolean current() {
    return current;
  }

  /** Why the last writing failed, if it did. */
  Optional<String> problem() {
    return problem;
  }

  /** There may be something new. */
  void changed() {
    switch (state) {
      case IDLE -> writeAfter(SETTLING);
      case WAITING -> {}
      case WRITING -> changedMeanwhile = true;
    }
  }

  /** Writes nothing more, save what is under way. */
  void close() {
    closed = true;
    glance.cancel();
    writer.execute(file::close);
  }

  private void writeAfter(Duration pause) {
    if (!closed) {
      state = State.WAITING;
      glance.cancel();
      scheduler.schedule(pause, () -> loop.execute(this::write));
    }
  }

  private void write() {
    if (closed) {
      return;
    }
    state = State.WRITING;
    List<ImmutableList<NameRecord>> now = names.get();
    writer.execute(() -> say(now));
  }

  private void say(List<ImmutableList<NameRecord>> now) {
    Optional<String> failure =
        Optional.of("the hosts file was not written, for a bug: see the log");
    try {
      failure = file.say(now);
    } finally {
      // Also after a bug, or without memory: it must not end all writing.
      Optional<String> outcome = failure;
      loop.execute(() -> written(outcome));
    }
  }

  private void written(Optional<String> failure) {
    state = State.IDLE;
    problem = failure;
    current = failure.isEmpty();
    failures = failure.isEmpty() ? 0 : failures + 1;
    boolean again = changedMeanwhile;
    changedMeanwhile = false;
    if (failures > 0) {
      writeAfter(backoff.interval(failures));
    } else if (again) {
      writeAfter(SETTLING);
    } else if (!closed) {
      glance = scheduler.schedule(GLANCE, () -> writer.execute(this::glance));
    }
  }

  private void glance() {
    boolean untouched = file.isUntouched();
    loop.execute(() -> glanced(untouched));
  }

  private void glanced(boolean untouched) {
    if (state != State.IDLE || closed) {
      return;
    }
    if (untouched) {
      glance = scheduler.schedule(GLANCE, () -> writer.execute(this::glance));
    } else {
      write();
    }
  }
}

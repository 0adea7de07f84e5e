/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.testkit.cluster.ClusterPart;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the controllers have to look at, now and later, each once. Guarded by the server's lock; one
 * task of the scheduler at a time waits for what comes next.
 */
final class WorkQueue {
  /** A key that a part has to look at. */
  record Work(ClusterPart part, ObjectKey key) {}

  private record Due(Instant at, long number, Work work) {}

  /** These look at all pods of a Service at once: they wait until the pods have settled. */
  private static final Set<ClusterPart> PATIENT =
      EnumSet.of(
          ClusterPart.ENDPOINTS, ClusterPart.ENDPOINT_SLICES, ClusterPart.ENDPOINT_SLICE_MIRRORING);

  private final Scheduler scheduler;
  private final Runnable turn;
  private final Set<Work> soon = new LinkedHashSet<>();
  private final Set<Work> patient = new LinkedHashSet<>();
  private final Map<Work, Due> later = new HashMap<>();
  private final TreeSet<Due> byTime =
      new TreeSet<>(Comparator.comparing(Due::at).thenComparingLong(Due::number));
  private long count;
  private boolean scheduled;
  private @Nullable Instant alarm;

  WorkQueue(Scheduler scheduler, Runnable turn) {
    this.scheduler = scheduler;
    this.turn = turn;
  }

  void add(ClusterPart part, ObjectKey key) {
    (PATIENT.contains(part) ? patient : soon).add(new Work(part, key));
  }

  /** Adds after {@code delay}, unless the same work is due before. */
  void addAfter(ClusterPart part, ObjectKey key, Duration delay) {
    Work work = new Work(part, key);
    Due due = new Due(scheduler.clock().instant().plus(delay), count++, work);
    Due before = later.get(work);
    if (before != null && !before.at().isAfter(due.at())) {
      return;
    }
    if (before != null) {
      byTime.remove(before);
    }
    later.put(work, due);
    byTime.add(due);
    setAlarm();
  }

  private void setAlarm() {
    if (byTime.isEmpty() || (alarm != null && !alarm.isAfter(byTime.first().at()))) {
      return;
    }
    Instant at = byTime.first().at();
    alarm = at;
    // An earlier alarm stays set: it finds nothing to do, and that is cheaper than to cancel it.
    scheduler.schedule(Duration.between(scheduler.clock().instant(), at), turn);
  }

  /** Moves what is due to what is to be done now. */
  void ripen() {
    Instant now = scheduler.clock().instant();
    if (alarm != null && !alarm.isAfter(now)) {
      alarm = null;
    }
    while (!byTime.isEmpty() && !byTime.first().at().isAfter(now)) {
      Work work = byTime.first().work();
      byTime.remove(byTime.first());
      later.remove(work);
      add(work.part(), work.key());
    }
    setAlarm();
  }

  boolean isEmpty() {
    return soon.isEmpty() && patient.isEmpty();
  }

  int size() {
    return soon.size() + patient.size();
  }

  @Nullable Work next() {
    Iterator<Work> works = (soon.isEmpty() ? patient : soon).iterator();
    if (!works.hasNext()) {
      return null;
    }
    Work work = works.next();
    works.remove();
    return work;
  }

  /** Makes sure that a turn comes if there is something to do. */
  void wake() {
    if (!scheduled && !isEmpty()) {
      scheduled = true;
      scheduler.execute(turn);
    }
  }

  /** A turn has begun. */
  void awake() {
    scheduled = false;
    ripen();
  }
}

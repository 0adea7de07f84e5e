/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * The last changes of one kind in the order of their versions: a watch goes along them as fast as
 * its client takes them, and one that broke goes on after the version that it saw last. It is
 * bounded by the bytes that only it still holds, so all slow clients together cost no more than
 * one. Written by the loop; {@link Logged}s are read by many.
 */
final class ChangeLog {
  private final ServeLimits limits;
  private final Predicate<ServedObject> served;
  private final Deque<Logged> changes = new ArrayDeque<>();
  private Logged newest;
  private long oldest;
  private long heldBytes;

  /**
   * A log without changes.
   *
   * @param served whether an object is served now: then the log does not hold it alone
   * @param start the version before the first change
   */
  ChangeLog(ServeLimits limits, Predicate<ServedObject> served, long start) {
    this.limits = limits;
    this.served = served;
    this.newest = Logged.start(start);
    this.oldest = start;
  }

  /** The oldest version after which every change is still here. */
  long oldest() {
    return oldest;
  }

  /** The last change; readers go on from it. */
  Logged newest() {
    return newest;
  }

  /** An object of the log is not served any more. */
  void superseded(ServedObject object) {
    if (object.version() > oldest) {
      heldBytes += object.json().length;
    }
  }

  /**
   * Remembers a batch, which readers see at once and whole, and forgets what is too much.
   *
   * @param batch not empty, each version above all others
   * @param objects how many objects are served
   */
  void append(List<Logged> batch, int objects) {
    Logged before = newest;
    for (int i = 1; i < batch.size(); i++) {
      batch.get(i - 1).link(batch.get(i));
    }
    for (Logged change : batch) {
      changes.addLast(change);
      heldBytes += beforeBytes(change);
    }
    newest = batch.get(batch.size() - 1);
    before.link(batch.get(0));
    // Every object may change at once, and clients shall follow.
    int mostChanges = Math.max(limits.loggedChanges(), objects + limits.loggedChanges() / 2);
    while (changes.size() > mostChanges || heldBytes > limits.loggedBytes()) {
      forget(changes.removeFirst());
    }
  }

  private void forget(Logged change) {
    oldest = change.version();
    heldBytes -= beforeBytes(change);
    ServedObject after = change.after();
    if (after != null && !served.test(after)) {
      heldBytes -= after.json().length;
    }
  }

  private static long beforeBytes(Logged change) {
    ServedObject before = change.before();
    return before == null ? 0 : before.json().length;
  }

  /** How many bytes only the log still holds. */
  long heldBytes() {
    return heldBytes;
  }

  /**
   * The change after which a reader goes on that saw {@code version} last.
   *
   * @throws IllegalArgumentException if changes after it are forgotten
   */
  Logged at(long version) {
    if (version < oldest) {
      throw new IllegalArgumentException("version " + version + " is before " + oldest);
    }
    if (version >= newest.version()) {
      return newest;
    }
    Logged at = Logged.start(oldest);
    at.link(changes.getFirst());
    for (Logged next = at.next(); next != null && next.version() <= version; next = at.next()) {
      at = next;
    }
    return at;
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * The last changes of one kind in the order of their versions, at most so many: a watch that broke
 * goes on after the version that it saw last. Not thread-safe.
 *
 * @param <C> a change
 */
public final class ChangeLog<C> {
  private record Entry<C>(long version, C change) {}

  private final int capacity;
  private final Deque<Entry<C>> entries = new ArrayDeque<>();
  private long oldest;
  private long newest;

  /**
   * A log without changes.
   *
   * @param capacity how many changes are remembered
   * @param start the version before the first change
   * @throws IllegalArgumentException if nothing is to be remembered
   */
  public ChangeLog(int capacity, long start) {
    if (capacity < 1) {
      throw new IllegalArgumentException("a log of " + capacity + " changes");
    }
    this.capacity = capacity;
    this.oldest = start;
    this.newest = start;
  }

  /**
   * Remembers a change, and forgets the oldest one if there are too many.
   *
   * @throws IllegalArgumentException if {@code version} is not above all others
   */
  public void add(long version, C change) {
    if (version <= newest) {
      throw new IllegalArgumentException("version " + version + " after " + newest);
    }
    if (entries.size() == capacity) {
      oldest = entries.removeFirst().version();
    }
    entries.addLast(new Entry<>(version, change));
    newest = version;
  }

  /** The oldest version after which every change is still here. */
  public long oldest() {
    return oldest;
  }

  /**
   * The changes after {@code version}, oldest first.
   *
   * @throws IllegalArgumentException if some of them are forgotten: {@code version} is below {@link
   *     #oldest}
   */
  public List<C> after(long version) {
    if (version < oldest) {
      throw new IllegalArgumentException("version " + version + " is before " + oldest);
    }
    List<C> later = new ArrayList<>();
    // From the end: clients are seldom far behind.
    Iterator<Entry<C>> back = entries.descendingIterator();
    while (back.hasNext()) {
      Entry<C> entry = back.next();
      if (entry.version() <= version) {
        break;
      }
      later.add(entry.change());
    }
    Collections.reverse(later);
    return later;
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.lease;

import dev.unitgrid.runtime.time.Scheduler;
import java.time.Duration;

/**
 * One time of leading, from taking the lease to losing it. Each write of a leader checks {@link
 * #isHeld()} just before it is sent, and the rest of a plan is dropped once it is false (RULE 26).
 * Never held again once it was lost: the next time is another term. Thread-safe.
 */
public final class Term {
  private final long number;
  private final Scheduler scheduler;
  private Duration heldUntil;
  private boolean lost;

  Term(long number, Scheduler scheduler, Duration heldUntil) {
    this.number = number;
    this.scheduler = scheduler;
    this.heldUntil = heldUntil;
  }

  /** Counts the terms of one elector from 1. */
  public long number() {
    return number;
  }

  /**
   * Whether it is held at this moment by the steady clock: false before any other elector whose
   * clock runs at the same rate can have taken the lease, and false for ever from then on.
   */
  public synchronized boolean isHeld() {
    lost = lost || scheduler.elapsed().compareTo(heldUntil) >= 0;
    return !lost;
  }

  synchronized Duration heldUntil() {
    return heldUntil;
  }

  /** Prolongs it unless it was lost in the meantime; answers whether it was not. */
  synchronized boolean holdUntil(Duration later) {
    if (isHeld()) {
      heldUntil = later;
    }
    return !lost;
  }

  synchronized void end() {
    lost = true;
  }

  @Override
  public String toString() {
    return "term " + number;
  }
}

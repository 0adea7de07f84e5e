/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.lease;

/**
 * Hears of the terms of a {@link LeaseElector}: started and stopped in turn, one call at a time, on
 * threads of the transport and the scheduler. Must not block.
 */
public interface LeaseListener {
  /** It leads from now on. */
  void onStarted(Term term);

  /** It leads no more; {@code term} is not held any more. */
  void onStopped(Term term);
}

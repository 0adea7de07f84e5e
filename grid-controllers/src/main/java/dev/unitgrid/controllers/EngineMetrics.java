/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

/** The names of the engine's metrics and their tags: part of the API. */
public final class EngineMetrics {
  /**
   * Counter: requests of the engine, watches and lists aside. Tags {@code method}, {@code code}.
   */
  public static final String REQUESTS = "unitgrid_requests_total";

  /** Counter: plans made. Tag {@link #TAG_KIND}. */
  public static final String PLANS = "unitgrid_plans_total";

  /** Timer: making one plan. Tag {@link #TAG_KIND}. */
  public static final String PLANNING = "unitgrid_planning_seconds";

  /** Counter: plans that failed for a bug. Tag {@link #TAG_KIND}. */
  public static final String PLAN_FAILURES = "unitgrid_plan_failures_total";

  /** Counter: writes to children that succeeded. Tags {@link #TAG_KIND}, {@link #TAG_ACTION}. */
  public static final String ACTIONS = "unitgrid_actions_total";

  /** Counter: writes to children that failed. Tags {@link #TAG_KIND}, {@link #TAG_ACTION}. */
  public static final String ACTION_FAILURES = "unitgrid_action_failures_total";

  /** Counter: deletions that were cancelled by the reads before them (RULE 17). */
  public static final String DELETIONS_CANCELLED = "unitgrid_deletions_cancelled_total";

  /** Counter: status writes. Tag {@link #TAG_KIND}. */
  public static final String STATUS_WRITES = "unitgrid_status_writes_total";

  /** Counter: events sent. Tag {@link #TAG_KIND}. */
  public static final String EVENTS = "unitgrid_events_total";

  /** Tag: the kind of the grid, e.g. {@code DeploymentGrid}. */
  public static final String TAG_KIND = "kind";

  /** Tag: the kind of the write, e.g. {@code create}. */
  public static final String TAG_ACTION = "action";

  private EngineMetrics() {}
}

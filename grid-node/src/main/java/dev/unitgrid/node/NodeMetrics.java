/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node;

/** The names of the node side's metrics and their tags: part of the API. */
public final class NodeMetrics {
  /** Counter: snapshots written. */
  public static final String SNAPSHOT_WRITES = "unitgrid_snapshot_writes_total";

  /** Timer: writing one snapshot. */
  public static final String SNAPSHOT_WRITING = "unitgrid_snapshot_writing_seconds";

  /** Counter: snapshots that could not be written; each is tried again. */
  public static final String SNAPSHOT_WRITE_FAILURES = "unitgrid_snapshot_write_failures_total";

  /** Counter: snapshots that were found damaged or foreign at a start, and were not used. */
  public static final String SNAPSHOTS_REFUSED = "unitgrid_snapshots_refused_total";

  private NodeMetrics() {}
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.federation;

/** The names of the federation's metrics and their tags: part of the API. */
public final class FederationMetrics {
  /** Counter: writes to copies that succeeded. Tags {@link #TAG_KIND}, {@link #TAG_ACTION}. */
  public static final String COPY_WRITES = "unitgrid_copy_writes_total";

  /** Counter: writes to copies that failed. Tags {@link #TAG_KIND}, {@link #TAG_ACTION}. */
  public static final String COPY_WRITE_FAILURES = "unitgrid_copy_write_failures_total";

  /**
   * Counter: a child's writes to the grids that it made of copies that succeeded. Tags {@link
   * #TAG_KIND}, {@link #TAG_ACTION}.
   */
  public static final String LOCAL_WRITES = "unitgrid_local_grid_writes_total";

  /** Counter: those that failed. Tags {@link #TAG_KIND}, {@link #TAG_ACTION}. */
  public static final String LOCAL_WRITE_FAILURES = "unitgrid_local_grid_write_failures_total";

  /** Gauge: cluster namespaces. */
  public static final String CLUSTERS = "unitgrid_clusters";

  /** Gauge: cluster namespaces whose lease is renewed. */
  public static final String REACHABLE_CLUSTERS = "unitgrid_reachable_clusters";

  /** Tag: the kind of the grid, e.g. {@code DeploymentGrid}. */
  public static final String TAG_KIND = "kind";

  /** Tag: the kind of the write, e.g. {@code create}. */
  public static final String TAG_ACTION = "action";

  private FederationMetrics() {}
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.metrics;

/** The names of the runtime's metrics and their tags: part of the API. */
public final class MetricNames {
  /** Counter: complete lists taken over. Tag {@link #TAG_KIND}. */
  public static final String LISTS = "unitgrid_lists_total";

  /** Counter: lists that failed or were refused. Tag {@link #TAG_KIND}. */
  public static final String LIST_FAILURES = "unitgrid_list_failures_total";

  /** Counter: watches opened. Tag {@link #TAG_KIND}. */
  public static final String WATCHES = "unitgrid_watches_total";

  /** Counter: watches that were refused or broke. Tag {@link #TAG_KIND}. */
  public static final String WATCH_FAILURES = "unitgrid_watch_failures_total";

  /** Counter: events of watches, bookmarks included. Tag {@link #TAG_KIND}. */
  public static final String EVENTS = "unitgrid_watch_events_total";

  /** Counter: objects that could not be decoded. Tag {@link #TAG_KIND}. */
  public static final String POISONED = "unitgrid_poisoned_objects_total";

  /** Counter: times that resourceVersions ran backwards. Tag {@link #TAG_KIND}. */
  public static final String ROLLBACKS = "unitgrid_rollbacks_total";

  /** Gauge: keys that wait for a worker. Tag {@link #TAG_QUEUE}. */
  public static final String QUEUE_DEPTH = "unitgrid_queue_depth";

  /** Timer: from a key's first addition to the start of its work. Tag {@link #TAG_QUEUE}. */
  public static final String QUEUE_WAIT = "unitgrid_queue_wait_seconds";

  /** Timer: the work on one key. Tag {@link #TAG_QUEUE}. */
  public static final String QUEUE_WORK = "unitgrid_queue_work_seconds";

  /** Counter: work that is repeated because it failed. Tag {@link #TAG_QUEUE}. */
  public static final String QUEUE_RETRIES = "unitgrid_queue_retries_total";

  /** Gauge: 1 while leading. Tag {@link #TAG_LEASE}. */
  public static final String LEADER = "unitgrid_leader";

  /** Counter: terms begun. Tag {@link #TAG_LEASE}. */
  public static final String TERMS = "unitgrid_leader_terms_total";

  /** Counter: failed attempts to take or renew the lease. Tag {@link #TAG_LEASE}. */
  public static final String LEASE_FAILURES = "unitgrid_lease_failures_total";

  /** Tag: the kind of a resource, e.g. {@code Deployment}. */
  public static final String TAG_KIND = "kind";

  /** Tag: the name of a queue. */
  public static final String TAG_QUEUE = "queue";

  /** Tag: namespace and name of a lease. */
  public static final String TAG_LEASE = "lease";

  private MetricNames() {}
}

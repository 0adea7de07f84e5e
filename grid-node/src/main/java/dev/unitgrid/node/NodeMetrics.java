/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node;

/** The names of the node side's metrics and their tags: part of the API. */
public final class NodeMetrics {
  /** Counter: requests that the API server answered. Tag {@link #TAG_CODE}: its status code. */
  public static final String PASSED = "unitgrid_proxy_passed_requests_total";

  /** Counter: requests that the API server could not be asked, or did not answer in time. */
  public static final String PASS_FAILURES = "unitgrid_proxy_pass_failures_total";

  /** Tag: an HTTP status code. */
  public static final String TAG_CODE = "code";

  /** Counter: snapshots written. */
  public static final String SNAPSHOT_WRITES = "unitgrid_snapshot_writes_total";

  /** Timer: writing one snapshot. */
  public static final String SNAPSHOT_WRITING = "unitgrid_snapshot_writing_seconds";

  /** Counter: snapshots that could not be written; each is tried again. */
  public static final String SNAPSHOT_WRITE_FAILURES = "unitgrid_snapshot_write_failures_total";

  /** Counter: snapshots that were found damaged or foreign at a start, and were not used. */
  public static final String SNAPSHOTS_REFUSED = "unitgrid_snapshots_refused_total";

  /** Counter: annotations of Services that could not be read; what they said last is in force. */
  public static final String BROKEN_ANNOTATIONS = "unitgrid_broken_annotations_total";

  /** Gauge: Services whose annotations cannot be read now. */
  public static final String BROKEN_SERVICES = "unitgrid_broken_services";

  /** Gauge: 1 while everything is watched, 0 while what is served is from memory alone. */
  public static final String UPSTREAM_CONNECTED = "unitgrid_upstream_connected";

  /** Gauge: 1 once Services and EndpointSlices are served. */
  public static final String SERVING = "unitgrid_serving";

  /** Gauge: objects that are held. Tag {@code kind}. */
  public static final String HELD_OBJECTS = "unitgrid_held_objects";

  /** Gauge: watches of clients that are open. Tag {@code kind}. */
  public static final String OPEN_WATCHES = "unitgrid_served_watches";

  /** Counter: watches that were closed because their clients read too slowly. Tag {@code kind}. */
  public static final String EVICTED_WATCHES = "unitgrid_served_watches_evicted_total";

  /** Counter: answers that clients did not take within a minute. */
  public static final String STALLED_ANSWERS = "unitgrid_stalled_answers_total";

  /** Counter: hosts files written; none without a change of a name. */
  public static final String HOSTS_WRITES = "unitgrid_hosts_writes_total";

  /** Timer: writing one hosts file. */
  public static final String HOSTS_WRITING = "unitgrid_hosts_writing_seconds";

  /** Counter: hosts files that could not be written; each is tried again. */
  public static final String HOSTS_WRITE_FAILURES = "unitgrid_hosts_write_failures_total";

  /** Gauge: 1 once the hosts file says what is known, 0 while it does not. */
  public static final String HOSTS_CURRENT = "unitgrid_hosts_current";

  /** Gauge: names that the hosts file answers, or will. */
  public static final String NAMES = "unitgrid_names";

  /** Gauge: names that are withheld, e.g. because a real pod has them. */
  public static final String WITHHELD_NAMES = "unitgrid_withheld_names";

  private NodeMetrics() {}
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.cluster;

import java.time.Duration;

/**
 * How long the parts of a cluster take for what they do by the clock. Immutable; each method
 * answers a changed copy.
 *
 * @param heartbeat how often a kubelet renews the Lease of its node
 * @param nodeMonitorGrace how long a node may be silent until it counts as lost
 * @param crashBackOff how long the second restart of a container waits; each further one twice as
 *     long
 * @param crashBackOffLimit how long a restart waits at most
 */
public record ClusterTimes(
    Duration heartbeat,
    Duration nodeMonitorGrace,
    Duration crashBackOff,
    Duration crashBackOffLimit) {

  /** What Kubernetes has. */
  public static ClusterTimes real() {
    return new ClusterTimes(
        Duration.ofSeconds(10),
        Duration.ofSeconds(50),
        Duration.ofSeconds(10),
        Duration.ofMinutes(5));
  }

  /** With another time between heartbeats. */
  public ClusterTimes heartbeat(Duration duration) {
    return new ClusterTimes(duration, nodeMonitorGrace, crashBackOff, crashBackOffLimit);
  }

  /** With another time until a silent node counts as lost. */
  public ClusterTimes nodeMonitorGrace(Duration duration) {
    return new ClusterTimes(heartbeat, duration, crashBackOff, crashBackOffLimit);
  }

  /** With another time that restarts wait, first and at most. */
  public ClusterTimes crashBackOff(Duration first, Duration limit) {
    return new ClusterTimes(heartbeat, nodeMonitorGrace, first, limit);
  }
}

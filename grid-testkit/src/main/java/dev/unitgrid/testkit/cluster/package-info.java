/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What a test says about the cluster around the API server: which parts act, how images behave, how
 * long things take, and what names resolve to.
 *
 * <pre>{@code
 * Surroundings around = cluster.around();
 * around.turnOff(ClusterPart.SCHEDULER);                          // pods stay without a node
 * around.image("echo:2", ImageBehaviour.neverReady());            // a roll-out that gets stuck
 * around.image("echo:3", ImageBehaviour.crashesAfter(second));    // restarts, CrashLoopBackOff
 * around.times(ClusterTimes.real().nodeMonitorGrace(second));
 * around.stopKubelet("bj-1");                                     // NotReady, tainted, evicted
 * around.dns("demo-svc.default.svc.cluster.local").addresses();   // [10.96.0.11]
 * around.turnOn(ClusterPart.SCHEDULER);
 * }</pre>
 */
@NullMarked
package dev.unitgrid.testkit.cluster;

import org.jspecify.annotations.NullMarked;

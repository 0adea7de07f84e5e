/**
 * Election of a leader by a Lease.
 *
 * <pre>{@code
 * LeaseElector elector =
 *     new LeaseElector("kube-system", "unitgrid", "pod-a_7f3", LeaseTimes.DEFAULT,
 *         listener, transport, scheduler, new Random(), Metrics.NOOP);
 * elector.start();
 * elector.term().isPresent();  // whether it leads
 * elector.release().join();    // hands the lease back
 * }</pre>
 */
@NullMarked
package dev.unitgrid.runtime.lease;

import org.jspecify.annotations.NullMarked;

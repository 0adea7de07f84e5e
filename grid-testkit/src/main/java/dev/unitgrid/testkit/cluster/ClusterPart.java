/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.cluster;

/**
 * A part of the cluster around the API server, which a test may switch off: then nothing acts in
 * its place, and a test may write what the part would have written. Switched on again, it works off
 * what has come up meanwhile.
 */
public enum ClusterPart {
  /** Makes ReplicaSets of Deployments, and Deployments' status. */
  DEPLOYMENTS,
  /** Makes pods of ReplicaSets, and ReplicaSets' status. */
  REPLICA_SETS,
  /** Makes pods, claims and revisions of StatefulSets, and StatefulSets' status. */
  STATEFUL_SETS,
  /** Binds pods to nodes, or says why no node fits. */
  SCHEDULER,
  /**
   * Report nodes, run the pods that are bound to them, restart what crashes, end what is deleted.
   */
  KUBELETS,
  /** Kubelets renew a Lease per node all the time. Off unless a test switches it on. */
  HEARTBEATS,
  /** Taints nodes by their conditions, notices silent ones, and evicts their pods. */
  NODE_LIFECYCLE,
  /** Deletes pods whose node is gone. */
  POD_COLLECTOR,
  /** Deletes what lost its owners; orphans and waits where a deletion asks for it. */
  GARBAGE_COLLECTOR,
  /** Empties namespaces that terminate. */
  NAMESPACES,
  /** Keeps the status of PodDisruptionBudgets, by which evictions are allowed. */
  DISRUPTIONS,
  /** Writes EndpointSlices of Services with a selector. */
  ENDPOINT_SLICES,
  /** Writes Endpoints of Services with a selector. */
  ENDPOINTS,
  /** Mirrors Endpoints that a user wrote to EndpointSlices. */
  ENDPOINT_SLICE_MIRRORING
}

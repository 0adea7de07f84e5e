/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.controlplane;

/** A program of a control plane. */
public enum Part {
  /** The database. */
  ETCD("etcd"),
  /** The API server. */
  KUBE_APISERVER("kube-apiserver"),
  /** Deployments, StatefulSets, garbage collection. */
  KUBE_CONTROLLER_MANAGER("kube-controller-manager"),
  /** Pods to nodes. */
  KUBE_SCHEDULER("kube-scheduler"),
  /** Fake nodes whose pods run at once. */
  KWOK("kwok");

  private final String program;

  Part(String program) {
    this.program = program;
  }

  /** The name of its executable. */
  public String program() {
    return program;
  }
}

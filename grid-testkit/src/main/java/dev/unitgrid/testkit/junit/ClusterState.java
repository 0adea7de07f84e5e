/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.junit;

/** Not a failure of its own: what is there in the cluster when a test fails. */
public final class ClusterState extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ClusterState(String description) {
    super("there is\n" + description, null, false, false);
  }
}

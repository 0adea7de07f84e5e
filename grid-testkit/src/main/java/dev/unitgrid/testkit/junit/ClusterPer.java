/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.junit;

/** Who shares a cluster. */
public enum ClusterPer {
  /** Nobody: each test method has its own. */
  METHOD,
  /** The methods of a class and of the classes nested in it. */
  CLASS
}

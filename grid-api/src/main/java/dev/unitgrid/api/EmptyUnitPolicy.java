/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api;

/** What is done with the child of a unit that has had no node for the grace period (RULE 20). */
public enum EmptyUnitPolicy {
  /** It is deleted. */
  DELETE("Delete"),
  /** It stays. */
  RETAIN("Retain"),
  /** It stays with no replicas. */
  SCALE_TO_ZERO("ScaleToZero");

  private final String value;

  EmptyUnitPolicy(String value) {
    this.value = value;
  }

  /** The word in the manifest. */
  public String value() {
    return value;
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api;

/** The finalizers that are part of the API. */
public final class Finalizers {
  /** On a copy: a child cluster has made a grid of it (RULE 35). */
  public static final String CHILD = "unitgrid.dev/child";

  private Finalizers() {}
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

/** Who decides whether an engine may write. */
public sealed interface Leadership {
  /**
   * A Lease of the cluster: of all engines that name it, one writes at a time.
   *
   * @param namespace of the Lease
   * @param name of the Lease
   */
  record Lease(String namespace, String name) implements Leadership {}

  /** The embedder, by {@link GridEngine#lead()} and {@link GridEngine#standby()}. */
  record External() implements Leadership {}

  /** Nobody: the engine is the only one, and always writes. */
  record Always() implements Leadership {}

  /** See {@link Lease}. */
  static Leadership lease(String namespace, String name) {
    return new Lease(namespace, name);
  }

  /** See {@link External}. */
  static Leadership external() {
    return new External();
  }

  /** See {@link Always}. */
  static Leadership always() {
    return new Always();
  }
}

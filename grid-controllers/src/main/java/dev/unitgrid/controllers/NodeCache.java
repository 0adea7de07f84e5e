/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

/** The cache of nodes, whoever feeds it. Thread-safe. */
interface NodeCache {
  /** Whether a node carries the label {@code key} with the value {@code unit}. */
  boolean hasNode(String key, String unit);

  /** Whether the cache has seen all that happened up to {@code resourceVersion}. */
  boolean reached(String resourceVersion);
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import dev.unitgrid.core.nodeunit.ObservedNode;
import dev.unitgrid.runtime.reflect.ReflectorState;
import dev.unitgrid.runtime.store.Store;

/** Fills a store with the nodes of the cluster. */
interface NodeFeed extends AutoCloseable {
  /** Begins to fill the store. */
  void start();

  /** How far it is; what it says has already reached the store. Thread-safe. */
  ReflectorState state();

  /** The nodes. */
  Store<ObservedNode> nodes();

  @Override
  void close();
}

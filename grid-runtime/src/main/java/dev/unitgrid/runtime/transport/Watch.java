/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.transport;

/** An open watch. */
public interface Watch extends AutoCloseable {
  /**
   * Ends it; the listener hears nothing more, save a call that is under way. May be called twice.
   * Never blocks.
   */
  @Override
  void close();
}

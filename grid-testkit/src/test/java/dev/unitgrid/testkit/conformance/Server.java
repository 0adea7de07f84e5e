/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

/** The API server under test. One a JVM and sort, shared by all conformance classes. */
interface Server extends AutoCloseable {
  /** A client of its administrator. */
  Api api();

  /** Makes it forget history: pages and exact lists of earlier versions are gone. */
  void compact();

  @Override
  void close();
}

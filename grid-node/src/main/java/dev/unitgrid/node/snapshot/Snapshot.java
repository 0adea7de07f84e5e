/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.snapshot;

import java.io.IOException;
import java.util.Map;

/**
 * What is kept: told record by record while it is written, so that it is never in memory a second
 * time.
 */
public interface Snapshot {
  /**
   * Values about the whole: the local node's name, counters, the versions of upstream's lists.
   * Whoever reads it sees them before the first record.
   */
  Map<String, String> header();

  /**
   * Tells every record, in the order in which they are to be read.
   *
   * @throws IOException if {@code records} does: it is to be passed on
   */
  void tellTo(Records records) throws IOException;

  /** Takes the records of a snapshot, one after the other. */
  interface Records {
    /**
     * One object.
     *
     * @param kind what it is, e.g. {@code EndpointSlice}
     * @param key its name among those of its kind, e.g. {@code default/demo-abc}
     * @param resourceVersion the version under which it was served
     * @param bytes its content, in the form that the caller likes; belongs to the receiver
     * @throws IOException if the receiver cannot take it
     */
    void record(String kind, String key, String resourceVersion, byte[] bytes) throws IOException;
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.snapshot;

import java.io.IOException;
import java.util.Map;

/**
 * Takes a snapshot that was found whole: first the header, then the records in the order in which
 * they were written. It throws {@link IOException} for what it does not understand; then the
 * snapshot is refused as a damaged one is, and what was visited so far is to be thrown away.
 */
public interface SnapshotVisitor extends Snapshot.Records {
  /**
   * The header values.
   *
   * @throws IOException with a sentence that says why this snapshot is not to be used, e.g. because
   *     it is another node's
   */
  void header(Map<String, String> values) throws IOException;
}

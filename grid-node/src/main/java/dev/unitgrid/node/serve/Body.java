/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

/**
 * An answer that is handed out bit by bit, as fast as the client takes it. Read by one thread at a
 * time; closed by any.
 */
public interface Body extends AutoCloseable {
  /** What comes after a piece. */
  enum Next {
    /** It was handed out, and there may be more. */
    MORE,
    /** There is nothing now; whoever asked is woken when there may be. */
    LATER,
    /** That was all. */
    END,
    /** The client is too far behind, and its connection is to be closed as it is. */
    EVICTED
  }

  /** Hands out the next piece. */
  Next next(Sink sink);

  /** The client is gone, or has it all. */
  @Override
  void close();
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.queue;

import java.time.Duration;

/** How the work on a key ended. */
public sealed interface Outcome {
  /** It is done until the key is added again. */
  record Done() implements Outcome {}

  /** It went well, and the key is due again {@code after} that time. */
  record Again(Duration after) implements Outcome {}

  /** It failed; the key is due again after its back-off. */
  record Retry(String reason) implements Outcome {}

  /** It is done until the key is added again. */
  static Outcome done() {
    return new Done();
  }

  /** It went well, and the key is due again {@code after} that time. */
  static Outcome again(Duration after) {
    return new Again(after);
  }

  /** It failed, for {@code reason}; the key is due again after its back-off. */
  static Outcome retry(String reason) {
    return new Retry(reason);
  }
}

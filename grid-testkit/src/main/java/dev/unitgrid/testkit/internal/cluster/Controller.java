/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import dev.unitgrid.testkit.internal.store.Change;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import java.util.function.Consumer;

/** One part of the simulated cluster. Everything runs under the server's lock. */
interface Controller {
  /** Tells {@code touched} the keys that this controller has to look at after {@code change}. */
  void changed(Change change, Consumer<ObjectKey> touched);

  /** Tells {@code touched} all keys, for a controller that was switched on again. */
  void all(Consumer<ObjectKey> touched);

  /** Brings one key to where it should be. */
  void sync(ObjectKey key);
}

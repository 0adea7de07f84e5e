/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.cache;

import dev.unitgrid.runtime.codec.Item;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.codec.ResourceVersion;
import dev.unitgrid.runtime.reflect.DeltaSink;
import dev.unitgrid.runtime.reflect.Replacement;
import java.util.concurrent.Executor;

/** Hands what a reflector learns on its threads to the loop. */
record LoopSink<T>(Executor loop, DeltaSink<T> sink) implements DeltaSink<T> {
  @Override
  public void replace(Replacement<T> list) {
    loop.execute(() -> sink.replace(list));
  }

  @Override
  public void upsert(Item<T> item) {
    loop.execute(() -> sink.upsert(item));
  }

  @Override
  public void remove(ObjectKey key, ResourceVersion version) {
    loop.execute(() -> sink.remove(key, version));
  }
}

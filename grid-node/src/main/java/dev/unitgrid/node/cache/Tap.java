/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.cache;

import dev.unitgrid.runtime.codec.BytesDecoder;
import dev.unitgrid.runtime.codec.Item;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.codec.ResourceVersion;
import dev.unitgrid.runtime.reflect.DeltaSink;
import dev.unitgrid.runtime.reflect.Replacement;
import java.util.List;

/**
 * What another agent of the process keeps of objects that a {@link NodeCache} reads anyway: its own
 * decoder on the same bytes, its own sink of the same changes.
 *
 * @param decoder must not keep or change the bytes
 * @param sink called on the reflector's threads, one call at a time, before the cache's own sink;
 *     must not block
 */
public record Tap<T>(BytesDecoder<T> decoder, DeltaSink<T> sink) {
  /** Two readings of one object. */
  record Both<A, T>(A own, T tapped) {}

  /** Reads an object for both. */
  <A> BytesDecoder<Both<A, T>> beside(BytesDecoder<A> own) {
    return new BytesDecoder<>() {
      @Override
      public Both<A, T> decode(byte[] utf8) {
        T tapped = decoder.decode(utf8);
        return new Both<>(own.decode(utf8), tapped);
      }

      @Override
      public Both<A, T> decodeItem(byte[] utf8) {
        T tapped = decoder.decodeItem(utf8);
        return new Both<>(own.decodeItem(utf8), tapped);
      }
    };
  }

  /** Tells both. */
  <A> DeltaSink<Both<A, T>> beside(DeltaSink<A> own) {
    return new DeltaSink<>() {
      @Override
      public void replace(Replacement<Both<A, T>> list) {
        sink.replace(with(list, list.items().stream().map(Tap::tappedOf).toList()));
        own.replace(with(list, list.items().stream().map(Tap::ownOf).toList()));
      }

      @Override
      public void upsert(Item<Both<A, T>> item) {
        sink.upsert(tappedOf(item));
        own.upsert(ownOf(item));
      }

      @Override
      public void remove(ObjectKey key, ResourceVersion version) {
        sink.remove(key, version);
        own.remove(key, version);
      }
    };
  }

  private static <A, T> Item<T> tappedOf(Item<Both<A, T>> item) {
    return new Item<>(item.key(), item.version(), item.value().tapped());
  }

  private static <A, T> Item<A> ownOf(Item<Both<A, T>> item) {
    return new Item<>(item.key(), item.version(), item.value().own());
  }

  private static <A, B> Replacement<B> with(Replacement<A> list, List<Item<B>> items) {
    return new Replacement<>(
        list.namespace(), items, list.kept(), list.keepsAbsent(), list.version());
  }
}

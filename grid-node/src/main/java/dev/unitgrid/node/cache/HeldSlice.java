/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.cache;

import com.google.common.collect.Interner;
import com.google.common.collect.Interners;
import dev.unitgrid.core.topology.SliceShape;
import dev.unitgrid.node.serve.ServedResource;
import dev.unitgrid.runtime.codec.BytesDecoder;
import org.jspecify.annotations.Nullable;

/**
 * A slice as it was read.
 *
 * @param packed the whole of it in its served form: the filter may show another part of it later
 * @param shape what the filter wants to know of it
 * @param whole the same as {@code packed}, if it is at hand
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record HeldSlice(Packer.Packed packed, SliceShape shape, byte @Nullable [] whole) {
  /** Reads slices. Thread-safe. */
  static final class Decoder implements BytesDecoder<HeldSlice> {
    private final ServedForm form = new ServedForm(ServedResource.ENDPOINT_SLICES.type());
    private final Interner<String> nodes = Interners.newWeakInterner();
    private final Packer packer;

    Decoder(Packer packer) {
      this.packer = packer;
    }

    @Override
    public HeldSlice decode(byte[] utf8) {
      byte[] whole = form.of(utf8);
      return new HeldSlice(packer.pack(whole), shape(whole), whole);
    }

    @Override
    public HeldSlice decodeItem(byte[] utf8) {
      byte[] whole = form.of(utf8);
      return new HeldSlice(packer.pack(whole), shape(whole), null);
    }

    SliceShape shape(byte[] whole) {
      return SliceShape.read(whole, nodes::intern);
    }
  }
}

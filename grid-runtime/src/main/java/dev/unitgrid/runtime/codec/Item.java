/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.codec;

/**
 * An object, decoded.
 *
 * @param key whose it is
 * @param version its {@code metadata.resourceVersion}
 * @param value what the {@link Decoder} kept
 */
public record Item<T>(ObjectKey key, ResourceVersion version, T value) {}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.store;

import dev.unitgrid.runtime.codec.ObjectKey;
import org.jspecify.annotations.Nullable;

/**
 * The trimmed value of an object changed.
 *
 * @param key whose
 * @param before null if it is new
 * @param after null if it is gone
 */
public record Change<T>(ObjectKey key, @Nullable T before, @Nullable T after) {}

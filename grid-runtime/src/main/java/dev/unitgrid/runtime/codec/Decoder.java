/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.codec;

import dev.unitgrid.api.json.Json;

/**
 * Makes of a live object the little that is kept of it. It is called once for each version of an
 * object, so a digest or a {@link dev.unitgrid.api.json.CompactJson} is computed here. Equal
 * results mean that nothing of interest changed. It must not block.
 */
@FunctionalInterface
public interface Decoder<T> {
  /**
   * The trimmed value of {@code object}. Items of a list come as the server sends them: built-in
   * kinds without {@code apiVersion} and {@code kind}.
   *
   * @throws RuntimeException if the object cannot be understood; it costs that object only
   */
  T decode(Json object);
}

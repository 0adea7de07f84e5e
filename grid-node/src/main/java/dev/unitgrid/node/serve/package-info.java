/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What a node's clients are served: lists and watches of a few kinds, as the API server would
 * answer them. One loop owns the kinds; clients read their answers at their own speed.
 *
 * <pre>{@code
 * ServedKind slices = new ServedKind(ServedResource.ENDPOINT_SLICES, serving);
 * slices.begin(ServedVersions.begin(0, 0, clockMicros, upstream), List.of());
 * slices.apply(List.of(new ServedChange.Put(new ServedObject(key, version, json))));
 *
 * Read read = new Read("default", "", true, Map.of("resourceVersion", "42"), Shape.WHOLE);
 * if (slices.answer(read, () -> {}) instanceof Answer.Watched watched) {
 *   watched.body().next(sink); // the frame of an event that is ADDED
 * }
 * }</pre>
 */
@NullMarked
package dev.unitgrid.node.serve;

import org.jspecify.annotations.NullMarked;

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import dev.unitgrid.runtime.codec.ObjectKey;

/**
 * An object as clients are served it. Its bytes are shared by lists, watches and logs: nobody
 * changes them.
 *
 * @param key its namespace and name
 * @param version the version of its last change, above 0; the same as in {@code json}
 * @param json compact UTF-8 whose first fields are {@code kind} and {@code apiVersion}, as {@link
 *     dev.unitgrid.core.topology.SliceRenderer} writes them, without {@code managedFields}
 */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose, and never changed
public record ServedObject(ObjectKey key, long version, byte[] json) {}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.codec;

import java.util.Optional;

/**
 * An object that could not be decoded.
 *
 * @param key whose it is, if at least that could be read
 * @param version its version, {@link ResourceVersion#NONE} if that could not be read
 * @param problem a sentence
 */
public record Poisoned(Optional<ObjectKey> key, ResourceVersion version, String problem) {}

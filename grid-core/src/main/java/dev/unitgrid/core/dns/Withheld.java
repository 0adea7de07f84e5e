/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.dns;

/**
 * A name that is not answered though a pod of the unit would have it.
 *
 * @param name the name in full; of a StatefulSet whose unit cannot be said, its name
 * @param sentence why
 */
public record Withheld(String name, String sentence) {}

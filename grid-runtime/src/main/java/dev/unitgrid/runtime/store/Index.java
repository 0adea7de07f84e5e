/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.store;

import java.util.Collection;
import java.util.function.Function;

/**
 * Finds values of a {@link Store} by something in them, e.g. nodes by the keys of their labels.
 *
 * @param name for people
 * @param terms what a value is found by: quick, without side effects, equal for equal values; it is
 *     called anew for the old value when it is replaced
 */
public record Index<T>(String name, Function<? super T, ? extends Collection<String>> terms) {}

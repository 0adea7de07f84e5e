/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Measures what the figures in the README claim; one command a figure.
 *
 * <pre>{@code
 * java -jar benchmarks/target/benchmarks.jar heap
 * java -jar benchmarks/target/benchmarks.jar jmh
 * }</pre>
 */
@NullMarked
package dev.unitgrid.benchmarks;

import org.jspecify.annotations.NullMarked;

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What a real server refuses in the fields of built-in kinds, one file a family of kinds, each rule
 * a line of a table where it can be one. Pure functions.
 *
 * <pre>{@code
 * JsonObject pod = Trees.objectOf("spec", Trees.objectOf("dnsPolicy", "x"));
 * List<Problem> problems = Rules.problems("pods", pod, null);
 * problems.get(0).field();   // spec.containers
 * }</pre>
 */
@NullMarked
package dev.unitgrid.testkit.internal.rules;

import org.jspecify.annotations.NullMarked;

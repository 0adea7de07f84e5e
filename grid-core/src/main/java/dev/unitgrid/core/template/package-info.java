/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Which template a unit uses, and what server-side apply would refuse of it (RULES 5-8).
 *
 * <pre>{@code
 * if (Templates.resolve(grid.spec(), "zone1") instanceof ResolvedTemplate.Found found) {
 *   found.name();                                  // test1
 *   Templates.normalise(found.template(), "zone1"); // Applicable[template, merges], or Refused
 *   UnknownFields.refused(found.template(), "unknown field \"spec.x\"").paths(); // [spec.x]
 * }
 * Templates.unused(grid.spec()); // names that autoDeleteUnusedTemplate removes
 * }</pre>
 */
@NullMarked
package dev.unitgrid.core.template;

import org.jspecify.annotations.NullMarked;

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The rules in CEL of a CustomResourceDefinition, {@code x-kubernetes-validations}. Nothing of CEL
 * is loaded before a schema has a rule.
 *
 * <pre>{@code
 * if (Rule.isIn(openApiV3Schema)) {
 *   SchemaRules rules = SchemaRules.of(schema);
 *   rules.problems("spec.validation.openAPIV3Schema"); // what does not compile
 *   rules.check(object, before).violations();          // [spec: min must not exceed max]
 * }
 * }</pre>
 */
@NullMarked
package dev.unitgrid.testkit.internal.cel;

import org.jspecify.annotations.NullMarked;

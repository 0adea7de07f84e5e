/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * An immutable JSON value, its canonical form, its digest, and the comparison of a rendered value
 * with a live one.
 *
 * <pre>{@code
 * Json deployment = Json.parse("{\"spec\":{\"replicas\":2}}");
 * deployment.get("spec", "replicas").asLong(0); // 2
 * Json three = deployment.withAt(List.of("spec", "replicas"), Json.of(3));
 * three.digest(); // equal for equal values, whatever the order of their fields
 * }</pre>
 */
@NullMarked
package dev.unitgrid.api.json;

import org.jspecify.annotations.NullMarked;

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

/**
 * One field that is wrong, in the real server's words.
 *
 * @param reason as in the causes of a {@code Status}, such as {@code FieldValueInvalid}
 * @param field its path, such as {@code spec.ports[0].name}
 */
public record Problem(String reason, String message, String field) {}

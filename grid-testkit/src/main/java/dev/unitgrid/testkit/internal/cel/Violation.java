/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cel;

/**
 * What a rule refuses, or what is wrong with a rule.
 *
 * @param reason the word for programs, as {@code FieldValueInvalid}
 * @param message the sentence, with the value before it
 * @param field the path of the field
 */
public record Violation(String reason, String message, String field) {
  static Violation invalid(String field, String value, String detail) {
    return new Violation("FieldValueInvalid", "Invalid value: " + value + ": " + detail, field);
  }

  static Violation required(String field, String detail) {
    return new Violation("FieldValueRequired", "Required value: " + detail, field);
  }

  /** Of a value of {@code type}, for the {@code reason} that a rule gives. */
  static Violation of(String reason, String field, String type, String detail) {
    return switch (reason) {
      case "FieldValueForbidden" -> new Violation(reason, "Forbidden: " + detail, field);
      case "FieldValueRequired" -> required(field, detail);
      case "FieldValueDuplicate" ->
          new Violation(reason, "Duplicate value: \"" + type + "\"", field);
      default -> invalid(field, "\"" + type + "\"", detail);
    };
  }
}

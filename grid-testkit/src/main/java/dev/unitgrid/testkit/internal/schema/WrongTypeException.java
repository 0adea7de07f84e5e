/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.schema;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;

/** A value that its field cannot hold. */
public final class WrongTypeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** {@code value} at {@code path} is not a {@code goType}. */
  public WrongTypeException(JsonElement value, String path, String goType) {
    super(
        "json: cannot unmarshal "
            + nameOf(value)
            + " into Go struct field "
            + path
            + " of type "
            + goType);
  }

  /** A sentence of another kind. */
  public WrongTypeException(String message) {
    super(message);
  }

  private static String nameOf(JsonElement value) {
    if (value instanceof JsonPrimitive primitive) {
      return primitive.isString() ? "string" : primitive.isBoolean() ? "bool" : "number";
    }
    return value.isJsonArray() ? "array" : "object";
  }
}

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

  private final String restoring;
  private final boolean atOnce;

  /** {@code value} at {@code place} is not a {@code goType}. */
  WrongTypeException(JsonElement value, GoPlace place, String goType) {
    super(
        "json: cannot unmarshal "
            + nameOf(value, goType)
            + " into Go "
            + (place.fields().isEmpty()
                ? "value"
                : "struct field " + place.struct() + "." + place.fields())
            + " of type "
            + goType);
    this.restoring = restoring(value, goType);
    this.atOnce = false;
  }

  /** {@code value}, which is no field of anything, is not a {@code goType}. */
  public WrongTypeException(JsonElement value, String goType) {
    super("json: cannot unmarshal " + nameOf(value, goType) + " into Go value of type " + goType);
    this.restoring = restoring(value, goType);
    this.atOnce = true;
  }

  /** A sentence that is the same however the value came. */
  public WrongTypeException(String message) {
    super(message);
    this.restoring = message;
    this.atOnce = true;
  }

  private WrongTypeException(String message, String restoring) {
    super(message);
    this.restoring = restoring;
    this.atOnce = false;
  }

  /** Bytes that are not in base64: a strategic merge patch reads them by the way of JSON. */
  static WrongTypeException noBase64(int at) {
    String message = "illegal base64 data at input byte " + at;
    return new WrongTypeException(message, "error decoding from json: " + message);
  }

  /** Go's decoder ends here; at other mistakes it goes on, and tells the first at its end. */
  boolean isAtOnce() {
    return atOnce;
  }

  /** What the real server says of a strategic merge patch that leads here. */
  public String restoring() {
    return restoring;
  }

  /** What the real server says of an apply that leads here. */
  public String converting() {
    String message = String.valueOf(getMessage());
    if (!restoring.equals(message)) {
      return restoring;
    }
    // A quantity is no JSON of its own to the server.
    return (message.startsWith("quantities") ? "" : "error decoding from json: ") + message;
  }

  private static String nameOf(JsonElement value, String goType) {
    if (value instanceof JsonPrimitive primitive) {
      if (primitive.isString()) {
        return "string";
      }
      if (primitive.isBoolean()) {
        return "bool";
      }
      // A number is told where an integer is wanted: it is no integer, or too large.
      return goType.startsWith("int") ? "number " + primitive.getAsString() : "number";
    }
    return value.isJsonArray() ? "array" : "object";
  }

  private static boolean isWhole(JsonPrimitive number) {
    return number.getAsDouble() == Math.rint(number.getAsDouble());
  }

  /** Go converts an integer to a string, and between numbers; of other pairs it says no more. */
  private static String restoring(JsonElement value, String goType) {
    String kind = value.isJsonArray() ? "slice" : value.isJsonObject() ? "map" : goKind(value);
    if (goType.startsWith("map[")) {
      return "cannot restore map from " + kind;
    }
    if (goType.startsWith("[]")) {
      return "cannot restore slice from " + kind;
    }
    if (goType.contains(".")) {
      return "cannot restore struct from: " + kind;
    }
    boolean toNumber = goType.startsWith("int") || goType.startsWith("float");
    boolean convertible =
        (kind.equals("int64") && goType.equals("string")) || (kind.equals("float64") && toNumber);
    return convertible
        ? "cannot convert " + kind + " to " + goType
        : "unrecognized type: " + goType;
  }

  private static String goKind(JsonElement value) {
    JsonPrimitive primitive = value.getAsJsonPrimitive();
    if (primitive.isString()) {
      return "string";
    }
    return primitive.isBoolean() ? "bool" : isWhole(primitive) ? "int64" : "float64";
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.status;

import dev.unitgrid.api.json.Json;
import java.util.Map;

/** How long the text of a value is, near enough and without putting it together. */
final class JsonSize {
  private JsonSize() {}

  /** Characters of the compact text; an escape counts as one. */
  static long of(Json value) {
    if (value.isString()) {
      return value.asString("").length() + 2L;
    }
    if (value.isObject()) {
      long size = 2;
      for (Map.Entry<String, Json> field : value.fields().entrySet()) {
        size += field.getKey().length() + 4L + of(field.getValue());
      }
      return size;
    }
    if (value.isArray()) {
      long size = 2;
      for (Json item : value.items()) {
        size += 1 + of(item);
      }
      return size;
    }
    return value.toString().length();
  }
}

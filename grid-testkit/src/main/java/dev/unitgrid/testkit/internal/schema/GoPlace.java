/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.schema;

/**
 * Where a decoder is.
 *
 * @param struct the Go type that holds the field, e.g. {@code DeploymentSpec}
 * @param fields the names of fields from the root, as Go's decoder prints them: without indexes
 * @param path with indexes and keys
 */
record GoPlace(String struct, String fields, String path) {
  static GoPlace root(Schema schema) {
    return new GoPlace(shortName(schema), "", "");
  }

  GoPlace field(Schema in, String name) {
    return new GoPlace(shortName(in), join(fields, name), join(path, name));
  }

  GoPlace key(String name) {
    return new GoPlace(struct, fields, join(path, name));
  }

  GoPlace item(int index) {
    return new GoPlace(struct, fields, path + "[" + index + "]");
  }

  private static String shortName(Schema schema) {
    String definition = schema.definition();
    return definition.substring(definition.lastIndexOf('.') + 1);
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}

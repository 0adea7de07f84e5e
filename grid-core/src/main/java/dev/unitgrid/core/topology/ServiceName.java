/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

/**
 * Whose endpoints a slice holds.
 *
 * @param namespace the Service's namespace
 * @param name its name; empty for a slice that names none, which is then not filtered
 */
public record ServiceName(String namespace, String name) {
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}

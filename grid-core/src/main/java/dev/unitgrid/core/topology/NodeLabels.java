/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

import com.google.common.collect.Interner;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * A node's labels in little memory. All of them are kept, not only those in use as keys: the next
 * Service may use another one.
 */
final class NodeLabels {
  private final String[] names;
  private final String[] values;

  NodeLabels(Map<String, String> labels, Interner<String> strings) {
    Map<String, String> sorted = new TreeMap<>(labels);
    this.names = sorted.keySet().stream().map(strings::intern).toArray(String[]::new);
    this.values = sorted.values().stream().map(strings::intern).toArray(String[]::new);
  }

  /** The value of the label {@code name}; empty if there is none. */
  String valueOf(String name) {
    int at = Arrays.binarySearch(names, name);
    return at < 0 ? "" : values[at];
  }

  boolean sameAs(NodeLabels other) {
    return Arrays.equals(names, other.names) && Arrays.equals(values, other.values);
  }
}

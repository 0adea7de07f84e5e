/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.nodeunit;

import com.google.common.collect.ImmutableMap;
import java.util.Map;

/**
 * What is known of a node: its name and its labels. Readiness, cordons and taints never change
 * membership in a unit (RULE 1), so they are not here.
 *
 * @param name the node's name
 * @param labels its labels
 */
public record ObservedNode(String name, ImmutableMap<String, String> labels) {
  /** A node with a copy of {@code labels}. */
  public static ObservedNode of(String name, Map<String, String> labels) {
    return new ObservedNode(name, ImmutableMap.copyOf(labels));
  }
}

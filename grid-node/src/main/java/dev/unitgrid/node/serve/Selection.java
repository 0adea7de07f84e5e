/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import dev.unitgrid.runtime.codec.ObjectKey;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Which objects a client wants to see. Immutable.
 *
 * @param namespace empty for every one
 * @param name empty for every one
 * @param everyLabel whether all labels are good
 */
record Selection(
    ServedResource resource,
    String namespace,
    String name,
    boolean everyLabel,
    Predicate<Map<String, String>> labels,
    FieldQuery fields) {
  /**
   * What a request selects.
   *
   * @throws Refusal.Thrown a 400 for selectors that cannot be read
   */
  static Selection of(ServedResource resource, Read read) {
    String labels = read.query("labelSelector");
    return new Selection(
        resource,
        read.namespace(),
        read.name(),
        labels.isBlank(),
        LabelQuery.parse(labels),
        FieldQuery.parse(read.query("fieldSelector"), resource));
  }

  /** Whether it depends on nothing but names and namespaces. */
  boolean isByKeyOnly() {
    return everyLabel
        && fields.terms().stream().allMatch(term -> term.field().startsWith("metadata."));
  }

  /** Whether nothing is left out. */
  boolean isAll() {
    return everyLabel && fields.terms().isEmpty() && name.isEmpty();
  }

  boolean matches(ServedObject object) {
    if (!matchesKey(object.key())) {
      return false;
    }
    return isByKeyOnly()
        ? fields.matches(object.key(), Map.of())
        : matches(object.key(), Attributes.of(resource, object.json()));
  }

  private boolean matchesKey(ObjectKey key) {
    return (namespace.isEmpty() || namespace.equals(key.namespace()))
        && (name.isEmpty() || name.equals(key.name()));
  }

  private boolean matches(ObjectKey key, Attributes attributes) {
    return labels.test(attributes.labels()) && fields.matches(key, attributes.fields());
  }
}

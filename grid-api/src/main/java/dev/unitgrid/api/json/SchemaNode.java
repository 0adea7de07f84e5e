/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the API server knows about the values at one place of an object: how lists merge, what is
 * replaced whole, what is a quantity. The words are those of structured merge.
 */
sealed interface SchemaNode {
  /** Nothing is known: objects are granular, arrays are replaced whole. */
  SchemaNode ANY = new Any();

  /** The node of {@link #ANY}. */
  record Any() implements SchemaNode {}

  /**
   * An object with known fields.
   *
   * @param fields what is known about some of its fields
   * @param atomic whether it is replaced whole
   * @param zeroMeansUnset fields whose zero value the server takes for an absent one, and defaults
   */
  record Struct(Map<String, SchemaNode> fields, boolean atomic, Set<String> zeroMeansUnset)
      implements SchemaNode {}

  /** An object whose field names are the user's, such as labels. */
  record Entries(SchemaNode value, boolean atomic) implements SchemaNode {}

  /**
   * A list whose items are told apart by fields.
   *
   * @param item what its items are
   * @param keys the names of these fields
   * @param defaults what the server takes for a key that an item does not have
   */
  record Keyed(SchemaNode item, List<String> keys, Map<String, Json> defaults)
      implements SchemaNode {}

  /** A list of distinct scalars without an order. */
  record Members() implements SchemaNode {}

  /** A list that is replaced whole. */
  record Whole(SchemaNode item) implements SchemaNode {}

  /** A number with a suffix, such as {@code 500m}. */
  record Amount() implements SchemaNode {}

  /** A whole number, or a string that may hold one. */
  record IntOrString() implements SchemaNode {}
}

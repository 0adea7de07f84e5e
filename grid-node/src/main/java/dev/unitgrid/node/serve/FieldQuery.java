/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import dev.unitgrid.runtime.codec.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A field selector: {@code metadata.name=a,spec.type!=b}. Immutable.
 *
 * @param terms all of which must hold
 */
record FieldQuery(List<Term> terms) {
  private static final String NAME = "metadata.name";
  private static final String NAMESPACE = "metadata.namespace";

  private static final String UNSCHEDULABLE = "spec.unschedulable";

  /** One field that has, or has not, a value. */
  record Term(String field, boolean equal, String value) {}

  /**
   * The selector that {@code text} says, of fields that {@code resource} can be selected by.
   *
   * @throws Refusal.Thrown a 400, if it says none, or another field
   */
  static FieldQuery parse(String text, ServedResource resource) {
    List<Term> terms = new ArrayList<>();
    for (String part : parts(text)) {
      if (!part.isEmpty()) {
        Term term = term(part, text);
        refuseUnknown(term.field(), resource);
        terms.add(term);
      }
    }
    return new FieldQuery(List.copyOf(terms));
  }

  /** The one name that can be selected, if there is one. */
  Optional<String> name() {
    return terms.stream()
        .filter(term -> term.equal() && term.field().equals(NAME))
        .map(Term::value)
        .findFirst();
  }

  boolean matches(ObjectKey key, Map<String, String> fields) {
    for (Term term : terms) {
      String value =
          switch (term.field()) {
            case NAME -> key.name();
            case NAMESPACE -> key.namespace();
            case UNSCHEDULABLE -> fields.getOrDefault(UNSCHEDULABLE, "false");
            default -> fields.getOrDefault(term.field(), "");
          };
      if (term.equal() != term.value().equals(value)) {
        return false;
      }
    }
    return true;
  }

  private static List<String> parts(String text) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == ',') {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(text.substring(start));
    return parts;
  }

  private static Term term(String part, String text) {
    int equals = part.indexOf('=');
    if (equals < 0) {
      throw Refusal.badRequest("invalid selector: '" + text + "'; can't understand '" + part + "'")
          .thrown();
    }
    boolean unequal = equals > 0 && part.charAt(equals - 1) == '!';
    boolean twice = !unequal && part.startsWith("==", equals);
    return new Term(
        part.substring(0, unequal ? equals - 1 : equals),
        !unequal,
        unescaped(part.substring(equals + (twice ? 2 : 1))));
  }

  private static String unescaped(String value) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '=') {
        throw Refusal.badRequest("invalid field selector: unescaped character in value: " + (int) c)
            .thrown();
      }
      if (c == '\\' && i + 1 < value.length()) {
        c = value.charAt(++i);
      }
      plain.append(c);
    }
    return plain.toString();
  }

  private static void refuseUnknown(String field, ServedResource resource) {
    boolean known =
        field.equals(NAME)
            || resource.fields().contains(field)
            || (field.equals(NAMESPACE)
                && (resource.type().namespaced() || resource.fields().isEmpty()));
    if (known) {
      return;
    }
    throw Refusal.badRequest(
            resource.fields().isEmpty()
                ? "\""
                    + field
                    + "\" is not a known field selector: only \""
                    + NAME
                    + "\", \""
                    + NAMESPACE
                    + "\""
                : "field label not supported: " + field)
        .thrown();
  }
}

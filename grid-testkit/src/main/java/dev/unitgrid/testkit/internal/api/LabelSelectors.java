/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import dev.unitgrid.testkit.internal.api.StatusException.Cause;
import dev.unitgrid.testkit.internal.rules.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Reads label selectors in the grammar of queries, and refuses what the real server refuses in its
 * words. One instance reads one selector. Not thread-safe.
 */
final class LabelSelectors {
  private static final String OPERATORS = "in, notin, =, ==, !=, gt, lt";
  private static final String SYMBOLS = "=!(),><";
  private static final Set<String> COMPARISONS = Set.of("=", "==", "!=", ">", "<");

  private final List<String> tokens;
  private int next;

  private LabelSelectors(List<String> tokens) {
    this.tokens = tokens;
  }

  /** The predicate on labels that {@code selector} says; 400 if it says none. */
  static Predicate<Map<String, String>> parse(String selector) {
    try {
      return new LabelSelectors(tokens(selector)).selector();
    } catch (MalformedException malformed) {
      throw StatusException.badRequest(String.valueOf(malformed.getMessage()));
    }
  }

  /** A selector outside of the grammar. */
  private static final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  private static List<String> tokens(String selector) {
    List<String> tokens = new ArrayList<>();
    int i = 0;
    while (i < selector.length()) {
      char c = selector.charAt(i);
      int end = i + 1;
      if (SYMBOLS.indexOf(c) >= 0) {
        boolean two = selector.startsWith("==", i) || selector.startsWith("!=", i);
        end = two ? i + 2 : end;
      } else if (!isSpace(c)) {
        while (end < selector.length() && isLiteral(selector.charAt(end))) {
          end++;
        }
      }
      if (!isSpace(c)) {
        tokens.add(selector.substring(i, end));
      }
      i = end;
    }
    return tokens;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }

  private static boolean isLiteral(char c) {
    return !isSpace(c) && SYMBOLS.indexOf(c) < 0;
  }

  private Predicate<Map<String, String>> selector() {
    Predicate<Map<String, String>> all = labels -> true;
    if (tokens.isEmpty()) {
      return all;
    }
    if (!beginsRequirement(peek())) {
      throw found(peek(), "expected: !, identifier, or 'end of string'");
    }
    while (true) {
      all = all.and(requirementOrRefusal());
      String after = take();
      if (after.isEmpty()) {
        return all;
      }
      if (!after.equals(",")) {
        throw found(after, "expected: ',' or 'end of string'");
      }
      if (!beginsRequirement(peek())) {
        throw found(peek(), "expected: identifier after ','");
      }
    }
  }

  private static boolean beginsRequirement(String token) {
    return token.equals("!") || isIdentifier(token);
  }

  private static boolean isIdentifier(String token) {
    return !token.isEmpty() && isLiteral(token.charAt(0));
  }

  private String peek() {
    return next < tokens.size() ? tokens.get(next) : "";
  }

  private String take() {
    String token = peek();
    next++;
    return token;
  }

  private static MalformedException found(String token, String expected) {
    return new MalformedException("found '" + token + "', " + expected);
  }

  private Predicate<Map<String, String>> requirementOrRefusal() {
    try {
      return requirement();
    } catch (MalformedException malformed) {
      throw new MalformedException("unable to parse requirement: " + malformed.getMessage());
    }
  }

  private Predicate<Map<String, String>> requirement() {
    boolean absent = peek().equals("!");
    if (absent) {
      take();
    }
    String key = take();
    if (!isIdentifier(key)) {
      throw found(key, "expected: identifier");
    }
    refuse(problems("<nil>", key, Names.problemsOfKey(key)));
    if (absent) {
      return labels -> !labels.containsKey(key);
    }
    if (peek().isEmpty() || peek().equals(",")) {
      return labels -> labels.containsKey(key);
    }
    String operator = take();
    return switch (operator) {
      case "in" -> in(key, values(key), true);
      case "notin" -> in(key, values(key), false);
      case "=", "==" -> in(key, List.of(value(key)), true);
      case "!=" -> in(key, List.of(value(key)), false);
      case ">", "<" -> compared(key, operator.equals("<"));
      default -> throw found(operator, "expected: " + OPERATORS);
    };
  }

  private static Predicate<Map<String, String>> in(String key, List<String> values, boolean in) {
    return labels -> in == (labels.containsKey(key) && values.contains(labels.get(key)));
  }

  private List<String> values(String key) {
    if (!take().equals("(")) {
      next--;
      throw new MalformedException("found '" + peek() + "' expected: '('");
    }
    Set<String> values = new TreeSet<>();
    if (peek().equals(")")) {
      values.add("");
    } else {
      list(values);
    }
    take();
    checked(key, List.copyOf(values));
    return List.copyOf(values);
  }

  /** Words between commas; where one is missing it is the empty one. */
  private void list(Set<String> values) {
    boolean wanted = true;
    while (!peek().equals(")") || wanted) {
      String token = peek();
      if (isIdentifier(token)) {
        if (!wanted) {
          throw found(token, "expected: ',' or ')'");
        }
        values.add(take());
        wanted = false;
      } else if (token.equals(",")) {
        if (wanted) {
          values.add("");
        }
        take();
        wanted = true;
      } else if (token.equals(")")) {
        values.add("");
        return;
      } else {
        throw found(token, wanted ? "expected: ',', or identifier" : "expected: ',' or ')'");
      }
    }
  }

  private String value(String key) {
    String value = exactValue();
    checked(key, List.of(value));
    return value;
  }

  private String exactValue() {
    if (peek().isEmpty() || peek().equals(",")) {
      return "";
    }
    String value = take();
    if (!isIdentifier(value) || COMPARISONS.contains(value)) {
      throw found(value, "expected: identifier");
    }
    return value;
  }

  private Predicate<Map<String, String>> compared(String key, boolean less) {
    String text = exactValue();
    if (!isNumber(text)) {
      throw new MalformedException(
          sentence(
              Cause.invalid(
                  "values[0]",
                  "\"" + text + "\"",
                  "for 'Gt', 'Lt' operators, the value must be an integer")));
    }
    checked(key, List.of(text));
    long bound = Long.parseLong(text);
    return labels -> {
      String label = labels.get(key);
      if (label == null || !isNumber(label)) {
        return false;
      }
      return less ? Long.parseLong(label) < bound : Long.parseLong(label) > bound;
    };
  }

  private static boolean isNumber(String text) {
    return text.matches("[-+]?[0-9]{1,18}");
  }

  private static void checked(String key, List<String> values) {
    List<Cause> causes = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      String value = values.get(i);
      causes.addAll(
          problems("values[" + i + "][" + key + "]", value, Names.problemsOfLabelValue(value)));
    }
    refuse(causes);
  }

  private static List<Cause> problems(String field, String value, List<String> why) {
    return why.stream()
        .map(sentence -> Cause.invalid(field, "\"" + value + "\"", sentence))
        .toList();
  }

  private static void refuse(List<Cause> causes) {
    if (!causes.isEmpty()) {
      List<String> sentences = causes.stream().map(LabelSelectors::sentence).toList();
      throw new MalformedException(
          sentences.size() == 1 ? sentences.get(0) : "[" + String.join(", ", sentences) + "]");
    }
  }

  private static String sentence(Cause cause) {
    return cause.field() + ": " + cause.message();
  }
}

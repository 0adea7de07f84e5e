/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Reads label selectors as queries write them: {@code a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1,m<2}
 * (source: labels.Parse of apimachinery). One instance reads one selector. Not thread-safe.
 */
final class LabelQuery {
  private static final String END = "";
  private static final String OPERATORS = "in, notin, =, ==, !=, gt, lt";
  private static final Pattern TOKENS =
      Pattern.compile("[ \\t\\r\\n]*(?:(==|!=|[=!(),<>])|([^ \\t\\r\\n=!(),<>]+))");
  private static final Pattern PREFIX =
      Pattern.compile(
          "(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final Pattern NAME =
      Pattern.compile("(?=.{1,63}$)[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?");
  private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9]{1,18}");

  private final List<String> tokens;
  private int next;

  private LabelQuery(List<String> tokens) {
    this.tokens = tokens;
  }

  /**
   * The predicate that {@code selector} says.
   *
   * @throws Refusal.Thrown a 400, if it says none
   */
  static Predicate<Map<String, String>> parse(String selector) {
    return new LabelQuery(tokensOf(selector)).requirements();
  }

  private static List<String> tokensOf(String selector) {
    List<String> tokens = new ArrayList<>();
    var matcher = TOKENS.matcher(selector);
    while (matcher.lookingAt()) {
      tokens.add(matcher.group().strip());
      matcher.region(matcher.end(), selector.length());
    }
    return tokens;
  }

  private Predicate<Map<String, String>> requirements() {
    Predicate<Map<String, String>> all = labels -> true;
    if (tokens.isEmpty()) {
      return all;
    }
    if (!peek().equals("!") && !isWord(peek())) {
      throw found("expected: !, identifier, or 'end of string'");
    }
    while (true) {
      all = all.and(requirement());
      if (peek().equals(END)) {
        return all;
      }
      if (!peek().equals(",")) {
        throw found("expected: ',' or 'end of string'");
      }
      next++;
      if (!peek().equals("!") && !isWord(peek())) {
        throw found("expected: identifier after ','");
      }
    }
  }

  private Predicate<Map<String, String>> requirement() {
    boolean absent = peek().equals("!");
    if (absent) {
      next++;
    }
    if (!isWord(peek())) {
      throw inRequirement("found '" + peek() + "', expected: identifier");
    }
    String key = key(take());
    if (absent) {
      return labels -> !labels.containsKey(key);
    }
    if (peek().equals(END) || peek().equals(",")) {
      return labels -> labels.containsKey(key);
    }
    String operator = take();
    return switch (operator) {
      case "in" -> oneOf(key, set(key));
      case "notin" -> oneOf(key, set(key)).negate();
      case "=", "==" -> oneOf(key, Set.of(value(key, word())));
      case "!=" -> oneOf(key, Set.of(value(key, word()))).negate();
      case ">" -> compared(key, 1);
      case "<" -> compared(key, -1);
      default -> throw inRequirement("found '" + operator + "', expected: " + OPERATORS);
    };
  }

  private static Predicate<Map<String, String>> oneOf(String key, Set<String> values) {
    return labels -> {
      String value = labels.get(key);
      return value != null && values.contains(value);
    };
  }

  /** Numbers are compared as such; a label that is none is on neither side. */
  private Predicate<Map<String, String>> compared(String key, int sign) {
    String text = word();
    if (!NUMBER.matcher(text).matches()) {
      throw inRequirement(
          "values[0]: Invalid value: \""
              + text
              + "\": for 'Gt', 'Lt' operators, the value must be an integer");
    }
    long bound = Long.parseLong(text);
    return labels -> {
      String value = labels.get(key);
      return value != null
          && NUMBER.matcher(value).matches()
          && Long.compare(Long.parseLong(value), bound) == sign;
    };
  }

  /** The words in parentheses; where one is missing between commas it is the empty one. */
  private Set<String> set(String key) {
    if (!peek().equals("(")) {
      throw inRequirement("found '" + peek() + "' expected: '('");
    }
    next++;
    Set<String> values = new TreeSet<>();
    while (true) {
      values.add(isWord(peek()) ? value(key, take()) : "");
      if (peek().equals(")")) {
        next++;
        return values;
      }
      if (!peek().equals(",")) {
        throw inRequirement("found '" + peek() + "', expected: ',' or ')'");
      }
      next++;
    }
  }

  /** The word after an operator; there may be none. */
  private String word() {
    if (peek().equals(END) || peek().equals(",")) {
      return "";
    }
    if (!isWord(peek())) {
      throw inRequirement("found '" + peek() + "', expected: identifier");
    }
    return take();
  }

  private String key(String key) {
    int slash = key.indexOf('/');
    boolean good =
        NAME.matcher(key.substring(slash + 1)).matches()
            && (slash < 0 || PREFIX.matcher(key.substring(0, slash)).matches());
    if (!good) {
      throw inRequirement("<nil>: Invalid value: \"" + key + "\": no label can have this key");
    }
    return key;
  }

  private String value(String key, String value) {
    if (!value.isEmpty() && !NAME.matcher(value).matches()) {
      throw inRequirement(
          "values[0][" + key + "]: Invalid value: \"" + value + "\": no label can have this value");
    }
    return value;
  }

  private static boolean isWord(String token) {
    return !token.isEmpty() && "=!(),<>".indexOf(token.charAt(0)) < 0;
  }

  private String peek() {
    return next < tokens.size() ? tokens.get(next) : END;
  }

  private String take() {
    String token = peek();
    next++;
    return token;
  }

  private Refusal.Thrown found(String expected) {
    return Refusal.badRequest("found '" + peek() + "', " + expected).thrown();
  }

  private static Refusal.Thrown inRequirement(String why) {
    return Refusal.badRequest("unable to parse requirement: " + why).thrown();
  }
}

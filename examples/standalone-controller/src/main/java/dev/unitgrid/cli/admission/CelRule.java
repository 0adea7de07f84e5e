/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli.admission;

import dev.unitgrid.api.json.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A rule of a CRD in the corner of the Common Expression Language that our CRDs keep to: {@code
 * has}, {@code size}, {@code matches}, fields of {@code self}, comparisons with literals, and the
 * three connectives. A library for the whole language would be larger than the rest of the jar.
 * What is not in that corner is refused when it is parsed. Immutable.
 */
final class CelRule {
  private final Term term;

  private CelRule(Term term) {
    this.term = term;
  }

  /** The value of a part of a rule: a Boolean, a Long, a String or a Json. */
  @FunctionalInterface
  private interface Term {
    Object of(Json self);
  }

  /**
   * The rule that {@code text} says.
   *
   * @throws IllegalArgumentException if it uses more than is understood
   */
  static CelRule parse(String text) {
    return new CelRule(new Parser(text).rule());
  }

  /** Whether {@code self} keeps the rule. */
  boolean holds(Json self) {
    return isTrue(term, self);
  }

  private static boolean isTrue(Term term, Json self) {
    return term.of(self).equals(true);
  }

  /** Recursive descent, one method a precedence. */
  private static final class Parser {
    private static final Pattern TOKEN =
        Pattern.compile(
            "\\s*(\\|\\||&&|==|!=|[><!()]|'[^'\\\\]*'|[0-9]+|[A-Za-z]+(?:\\.[A-Za-z]+)*)\\s*");
    private static final String MATCHES = ".matches";

    private final String text;
    private final List<String> tokens = new ArrayList<>();
    private int next;

    Parser(String text) {
      this.text = text;
      Matcher matcher = TOKEN.matcher(text);
      int end = 0;
      while (end < text.length()) {
        if (!matcher.find(end) || matcher.start() != end) {
          throw notUnderstood();
        }
        tokens.add(matcher.group(1));
        end = matcher.end();
      }
    }

    Term rule() {
      Term rule = or();
      if (next < tokens.size()) {
        throw notUnderstood();
      }
      return rule;
    }

    private Term or() {
      Term left = and();
      while (accepts("||")) {
        Term first = left;
        Term second = and();
        left = self -> isTrue(first, self) || isTrue(second, self);
      }
      return left;
    }

    private Term and() {
      Term left = comparison();
      while (accepts("&&")) {
        Term first = left;
        Term second = comparison();
        left = self -> isTrue(first, self) && isTrue(second, self);
      }
      return left;
    }

    private Term comparison() {
      Term left = negation();
      if (accepts("==")) {
        Term right = negation();
        return self -> left.of(self).equals(right.of(self));
      }
      if (accepts("!=")) {
        Term right = negation();
        return self -> !left.of(self).equals(right.of(self));
      }
      if (accepts(">")) {
        Term right = negation();
        return self -> (Long) left.of(self) > (Long) right.of(self);
      }
      return left;
    }

    private Term negation() {
      if (accepts("!")) {
        Term negated = negation();
        return self -> !isTrue(negated, self);
      }
      return primary();
    }

    private Term primary() {
      String token = take();
      if (token.equals("(")) {
        Term inner = or();
        expect(")");
        return inner;
      }
      if (token.startsWith("'")) {
        String literal = token.substring(1, token.length() - 1);
        return self -> literal;
      }
      if (Character.isDigit(token.charAt(0))) {
        Long literal = Long.valueOf(token);
        return self -> literal;
      }
      return accepts("(") ? call(token) : field(token);
    }

    private Term call(String function) {
      String argument = take();
      expect(")");
      if (function.equals("has")) {
        String[] path = path(argument);
        return self -> self.find(path).isPresent();
      }
      if (function.equals("size")) {
        String[] path = path(argument);
        return self -> (long) self.get(path).items().size();
      }
      if (function.endsWith(MATCHES) && argument.startsWith("'")) {
        String[] path = path(function.substring(0, function.length() - MATCHES.length()));
        Pattern pattern = Pattern.compile(argument.substring(1, argument.length() - 1));
        return self -> pattern.matcher(self.get(path).asString("")).find();
      }
      throw notUnderstood();
    }

    private Term field(String dotted) {
      String[] path = path(dotted);
      return self -> {
        Json value = self.get(path);
        return value.isString() ? value.asString("") : value;
      };
    }

    private String[] path(String dotted) {
      String[] path = dotted.split("\\.", -1);
      if (path.length < 2 || !path[0].equals("self")) {
        throw notUnderstood();
      }
      return Arrays.copyOfRange(path, 1, path.length);
    }

    private boolean accepts(String token) {
      boolean there = next < tokens.size() && tokens.get(next).equals(token);
      next += there ? 1 : 0;
      return there;
    }

    private void expect(String token) {
      if (!accepts(token)) {
        throw notUnderstood();
      }
    }

    private String take() {
      if (next == tokens.size()) {
        throw notUnderstood();
      }
      return tokens.get(next++);
    }

    private IllegalArgumentException notUnderstood() {
      return new IllegalArgumentException("this rule is not understood: " + text);
    }
  }
}

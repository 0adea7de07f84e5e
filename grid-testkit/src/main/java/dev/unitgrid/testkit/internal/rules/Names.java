/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The grammars of names, label keys and label values, with the real server's words. Stateless. */
public final class Names {
  private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
  private static final Pattern DNS_1035 = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");
  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final Pattern WORD = Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
  private static final String WORD_RULE =
      "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
          + " alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
          + " validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
  private static final String LABEL_VALUE_RULE =
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or"
          + " '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or"
          + " 'my_value',  or '12345', regex used for validation is"
          + " '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
  private static final String SUBDOMAIN_RULE =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or"
          + " '.', and must start and end with an alphanumeric character (e.g. 'example.com',"
          + " regex used for validation is"
          + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
  private static final String DNS_1035_RULE =
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an"
          + " alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or"
          + " 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
  private static final String DNS_LABEL_RULE =
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and"
          + " must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc',"
          + " regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

  private static final Pattern SEARCHED =
      Pattern.compile("_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*");
  private static final String SEARCHED_RULE =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-'"
          + " or '.', and must start and end with an alphanumeric character (e.g. 'example.com',"
          + " regex used for validation is"
          + " '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')";
  private static final Pattern DATA_KEY = Pattern.compile("[-._a-zA-Z0-9]+");
  private static final Pattern VARIABLE = Pattern.compile("[ -<>-~]+");
  private static final Pattern HEADER = Pattern.compile("[-A-Za-z0-9]+");

  private Names() {}

  /** What is wrong with a domain in which a resolver searches. */
  static List<String> problemsOfSearchedDomain(String name) {
    return problems(name, 253, SEARCHED, SEARCHED_RULE);
  }

  /** What is wrong with a key of a config map or a secret. */
  public static List<String> problemsOfDataKey(String key) {
    if (key.equals(".") || key.startsWith("..")) {
      return List.of(
          key.equals(".") || key.equals("..")
              ? "must not be '" + key + "'"
              : "must not start with '..'");
    }
    return DATA_KEY.matcher(key).matches()
        ? List.of()
        : List.of(
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g."
                + " 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is"
                + " '[-._a-zA-Z0-9]+')");
  }

  /** What is wrong with the name of an environment variable. */
  static List<String> problemsOfVariable(String name) {
    return VARIABLE.matcher(name).matches()
        ? List.of()
        : List.of(
            "a valid environment variable name must consist only of printable ASCII characters"
                + " other than '='");
  }

  /** What is wrong with the name of a header of HTTP. */
  static List<String> problemsOfHeader(String name) {
    return HEADER.matcher(name).matches()
        ? List.of()
        : List.of(
            "a valid HTTP header must consist of alphanumeric characters or '-' (e.g."
                + " 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')");
  }

  /** What is wrong with the name of a port. */
  static List<String> problemsOfPort(String name) {
    List<String> problems = new ArrayList<>();
    if (name.length() > 15) {
      problems.add(tooLong(15));
    }
    if (!name.matches("[-a-z0-9]+")) {
      problems.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
    }
    if (!name.matches(".*[a-z].*")) {
      problems.add("must contain at least one letter (a-z)");
    }
    if (name.contains("--")) {
      problems.add("must not contain consecutive hyphens");
    }
    if (name.startsWith("-") || name.endsWith("-")) {
      problems.add("must not begin or end with a hyphen");
    }
    return problems;
  }

  /** What is wrong with the name of most objects. */
  public static List<String> problemsOfSubdomain(String name) {
    return problems(name, 253, SUBDOMAIN, SUBDOMAIN_RULE);
  }

  /** What is wrong with the name of a namespace or a container. */
  public static List<String> problemsOfLabel(String name) {
    if (name.contains(".") && SUBDOMAIN.matcher(name).matches()) {
      return List.of("must not contain dots");
    }
    return problems(name, 63, DNS_LABEL, DNS_LABEL_RULE);
  }

  /** What is wrong with the name of a Service. */
  public static List<String> problemsOfDns1035(String name) {
    return problems(name, 63, DNS_1035, DNS_1035_RULE);
  }

  /** What is wrong with a name that is only a segment of a path, as those of RBAC are. */
  public static List<String> problemsOfPathSegment(String name) {
    if (name.equals(".") || name.equals("..")) {
      return List.of("may not be '" + name + "'");
    }
    List<String> problems = new ArrayList<>();
    for (String not : List.of("/", "%")) {
      if (name.contains(not)) {
        problems.add("may not contain '" + not + "'");
      }
    }
    return problems;
  }

  private static List<String> problems(String name, int longest, Pattern grammar, String rule) {
    List<String> problems = new ArrayList<>();
    if (name.length() > longest) {
      problems.add(tooLong(longest));
    }
    if (!grammar.matcher(name).matches()) {
      problems.add(rule);
    }
    return problems;
  }

  private static String tooLong(int longest) {
    return "must be no more than " + longest + " characters";
  }

  /** What is wrong with the key of a label or annotation. */
  public static List<String> problemsOfKey(String key) {
    String[] parts = key.split("/", -1);
    if (parts.length > 2) {
      return List.of(
          "a qualified name "
              + WORD_RULE
              + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
    }
    List<String> problems = new ArrayList<>();
    if (parts.length == 2 && parts[0].isEmpty()) {
      problems.add("prefix part must be non-empty");
    } else if (parts.length == 2) {
      problemsOfSubdomain(parts[0]).forEach(problem -> problems.add("prefix part " + problem));
    }
    String name = parts[parts.length - 1];
    if (name.isEmpty()) {
      problems.add("name part must be non-empty");
    } else if (name.length() > 63) {
      problems.add("name part " + tooLong(63));
    }
    if (!WORD.matcher(name).matches()) {
      problems.add("name part " + WORD_RULE);
    }
    return problems;
  }

  /** What is wrong with the value of a label. */
  public static List<String> problemsOfLabelValue(String value) {
    List<String> problems = new ArrayList<>();
    if (value.length() > 63) {
      problems.add(tooLong(63));
    }
    if (!value.isEmpty() && !WORD.matcher(value).matches()) {
      problems.add(LABEL_VALUE_RULE);
    }
    return problems;
  }
}

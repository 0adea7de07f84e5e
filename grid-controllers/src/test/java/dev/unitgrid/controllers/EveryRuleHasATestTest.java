/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The gate of docs/rules.md: a rule without a test fails the build. Sources are read as text, since
 * the tests of one module are not on the class path of another.
 */
class EveryRuleHasATestTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern NUMBERED = Pattern.compile("(?m)^(\\d+)\\. ");
  private static final Pattern ANNOTATION = Pattern.compile("@Rule\\(\\{?([\\d, \\n]+)\\}?\\)");
  private static final Pattern TAGGED =
      Pattern.compile("@Tag\\(\"control-plane\"\\)|@RealControlPlane");

  /** The rules that must also hold on a real control plane, because they rest on what it does. */
  private static final Set<Integer> ON_A_REAL_CONTROL_PLANE =
      Set.of(7, 8, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 25);

  @Test
  void every_rule_has_a_test() throws IOException {
    assertThat(rulesProvenIn(source -> true)).containsAll(rules());
  }

  @Test
  void the_rules_that_rest_on_the_api_server_have_a_test_on_a_real_one() throws IOException {
    assertThat(rulesProvenIn(source -> TAGGED.matcher(source).find()))
        .containsAll(ON_A_REAL_CONTROL_PLANE);
  }

  @Test
  void no_test_names_a_rule_that_is_not_there() throws IOException {
    assertThat(rules()).containsAll(rulesProvenIn(source -> true));
  }

  private static Set<Integer> rules() throws IOException {
    return numbers(NUMBERED, Files.readString(ROOT.resolve("docs/rules.md")));
  }

  private static Set<Integer> rulesProvenIn(java.util.function.Predicate<String> sources)
      throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(
              file ->
                  file.toString().contains("/src/test/java/")
                      && file.toString().endsWith("Test.java"))
          .map(EveryRuleHasATestTest::read)
          .filter(sources)
          .flatMap(source -> numbers(ANNOTATION, source).stream())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private static Set<Integer> numbers(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .flatMap(list -> Stream.of(list.trim().split("[,\\s]+")))
        .map(Integer::valueOf)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The example on each package's page compiles and runs. */
class ExamplesTest {
  private static final Path SOURCES = Path.of("src/main/java/dev/unitgrid/core");
  private static final Pattern EXAMPLE =
      Pattern.compile("<pre>\\{@code\n(.*?)\n \\* }</pre>", Pattern.DOTALL);

  private static final String GRID = "Grid grid = Grids.deploymentGrid();\n";
  private static final String CHILD =
      "ObservedChild child = Children.observed("
          + "ResourceType.DEPLOYMENT, Children.bySuperEdge(grid, \"beijing\"));\n";

  /** What an example takes for given. */
  private static final Map<String, String> GIVEN =
      given(
          "dns",
          "Json service = Headless.service(), statefulSet = Headless.statefulSet(\"beijing\");\n"
              + "byte[] slice = Headless.slice(\"beijing\").toBytes(), former = {};\n",
          "topology",
          "record Endpoint(String nodeName) {}\n"
              + "List<Endpoint> endpoints = List.of(new Endpoint(\"bj-1\"));\n"
              + "Map<String, String> localLabels = Map.of(\"location\", \"beijing\");\n"
              + "Map<String, Map<String, String>> labelsOfNode = Map.of(\"bj-1\", localLabels);\n"
              + "Map<String, String> annotations = Map.of();\n"
              + "byte[] raw = \"{}\".getBytes(java.nio.charset.StandardCharsets.UTF_8);\n",
          "nodeunit",
          "List<ObservedNode> nodes ="
              + " List.of(ObservedNode.of(\"bj-1\", Map.of(\"location\", \"beijing\")));\n",
          "child",
          "Json object = Children.bySuperEdge(Grids.deploymentGrid(), \"beijing\");\n",
          "naming",
          GRID
              + CHILD
              + "List<ObservedChild> children = List.of(child);\n"
              + "List<Neighbour> neighbours = List.of();\n",
          "template",
          GRID,
          "workload",
          GRID,
          "service",
          "Grid grid = Grids.serviceGrid();\n",
          "plan",
          GRID
              + "Observed observed = ImmutableObserved.builder().grid(grid)"
              + ".putUnits(\"location\", NodeUnits.of(\"location\", List.of()))"
              + ".now(Instant.EPOCH).build();\n",
          "federation",
          "ObservedSource observedSource = ImmutableObservedSource.builder()"
              + ".kind(GridKind.DEPLOYMENT_GRID).namespace(\"default\").name(\"demo\")"
              + ".now(Instant.EPOCH).build();\n"
              + "ObservedCopy observedCopy = ImmutableObservedCopy.builder()"
              + ".kind(GridKind.DEPLOYMENT_GRID).clusterNamespace(\"cluster-a\")"
              + ".keyHasNodes(true).now(Instant.EPOCH).build();\n",
          "status",
          GRID + CHILD + "Instant now = Instant.EPOCH;\n");

  private static Map<String, String> given(String... packagesAndSources) {
    Map<String, String> given = new TreeMap<>();
    for (int i = 0; i < packagesAndSources.length; i += 2) {
      given.put(packagesAndSources[i], packagesAndSources[i + 1]);
    }
    return given;
  }

  @TempDir Path classes;

  @ParameterizedTest
  @MethodSource("packages")
  void the_example_of_a_package_compiles_and_runs(String name) throws Exception {
    compile(source(name, example(name)));
    try (URLClassLoader loader =
        new URLClassLoader(
            new URL[] {classes.toUri().toURL()}, Thread.currentThread().getContextClassLoader())) {
      Runnable example =
          (Runnable) loader.loadClass("example.Example").getDeclaredConstructor().newInstance();
      example.run();
      assertThat(example.getClass().getClassLoader()).isSameAs(loader);
    }
  }

  @Test
  void every_package_has_a_page() {
    assertThat(packages()).hasSameElementsAs(GIVEN.keySet());
  }

  static List<String> packages() {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files
          .filter(Files::isDirectory)
          .filter(folder -> !folder.equals(SOURCES))
          .map(folder -> SOURCES.relativize(folder).toString())
          .sorted()
          .toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String example(String name) throws IOException {
    Matcher page = EXAMPLE.matcher(Files.readString(SOURCES.resolve(name + "/package-info.java")));
    assertThat(page.find()).as("an example on the page of " + name).isTrue();
    return page.group(1).replaceAll("(?m)^ \\*", "");
  }

  private static String source(String name, String example) {
    StringBuilder source = new StringBuilder("package example;\n");
    for (String imported :
        List.of("java.util", "java.time", "dev.unitgrid.api", "dev.unitgrid.api.json")) {
      source.append("import ").append(imported).append(".*;\n");
    }
    for (String other : List.of("child", "naming", "nodeunit", name)) {
      source.append("import dev.unitgrid.core.").append(other).append(".*;\n");
    }
    return source
        .append("import com.google.common.collect.*;\n")
        .append(
            "import dev.unitgrid.core.Children;\nimport dev.unitgrid.core.Grids;\n"
                + "import dev.unitgrid.core.Headless;\n")
        .append("public class Example implements Runnable {\npublic void run() {\n")
        .append(GIVEN.get(name))
        .append(example)
        .append("\n}\n}\n")
        .toString();
  }

  private void compile(String source) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavaFileObject file =
        new SimpleJavaFileObject(
            URI.create("string:///example/Example.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    StringWriter messages = new StringWriter();
    boolean compiled =
        compiler
            .getTask(
                messages,
                compiler.getStandardFileManager(null, Locale.ROOT, null),
                null,
                List.of("-proc:none", "-d", classes.toString(), "-cp", classPath()),
                null,
                List.of(file))
            .call();
    assertThat(compiled).as(messages + source).isTrue();
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}

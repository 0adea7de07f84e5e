/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unitgrid.api.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * client-go's informers of slices, Services and the own Node, in a program of their own, which is
 * built with the {@code go} of the machine from {@code src/test/go/informers}. For one thread.
 */
final class GoInformers implements AutoCloseable {
  private static final Path SOURCES = Path.of("src", "test", "go", "informers").toAbsolutePath();
  private static final long BUILD_MINUTES = 15;

  private final Process program;
  private final BufferedReader answers;

  private GoInformers(Process program) {
    this.program = program;
    this.answers = program.inputReader(UTF_8);
  }

  /**
   * Builds the program.
   *
   * @param modules which file says the versions: {@code go.mod} or another one beside it
   * @param folder where the program goes
   */
  static Path build(String modules, Path folder) throws Exception {
    Path program = folder.resolve("informers-of-" + modules);
    Process go;
    try {
      go =
          new ProcessBuilder("go", "build", "-modfile=" + modules, "-o", program.toString(), ".")
              .directory(SOURCES.toFile())
              .redirectErrorStream(true)
              .start();
    } catch (IOException missing) {
      throw new AssertionError("client-go's informers need the command go on the PATH", missing);
    }
    go.getOutputStream().close();
    try (var said = new BufferedReader(new InputStreamReader(go.getInputStream(), UTF_8))) {
      String words = String.join("\n", said.lines().toList());
      if (!go.waitFor(BUILD_MINUTES, TimeUnit.MINUTES) || go.exitValue() != 0) {
        go.destroyForcibly();
        throw new AssertionError("go does not build " + SOURCES + " by " + modules + ": " + words);
      }
    }
    return program;
  }

  /** Begins to follow the proxy at {@code url}. */
  static GoInformers start(Path program, String url) throws IOException {
    return new GoInformers(
        new ProcessBuilder(program.toString(), url, Truth.NODE)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  /** The text of each object of {@code kind}: slices, services or nodes. */
  Map<String, String> texts(String kind) {
    Map<String, String> texts = new TreeMap<>();
    ask().get(kind).fields().forEach((name, text) -> texts.put(name, text.asString("")));
    return texts;
  }

  /** What it was told that it should not have been. */
  List<String> complaints() {
    return ask().get("complaints").items().stream().map(each -> each.asString("")).toList();
  }

  /** How many events it was told. */
  long events() {
    return ask().get("events").asLong(0);
  }

  /** How many requests it made of {@code kind}: list, watch or watchList. */
  long requests(String kind) {
    return ask().get("requests", kind).asLong(0);
  }

  private Json ask() {
    try {
      OutputStream questions = program.getOutputStream();
      questions.write('\n');
      questions.flush();
      String answer = answers.readLine();
      if (answer == null) {
        throw new AssertionError("client-go's informers ended");
      }
      return Json.parse(answer.getBytes(UTF_8));
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  @Override
  public void close() {
    program.destroy();
  }
}

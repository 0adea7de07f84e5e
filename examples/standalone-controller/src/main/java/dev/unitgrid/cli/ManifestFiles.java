/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.cli.yaml.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the files that a user names; {@code -} is standard input. */
final class ManifestFiles {
  private static final String STANDARD_INPUT = "-";

  private final InputStream standardInput;

  ManifestFiles(InputStream standardInput) {
    this.standardInput = standardInput;
  }

  /** Whether {@code name} means standard input. */
  static boolean isStandardInput(String name) {
    return name.equals(STANDARD_INPUT);
  }

  /**
   * The objects of all {@code names}, in order.
   *
   * @throws CommandFailure if a file cannot be read
   * @throws dev.unitgrid.cli.yaml.ManifestException if one holds no manifests
   */
  List<Manifest> read(List<String> names) {
    List<Manifest> manifests = new ArrayList<>();
    for (String name : names) {
      boolean input = isStandardInput(name);
      manifests.addAll(Manifest.read(input ? "standard input" : name, bytes(name, input)));
    }
    return manifests;
  }

  private byte[] bytes(String name, boolean input) {
    try {
      return input ? standardInput.readAllBytes() : file(Path.of(name));
    } catch (NoSuchFileException missing) {
      throw new CommandFailure("there is no file " + name, missing);
    } catch (IOException unreadable) {
      throw new CommandFailure(name + " cannot be read: " + unreadable.getMessage(), unreadable);
    }
  }

  private static byte[] file(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new CommandFailure(path + " is a folder; name its files");
    }
    return Files.readAllBytes(path);
  }
}

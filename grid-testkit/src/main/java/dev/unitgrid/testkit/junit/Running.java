/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.junit;

import dev.unitgrid.testkit.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A cluster and the files that clients have of it. */
final class Running {
  private final TestCluster cluster;
  private final List<Path> files = new ArrayList<>();

  Running(TestCluster cluster) {
    this.cluster = cluster;
  }

  TestCluster cluster() {
    return cluster;
  }

  synchronized Path kubeconfig(String user) {
    try {
      Path file = Files.createTempFile("unitgrid-testkit", ".kubeconfig");
      files.add(file);
      return Files.writeString(file, cluster.kubeconfig(user));
    } catch (IOException unwritable) {
      throw new UncheckedIOException("cannot write a kubeconfig", unwritable);
    }
  }

  synchronized void close() {
    cluster.close();
    try {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (IOException left) {
      throw new UncheckedIOException("cannot delete a kubeconfig", left);
    }
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli.network;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.cli.yaml.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a DaemonSet of deploy/ runs an agent, and what it gets at most.
 *
 * @param java the command up to the jar: without the class archive of the image, which makes it
 *     faster
 */
record DeployedAgent(List<String> java, int memoryMebibytes, int milliCpus) {
  private static final Path DEPLOY = Path.of("..", "..", "deploy");

  static DeployedAgent endpointProxy() throws IOException {
    Path file = DEPLOY.resolve("endpoint-proxy").resolve("daemonset.yaml");
    Json container =
        Manifest.read(file.toString(), Files.readAllBytes(file))
            .get(0)
            .object()
            .get("spec", "template", "spec", "containers")
            .items()
            .get(0);
    List<String> java = new ArrayList<>();
    for (Json word : container.get("command").items()) {
      if (!word.asString("").startsWith("-XX:SharedArchiveFile=")) {
        java.add(word.asString(""));
      }
    }
    java.remove(java.size() - 1); // the jar of the image
    Json limits = container.get("resources", "limits");
    return new DeployedAgent(
        List.copyOf(java), number(limits.get("memory"), "Mi"), number(limits.get("cpu"), "m"));
  }

  private static int number(Json quantity, String unit) {
    return Integer.parseInt(quantity.asString("").replace(unit, ""));
  }
}

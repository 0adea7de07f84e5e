/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unitgrid.api.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Tells when the API server told something of a Service's slices: the time from which an agent is
 * measured.
 */
final class SliceWatch implements AutoCloseable {
  private final Process kubectl;
  private final BufferedReader events;

  private SliceWatch(Process kubectl) {
    this.kubectl = kubectl;
    this.events = new BufferedReader(new InputStreamReader(kubectl.getInputStream(), UTF_8));
  }

  static SliceWatch start(Path kubeconfig, String service) throws IOException {
    return new SliceWatch(
        new ProcessBuilder(
                "kubectl",
                "--kubeconfig",
                kubeconfig.toString(),
                "get",
                "--raw",
                "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?watch=true"
                    + "&labelSelector=kubernetes.io/service-name="
                    + service)
            .redirectErrorStream(true)
            .start());
  }

  /**
   * Waits for a version.
   *
   * @param expected of the ready endpoints, addresses by host name
   * @return when it came, by {@link System#nanoTime}
   */
  long await(Predicate<Map<String, String>> expected) {
    try {
      String event = events.readLine();
      while (event != null && !expected.test(ready(Json.parse(event)))) {
        event = events.readLine();
      }
      if (event == null) {
        throw new AssertionError("the watch ended before the slice was as expected");
      }
      return System.nanoTime();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private static Map<String, String> ready(Json event) {
    Map<String, String> ready = new HashMap<>();
    for (Json endpoint : event.get("object", "endpoints").items()) {
      if (endpoint.get("conditions", "ready").asBoolean(true)) {
        ready.put(
            endpoint.get("hostname").asString(""),
            endpoint.get("addresses").items().get(0).asString(""));
      }
    }
    return ready;
  }

  @Override
  public void close() {
    kubectl.destroyForcibly();
  }
}

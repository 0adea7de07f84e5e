/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

import java.util.List;

/** What is refused in probes and hooks of containers. Stateless. */
final class ProbeRules {
  private static final List<String> HANDLERS =
      List.of("exec", "httpGet", "tcpSocket", "grpc", "sleep");

  private ProbeRules() {}

  /** Of the probe that containers have under {@code name}. */
  static void probe(String name, Field probe) {
    handler(probe, -1);
    probe.nonNegative(
        "initialDelaySeconds",
        "timeoutSeconds",
        "periodSeconds",
        "successThreshold",
        "failureThreshold");
    boolean readiness = name.equals("readinessProbe");
    long successes = probe.number("successThreshold");
    if (!readiness && successes != 1) {
      probe.get("successThreshold").invalid(Long.toString(successes), "must be 1");
    }
    if (!probe.has("terminationGracePeriodSeconds")) {
      return;
    }
    Field grace = probe.get("terminationGracePeriodSeconds");
    if (readiness) {
      grace.invalid("must not be set for readinessProbes");
    } else if (grace.number() <= 0) {
      grace.invalid("must be greater than 0");
    }
  }

  /** Of what runs after a container begins and before it ends. */
  static void hooks(Field lifecycle, long grace) {
    for (String name : List.of("postStart", "preStop")) {
      if (lifecycle.has(name)) {
        handler(lifecycle.get(name), grace);
      }
    }
  }

  private static void handler(Field handler, long grace) {
    boolean found = false;
    for (String kind : HANDLERS) {
      if (!handler.has(kind)) {
        continue;
      }
      Field said = handler.get(kind);
      if (found) {
        said.forbidden("may not specify more than 1 handler type");
      } else {
        action(kind, said, grace);
      }
      found = true;
    }
    if (!found) {
      handler.required("must specify a handler type");
    }
  }

  private static void action(String kind, Field said, long grace) {
    switch (kind) {
      case "exec" -> said.get("command").requiredIfEmpty();
      case "httpGet" -> {
        said.get("path").requiredIfEmpty();
        portOrName(said.get("port"));
        said.get("scheme").oneOf("HTTP", "HTTPS");
        for (Field header : said.items("httpHeaders")) {
          String name = header.text("name");
          Names.problemsOfHeader(name)
              .forEach(why -> said.get("httpHeaders").invalid(Field.quoted(name), why));
        }
      }
      case "tcpSocket" -> portOrName(said.get("port"));
      case "grpc" -> said.get("port").portNumber();
      default -> {
        long seconds = said.number("seconds");
        if (seconds < 0 || seconds > grace) {
          said.invalid(
              Long.toString(seconds),
              "must be non-negative and less than terminationGracePeriodSeconds (" + grace + ")");
        }
      }
    }
  }

  static void portOrName(Field port) {
    if (port.isString()) {
      port.invalid(Names.problemsOfPort(port.text()));
    } else {
      port.portNumber();
    }
  }
}

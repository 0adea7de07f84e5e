/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.differential;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.testkit.TestCluster;
import dev.unitgrid.testkit.controlplane.ControlPlane;
import dev.unitgrid.testkit.controlplane.Part;
import dev.unitgrid.testkit.differential.Subject.Seen;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The embedded server and a real kube-apiserver, side by side. */
final class TwoServers implements AutoCloseable {
  private final AtomicInteger namespaces = new AtomicInteger();
  private final TestCluster embedded = TestCluster.start();
  private final SystemScheduler scheduler = SystemScheduler.start("differential", 2);
  private final ControlPlane plane;
  private final ApiClientTransport real;

  TwoServers() {
    embedded.server().pauseControllers(true);
    plane =
        ControlPlane.builder(Path.of(System.getenv("KUBEBUILDER_ASSETS")))
            .without(Part.KUBE_CONTROLLER_MANAGER)
            .without(Part.KUBE_SCHEDULER)
            .without(Part.KWOK)
            .start();
    real = ApiClientTransport.on(plane.apiClient(), scheduler);
    for (ApiTransport server : List.of(embedded.transport(), real)) {
      new Subject(server, "none").define(Vocabulary.resource("gadgets.json"));
    }
  }

  /** Where the two first answer differently; empty if they never do. */
  String difference(List<Operation> sequence) {
    String namespace = "s" + namespaces.incrementAndGet();
    Subject here = new Subject(embedded.transport(), namespace);
    Subject there = new Subject(real, namespace);
    here.createNamespace();
    there.createNamespace();
    for (Operation operation : sequence) {
      String step = operation.toString();
      String found = compare(step, here.perform(operation), there.perform(operation));
      if (found.isEmpty()) {
        found =
            compare(
                "GET after " + step,
                here.get(operation.kind(), operation.name()),
                there.get(operation.kind(), operation.name()));
      }
      if (!found.isEmpty()) {
        return found;
      }
    }
    return "";
  }

  private static String compare(String step, Seen embedded, Seen real) {
    boolean same =
        embedded.code() == real.code()
            && Json.parse(embedded.body().toString()).equals(Json.parse(real.body().toString()));
    return same
        ? ""
        : step
            + "\n  real "
            + real.code()
            + " embedded "
            + embedded.code()
            + (real.code() == embedded.code()
                ? Differences.of(real.body(), embedded.body())
                : "\n  real     " + said(real) + "\n  embedded " + said(embedded));
  }

  private static String said(Seen seen) {
    String message = Trees.string(seen.body(), "message");
    return message.isEmpty() ? seen.body().toString() : message;
  }

  @Override
  public void close() {
    real.close();
    scheduler.close();
    plane.close();
    embedded.close();
  }
}

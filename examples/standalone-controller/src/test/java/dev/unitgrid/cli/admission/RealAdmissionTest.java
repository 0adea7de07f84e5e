/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Crds;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.cli.yaml.Manifest;
import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.testkit.controlplane.ControlPlane;
import dev.unitgrid.testkit.controlplane.Part;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What we say of a grid without a cluster, held to what a real API server says. */
@Tag("control-plane")
class RealAdmissionTest {
  private static ControlPlane plane;
  private static SystemScheduler scheduler;
  private static ApiClientTransport transport;

  private final GridAdmission admission = GridAdmission.ofOurCrds();

  @BeforeAll
  static void start() throws Exception {
    plane =
        ControlPlane.builder(Path.of(System.getenv("KUBEBUILDER_ASSETS")))
            .without(Part.KUBE_CONTROLLER_MANAGER)
            .without(Part.KUBE_SCHEDULER)
            .without(Part.KWOK)
            .start();
    scheduler = SystemScheduler.start("admission", 1);
    transport = ApiClientTransport.on(plane.apiClient(), scheduler);
    install(transport);
  }

  @AfterAll
  static void stop() {
    transport.close();
    scheduler.close();
    plane.close();
  }

  @Test
  void what_we_take_and_refuse_is_what_the_server_takes_and_refuses() throws Exception {
    for (GridKind kind : GridKind.values()) {
      for (String spec : Stream.concat(Slips.TAKEN.stream(), Slips.REFUSED.stream()).toList()) {
        agrees(kind, Slips.object(kind, "{name: a, namespace: default}", spec));
      }
    }
  }

  @Test
  void metadata_is_refused_as_the_server_refuses_it() throws Exception {
    for (String metadata : Slips.BAD_METADATA) {
      Json grid = Slips.object(GridKind.DEPLOYMENT_GRID, metadata, Slips.TAKEN.get(0));
      assertThat(agrees(GridKind.DEPLOYMENT_GRID, grid)).as(metadata).isNotEmpty();
    }
  }

  @Test
  void a_grid_without_a_spec_or_with_a_field_beside_it_is_refused_as_the_server_refuses_it()
      throws Exception {
    Json grid = Slips.object(GridKind.DEPLOYMENT_GRID, "{name: a}", Slips.TAKEN.get(0));
    assertThat(agrees(GridKind.DEPLOYMENT_GRID, grid.without("spec"))).hasSize(1);
    assertThat(agrees(GridKind.DEPLOYMENT_GRID, grid.with("unknown", Json.of(1)))).hasSize(1);
  }

  private List<String> agrees(GridKind kind, Json grid) throws Exception {
    List<String> ours = admission.objections(kind, grid);
    ApiResponse answer =
        transport
            .send(
                ApiRequest.post(kind.type().path("default"), grid.toBytes())
                    .query("dryRun", "All")
                    .query("fieldValidation", "Strict"))
            .get();
    String said = new String(answer.body(), StandardCharsets.UTF_8);
    assertThat(ours.isEmpty())
        .as(grid + " we: " + ours + ", the server: " + said)
        .isEqualTo(answer.isSuccess());
    String message = Json.parse(said).get("message").asString("");
    ours.stream()
        .filter(sentence -> Slips.messages(GridAdmission.schema(kind)).contains(sentence))
        .forEach(sentence -> assertThat(message).contains(sentence));
    return ours;
  }

  /** Applies the CRDs, and waits until grids can be written. */
  private static void install(ApiTransport server) throws Exception {
    for (Manifest crd : Manifest.read("crds", Crds.yaml())) {
      server
          .send(
              ApiRequest.post(
                  "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                  crd.object().toBytes()))
          .get();
    }
    long deadline = System.nanoTime() + 20_000_000_000L;
    for (GridKind kind : GridKind.values()) {
      while (!server.send(ApiRequest.get(kind.type().path("default"))).get().isSuccess()) {
        assertThat(System.nanoTime()).as("the CRDs are served").isLessThan(deadline);
      }
    }
  }
}

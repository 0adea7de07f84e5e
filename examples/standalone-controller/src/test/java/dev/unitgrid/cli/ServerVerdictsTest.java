/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.runtime.transport.Watch;
import dev.unitgrid.runtime.transport.WatchListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerVerdictsTest {
  private static final Verdicts OURS = grid -> Optional.of("ours");
  private static final ProposedGrid GRID =
      new ProposedGrid(
          GridKind.DEPLOYMENT_GRID,
          Json.parse("{\"metadata\":{\"name\":\"a\",\"namespace\":\"edge\"},\"spec\":{\"b\":1}}"),
          "f.yaml:1");

  private final List<ApiRequest> sent = new ArrayList<>();

  @ParameterizedTest
  @CsvSource({
    "400, strict decoding error, strict decoding error",
    "422, is invalid, is invalid",
    "403, admission webhook \"w\" denied the request, admission webhook \"w\" denied the request",
    "403, User \"u\" cannot create resource \"deploymentgrids\", ours",
    "404, namespaces \"edge\" not found, ours",
    "500, etcd is away, ours"
  })
  void what_is_no_verdict_leaves_it_to_our_crds(int status, String said, String heard)
      throws Exception {
    ServerVerdicts verdicts = new ServerVerdicts(server(404, status, said), OURS);

    assertThat(verdicts.objection(GRID)).hasValue(heard);
    assertThat(sent).extracting(ApiRequest::method).containsExactly("GET", "POST");
    assertThat(sent.get(1).query()).containsEntry("dryRun", "All");
  }

  @Test
  void a_living_grid_is_replaced_in_a_dry_run() throws Exception {
    assertThat(new ServerVerdicts(server(200, 200, ""), OURS).objection(GRID)).isEmpty();

    assertThat(sent).extracting(ApiRequest::method).containsExactly("GET", "PUT");
    assertThat(sent.get(1).query()).containsEntry("dryRun", "All");
    assertThat(Json.parse(sent.get(1).body()).get("spec")).isEqualTo(Json.object("b", 1));
  }

  @Test
  void a_name_that_makes_no_path_is_not_sent() throws Exception {
    ProposedGrid slash =
        new ProposedGrid(
            GRID.kind(), GRID.object().withAt(List.of("metadata", "name"), Json.of("a/b")), "f:1");

    assertThat(new ServerVerdicts(server(404, 201, ""), OURS).objection(slash)).hasValue("ours");
    assertThat(sent).isEmpty();
  }

  private ApiTransport server(int read, int write, String message) {
    return new ApiTransport() {
      @Override
      public CompletableFuture<ApiResponse> send(ApiRequest request) {
        sent.add(request);
        boolean reads = request.method().equals("GET");
        Json body =
            reads
                ? GRID.object().with("spec", Json.object("c", 2))
                : Json.object("kind", "Status", "message", message);
        return CompletableFuture.completedFuture(
            new ApiResponse(reads ? read : write, Map.of(), body.toBytes()));
      }

      @Override
      public Watch watch(ApiRequest request, WatchListener listener) {
        throw new AssertionError("nothing is watched");
      }
    };
  }
}

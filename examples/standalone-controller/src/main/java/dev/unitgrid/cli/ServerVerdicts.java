/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.cli.admission.MetadataCheck;
import dev.unitgrid.runtime.codec.ApiStatus;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * The API server's own verdict, by a write in a dry run, which stores nothing. Where it gives none
 * (the user may only read, the grid's namespace is not there yet), others are asked.
 */
final class ServerVerdicts implements Verdicts {
  private final ApiTransport server;
  private final Verdicts otherwise;

  ServerVerdicts(ApiTransport server, Verdicts otherwise) {
    this.server = server;
    this.otherwise = otherwise;
  }

  @Override
  public Optional<String> objection(ProposedGrid grid) throws InterruptedException {
    boolean nameable = MetadataCheck.objections(grid.object().get("metadata")).isEmpty();
    Optional<ApiResponse> answer = nameable ? dryRun(grid) : Optional.empty();
    if (answer.isEmpty()) {
      return otherwise.objection(grid);
    }
    if (answer.get().isSuccess()) {
      return Optional.empty();
    }
    ApiStatus status = ApiStatus.of(answer.get());
    return isVerdict(status) ? Optional.of(status.message()) : otherwise.objection(grid);
  }

  private Optional<ApiResponse> dryRun(ProposedGrid grid) throws InterruptedException {
    GridKind kind = grid.kind();
    String path = kind.type().path(grid.namespace(), grid.name());
    Optional<ApiResponse> live = answer(ApiRequest.get(path));
    if (live.filter(ApiResponse::isSuccess).isPresent()) {
      Json applied =
          new Proposal(server, List.of(grid)).applied(kind, Json.parse(live.get().body()));
      return answer(dry(ApiRequest.put(path, applied.toBytes())));
    }
    String collection = kind.type().path(grid.namespace());
    return answer(dry(ApiRequest.post(collection, grid.object().toBytes())));
  }

  private static ApiRequest dry(ApiRequest write) {
    return write.query("dryRun", "All").query("fieldValidation", "Strict");
  }

  /** That the server cannot be reached is said when the cluster is read. */
  private Optional<ApiResponse> answer(ApiRequest request) throws InterruptedException {
    try {
      return Optional.of(server.send(request).get());
    } catch (ExecutionException unreachable) {
      return Optional.empty();
    }
  }

  /** A right that is missing is a matter of the user; a webhook's or a quota's refusal is not. */
  private static boolean isVerdict(ApiStatus status) {
    boolean mayNotWrite =
        status.code() == 403
            && (status.message().contains(" cannot create resource ")
                || status.message().contains(" cannot update resource "));
    return !mayNotWrite && (status.code() == 400 || status.code() == 403 || status.code() == 422);
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.testkit.internal.access.Identity;
import dev.unitgrid.testkit.internal.api.ApiServer;
import dev.unitgrid.testkit.internal.api.Call;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The embedded server: it answers at once, on the caller's thread. */
record EmbeddedUpstream(ApiServer server) implements Upstream {
  @Override
  public Identity identify(String authorization, Map<String, List<String>> headers) {
    return server.identify(authorization, headers);
  }

  @Override
  public CompletableFuture<ApiResponse> answer(Call call, long lag) {
    return CompletableFuture.completedFuture(server.answer(call, lag));
  }

  @Override
  public Runnable watch(
      Call call,
      Door.Stream stream,
      Runnable accepted,
      Consumer<ApiResponse> refused,
      Consumer<String> broken) {
    ApiServer.Opened opened = server.watch(call, stream, accepted);
    ApiResponse refusal = opened.refusal();
    if (refusal != null) {
      refused.accept(refusal);
    }
    return opened.close();
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.TransportException;
import dev.unitgrid.testkit.internal.access.Identity;
import dev.unitgrid.testkit.internal.api.Call;
import dev.unitgrid.testkit.internal.api.StatusException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The server behind the log and the faults: the embedded one or a real one. Thread-safe. */
interface Upstream {
  /**
   * Who sent a request.
   *
   * @param authorization the header; empty for none
   * @param headers all headers, by their names in small letters
   * @throws StatusException for one who is not let in
   */
  Identity identify(String authorization, Map<String, List<String>> headers);

  /**
   * The answer to anything but a watch; fails with a {@link TransportException} without one.
   *
   * @param lag answers lists as of this version if it is not negative
   */
  CompletableFuture<ApiResponse> answer(Call call, long lag);

  /**
   * Opens a watch.
   *
   * @param stream where its frames go
   * @param accepted runs before the first frame, if the server takes the request
   * @param refused gets the answer if it does not
   * @param broken hears why there is no answer
   * @return what closes it
   */
  Runnable watch(
      Call call,
      Door.Stream stream,
      Runnable accepted,
      Consumer<ApiResponse> refused,
      Consumer<String> broken);
}

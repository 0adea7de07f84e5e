/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.transport;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Response;
import okio.BufferedSource;

/** Completes a future with an answer once all of it was read. */
final class WholeAnswer implements Callback {
  private final ApiRequest request;
  private final CompletableFuture<ApiResponse> answer;
  private final long longest;

  WholeAnswer(ApiRequest request, CompletableFuture<ApiResponse> answer, long longest) {
    this.request = request;
    this.answer = answer;
    this.longest = longest;
  }

  @Override
  public void onResponse(Call call, Response response) {
    ApiResponse whole;
    try (response) {
      whole = read(response, longest);
    } catch (IOException broken) {
      onFailure(call, broken);
      return;
    }
    answer.complete(whole);
  }

  @Override
  public void onFailure(Call call, IOException cause) {
    answer.completeExceptionally(failure(request, cause));
  }

  static ApiResponse read(Response response, long longest) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    response
        .headers()
        .names()
        .forEach(name -> headers.put(name, response.headers().values(name).get(0)));
    BufferedSource body = response.body().source();
    if (body.request(longest + 1)) {
      throw new IOException("the answer is longer than " + longest + " bytes");
    }
    return new ApiResponse(response.code(), headers, body.readByteArray());
  }

  static TransportException failure(ApiRequest request, IOException cause) {
    String why =
        cause instanceof InterruptedIOException
            ? "no answer within " + request.timeout().toMillis() + " ms"
            : cause.getClass().getSimpleName() + ": " + cause.getMessage();
    return new TransportException(request.method() + " " + request.path() + ": " + why, cause);
  }
}

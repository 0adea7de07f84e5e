/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.transport;

import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * A body that OkHttp must not send a second time on its own: a POST whose answer was lost has
 * perhaps created its object, and its repetition would be answered 409.
 */
final class OnceBody extends RequestBody {
  private final byte[] bytes;
  private final @Nullable MediaType type;

  private OnceBody(byte[] bytes, @Nullable MediaType type) {
    this.bytes = bytes;
    this.type = type;
  }

  /** The body of {@code request}; null for a GET, and for a DELETE without one. */
  static @Nullable RequestBody of(ApiRequest request) {
    boolean mayBeAbsent = request.method().equals("GET") || request.method().equals("DELETE");
    if (mayBeAbsent && request.body().length == 0) {
      return null;
    }
    return new OnceBody(request.body(), MediaType.parse(request.contentType()));
  }

  @Override
  public @Nullable MediaType contentType() {
    return type;
  }

  @Override
  public long contentLength() {
    return bytes.length;
  }

  @Override
  public boolean isOneShot() {
    return true;
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    sink.write(bytes);
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.TransportException;
import dev.unitgrid.runtime.transport.Watch;
import dev.unitgrid.runtime.transport.WatchListener;
import dev.unitgrid.testkit.internal.access.Identity;
import dev.unitgrid.testkit.internal.api.Call;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A real server. What reads say of the content is JSON, whatever else the client takes; a write
 * without a field manager has the one that the real server would read from the user agent, which
 * ends here.
 */
final class RealUpstream implements Upstream {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final RealUsers users;

  RealUpstream(RealUsers users) {
    this.users = users;
  }

  @Override
  public Identity identify(String authorization, Map<String, List<String>> headers) {
    return users.identify(authorization, headers);
  }

  @Override
  public CompletableFuture<ApiResponse> answer(Call call, long lag) {
    if (lag >= 0) {
      throw new UnsupportedOperationException("a real API server lists no older state");
    }
    return users.transport(call.who()).send(request(call));
  }

  @Override
  public Runnable watch(
      Call call,
      Door.Stream stream,
      Runnable accepted,
      Consumer<ApiResponse> refused,
      Consumer<String> broken) {
    Watch watch =
        users
            .transport(call.who())
            .watch(request(call), new Relay(stream, accepted, refused, broken));
    return watch::close;
  }

  /** Hears of the real watch; its calls never overlap. */
  private static final class Relay implements WatchListener {
    private final Door.Stream stream;
    private final Runnable accepted;
    private final Consumer<ApiResponse> refused;
    private final Consumer<String> broken;
    private boolean open;

    private Relay(
        Door.Stream stream,
        Runnable accepted,
        Consumer<ApiResponse> refused,
        Consumer<String> broken) {
      this.stream = stream;
      this.accepted = accepted;
      this.refused = refused;
      this.broken = broken;
    }

    @Override
    public void onOpen() {
      open = true;
      accepted.run();
    }

    @Override
    public void onFrame(byte[] frame) {
      stream.frame(frame);
    }

    @Override
    public void onRefused(ApiResponse response) {
      refused.accept(response);
    }

    @Override
    public void onClosed(@Nullable TransportException cause) {
      if (!open) {
        broken.accept(cause == null ? "closed" : String.valueOf(cause.getMessage()));
      } else if (cause == null) {
        stream.end();
      } else {
        stream.breakOff(new byte[0]);
      }
    }
  }

  private static ApiRequest request(Call call) {
    return new ApiRequest(
        call.method(),
        encoded(call.path()),
        query(call),
        call.contentType(),
        json(call.accept()),
        call.body(),
        LIMIT);
  }

  private static String encoded(String path) {
    try {
      return new URI(null, null, path, null).getRawPath();
    } catch (URISyntaxException noPath) {
      throw new IllegalArgumentException("no path: " + path, noPath);
    }
  }

  private static Map<String, String> query(Call call) {
    Map<String, String> query = new LinkedHashMap<>(call.query());
    int slash = call.userAgent().indexOf('/');
    boolean writes = !call.method().equals("GET") && !call.method().equals("DELETE");
    boolean apply = call.contentType().startsWith("application/apply-patch");
    if (writes && !apply && slash > 0) {
      query.putIfAbsent("fieldManager", call.userAgent().substring(0, slash));
    }
    return query;
  }

  /** Frames are lines here, and protobuf has none. */
  private static String json(String accept) {
    StringBuilder kept = new StringBuilder();
    for (String type : accept.split(",", -1)) {
      if (type.contains("json")) {
        kept.append(kept.isEmpty() ? "" : ",").append(type.trim());
      }
    }
    return kept.isEmpty() ? ApiRequest.JSON : kept.toString();
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.runtime.transport.TransportException;
import dev.unitgrid.runtime.transport.Watch;
import dev.unitgrid.runtime.transport.WatchListener;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Takes the events of one watch one by one. */
final class WatchRecorder implements WatchListener, AutoCloseable {
  private static final Json END = Json.object("type", "END");

  private final BlockingQueue<Json> events = new LinkedBlockingQueue<>();
  private final CountDownLatch open = new CountDownLatch(1);
  private final Watch watch;

  WatchRecorder(Api api, String path) {
    this(api.transport(), Api.request("GET", path + "&watch=true", "", new byte[0]));
  }

  WatchRecorder(ApiTransport transport, ApiRequest request) {
    watch = transport.watch(request.query("watch", "true"), this);
  }

  /** The next event; {@code END} when the watch is over. */
  Json next() {
    try {
      Json event = events.poll(20, TimeUnit.SECONDS);
      if (event == null) {
        throw new AssertionError("no event within 20 s");
      }
      return event;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  /** The next event that is no bookmark, as {@code TYPE name}. */
  String nextChange() {
    Json event = next();
    while (event.get("type").equals(Json.of("BOOKMARK"))) {
      event = next();
    }
    return event.get("type").asString("")
        + " "
        + event.get("object", "metadata", "name").asString("");
  }

  /** Waits until the server has answered, whatever it answered. */
  void awaitOpen() {
    try {
      if (!open.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError("the watch is not open within 20 s");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  @Override
  public void onOpen() {
    open.countDown();
  }

  @Override
  public void onFrame(byte[] frame) {
    events.add(Json.parse(frame));
  }

  @Override
  public void onRefused(ApiResponse response) {
    events.add(Json.object("type", "REFUSED", "object", Json.parse(response.body())));
  }

  @Override
  public void onClosed(TransportException cause) {
    events.add(END);
  }

  @Override
  public void close() {
    watch.close();
  }
}

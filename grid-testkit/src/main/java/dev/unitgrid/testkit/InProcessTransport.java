/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.runtime.transport.TransportException;
import dev.unitgrid.runtime.transport.Watch;
import dev.unitgrid.runtime.transport.WatchListener;
import dev.unitgrid.testkit.internal.access.Identity;
import dev.unitgrid.testkit.internal.api.Call;
import java.util.concurrent.CompletableFuture;

/** The door without a network: requests and answers are tasks of the scheduler. Thread-safe. */
final class InProcessTransport implements ApiTransport {
  private final Front front;
  private final Scheduler scheduler;
  private final Latency latency;
  private final Identity who;

  InProcessTransport(Front front, Scheduler scheduler, Latency latency, Identity who) {
    this.front = front;
    this.scheduler = scheduler;
    this.latency = latency;
    this.who = who;
  }

  @Override
  public CompletableFuture<ApiResponse> send(ApiRequest request) {
    CompletableFuture<ApiResponse> future = new CompletableFuture<>();
    Call call = call(request);
    scheduler.schedule(latency.next(), () -> front.serve(call, new Reply(request, future)));
    return future;
  }

  @Override
  public Watch watch(ApiRequest request, WatchListener listener) {
    Call call = call(request.query("watch", "true"));
    WatchDelivery delivery = new WatchDelivery(scheduler, latency, listener);
    scheduler.schedule(latency.next(), () -> front.serve(call, new Streaming(request, delivery)));
    return delivery;
  }

  private Call call(ApiRequest request) {
    return new Call(
        request.method(),
        request.path(),
        request.query(),
        request.contentType(),
        request.accept(),
        "",
        who,
        request.body());
  }

  /** Answers one request. */
  private final class Reply implements Door {
    private final ApiRequest request;
    private final CompletableFuture<ApiResponse> future;

    private Reply(ApiRequest request, CompletableFuture<ApiResponse> future) {
      this.request = request;
      this.future = future;
    }

    @Override
    public void answer(ApiResponse response) {
      scheduler.schedule(latency.next(), () -> future.complete(response));
    }

    @Override
    public Stream open(Runnable close) {
      throw new IllegalStateException("a request that is no watch was answered with a stream");
    }

    @Override
    public void reset(String why) {
      scheduler.schedule(
          latency.next(), () -> future.completeExceptionally(new TransportException(why, null)));
    }

    @Override
    public void hang() {
      scheduler.schedule(
          request.timeout(),
          () ->
              future.completeExceptionally(
                  new TransportException("no answer within " + request.timeout(), null)));
    }
  }

  /** Answers one watch. */
  private final class Streaming implements Door {
    private final ApiRequest request;
    private final WatchDelivery delivery;

    private Streaming(ApiRequest request, WatchDelivery delivery) {
      this.request = request;
      this.delivery = delivery;
    }

    @Override
    public void answer(ApiResponse response) {
      delivery.refused(response);
    }

    @Override
    public Stream open(Runnable close) {
      delivery.opened(close);
      return delivery;
    }

    @Override
    public void reset(String why) {
      delivery.broken(why);
    }

    @Override
    public void hang() {
      scheduler.schedule(
          request.timeout(), () -> delivery.broken("no answer within " + request.timeout()));
    }
  }
}

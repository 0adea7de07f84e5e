/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.testkit.FaultRule.Action;
import dev.unitgrid.testkit.internal.access.Identity;
import dev.unitgrid.testkit.internal.api.ApiServer;
import dev.unitgrid.testkit.internal.api.Call;
import dev.unitgrid.testkit.internal.api.StatusException;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** What every request passes on its way to the server: the log and the faults. Thread-safe. */
final class Front {
  private final Upstream server;
  private final Scheduler scheduler;
  private final OpenStreams streams = new OpenStreams();
  private final ResourceNames names;
  private final Faults faults;
  private final Queue<Numbered> requests = new ConcurrentLinkedQueue<>();
  private final AtomicLong asked = new AtomicLong();

  /** A request with its place among all that were ever asked. */
  private record Numbered(long number, RecordedRequest request) {}

  Front(Upstream server, Scheduler scheduler) {
    this.server = server;
    this.scheduler = scheduler;
    this.names = new ResourceNames(server);
    this.faults = new Faults(streams, names);
  }

  Faults faults() {
    return faults;
  }

  ResourceNames names() {
    return names;
  }

  /** Who asked what so far. */
  RequestLog log() {
    return new RequestLog(requests(), names);
  }

  List<RecordedRequest> requests() {
    return requestsAfter(0);
  }

  /** How many requests were recorded so far. */
  long asked() {
    return asked.get();
  }

  /** The requests after the first {@code number}. */
  List<RecordedRequest> requestsAfter(long number) {
    return requests.stream().filter(one -> one.number() > number).map(Numbered::request).toList();
  }

  void forgetRequests() {
    requests.clear();
  }

  Identity identify(String authorization, Map<String, List<String>> headers) {
    return server.identify(authorization, headers);
  }

  /** Answers one who is not let in. */
  void turnAway(Call call, Door door, StatusException why) {
    record(call, Target.of(call), why.code());
    door.answer(ApiServer.refusal(why));
  }

  void serve(Call call, Door door) {
    Target target = Target.of(call);
    Action action = faults.next(target.request(call)).orElse(new Action.Pass());
    if (action instanceof Action.Status status) {
      refuse(call, target, door, status);
    } else if (action instanceof Action.Latency latency) {
      scheduler.schedule(latency.delay(), () -> pass(call, target, door, new Action.Pass()));
    } else if (action instanceof Action.ResetBefore) {
      record(call, target, 0);
      door.reset("connection reset before the request was read");
    } else if (action instanceof Action.Hang) {
      record(call, target, 0);
      door.hang();
    } else {
      pass(call, target, door, action);
    }
  }

  private void refuse(Call call, Target target, Door door, Action.Status status) {
    record(call, target, status.code());
    ApiResponse plain =
        ApiServer.refusal(status.code(), reason(status.code()), "injected by a test");
    Optional<Duration> wait = status.retryAfter();
    if (wait.isEmpty()) {
      door.answer(plain);
      return;
    }
    Map<String, String> headers = new HashMap<>(plain.headers());
    headers.put("retry-after", Long.toString(wait.get().plusNanos(999_999_999).toSeconds()));
    door.answer(new ApiResponse(plain.status(), headers, plain.body()));
  }

  private static String reason(int code) {
    return switch (code) {
      case 400 -> "BadRequest";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "NotFound";
      case 409 -> "Conflict";
      case 410 -> "Expired";
      case 422 -> "Invalid";
      case 429 -> "TooManyRequests";
      case 500 -> "InternalError";
      case 503 -> "ServiceUnavailable";
      case 504 -> "Timeout";
      default -> "";
    };
  }

  private void pass(Call call, Target target, Door door, Action action) {
    if (target.verb() == Verb.WATCH) {
      watch(call, target, door, action);
      return;
    }
    long lag = action instanceof Action.Lagging lagging ? lagging.version() : -1;
    var unused =
        server
            .answer(call, lag)
            .whenComplete(
                (response, failure) -> {
                  if (failure == null) {
                    answer(call, target, door, action, response);
                  } else {
                    record(call, target, 0);
                    door.reset(String.valueOf(failure.getMessage()));
                  }
                });
  }

  private void answer(Call call, Target target, Door door, Action action, ApiResponse response) {
    if (action instanceof Action.StatusAfter after) {
      refuse(call, target, door, new Action.Status(after.code(), Faults.none()));
      return;
    }
    record(call, target, action instanceof Action.ResetAfter ? 0 : response.status());
    if (action instanceof Action.ResetAfter) {
      door.reset("connection reset after the request had its effect");
    } else if (action instanceof Action.Undecodable && response.isSuccess()) {
      door.answer(poisoned(response));
    } else {
      door.answer(response);
    }
  }

  private static ApiResponse poisoned(ApiResponse response) {
    JsonObject body = Trees.parse(response.body()).getAsJsonObject();
    JsonArray items = Trees.array(body, "items");
    if (!items.isEmpty()) {
      items.get(0).getAsJsonObject().add("metadata", Trees.arrayOf("nobody can decode this"));
    } else {
      body.add("metadata", new JsonPrimitive("nobody can decode this"));
    }
    return new ApiResponse(response.status(), response.headers(), Trees.bytes(body));
  }

  private void watch(Call call, Target target, Door door, Action action) {
    Closing close = new Closing();
    Later sink = new Later();
    Runnable opened =
        server.watch(
            call,
            sink,
            () -> {
              record(call, target, 200);
              Closing gone = new Closing();
              Door.Stream stream =
                  door.open(
                      () -> {
                        gone.run();
                        close.run();
                      });
              OpenStreams.Tap tap = streams.tap(target.resource(), call.user(), stream, close);
              gone.set(tap::closed);
              if (action instanceof Action.Silent) {
                tap.silence();
              } else if (action instanceof Action.Truncated) {
                tap.truncateNext();
              } else if (action instanceof Action.Undecodable) {
                tap.poisonNext();
              }
              sink.to(tap);
            },
            refusal -> {
              record(call, target, refusal.status());
              door.answer(refusal);
            },
            why -> {
              record(call, target, 0);
              door.reset(why);
            });
    close.set(opened);
  }

  /** Something to run on closing that is known only later, perhaps after the closing. */
  private static final class Closing implements Runnable {
    private Runnable task = () -> {};
    private boolean closed;

    void set(Runnable closing) {
      boolean late;
      synchronized (this) {
        task = closing;
        late = closed;
      }
      if (late) {
        closing.run();
      }
    }

    @Override
    public void run() {
      Runnable now;
      synchronized (this) {
        closed = true;
        now = task;
      }
      now.run();
    }
  }

  private void record(Call call, Target target, int status) {
    RecordedRequest request =
        new RecordedRequest(
            call.user(),
            call.userAgent(),
            target.verb(),
            target.resource(),
            target.namespace(),
            target.name(),
            target.subresource(),
            call.path(),
            call.query(),
            status,
            call.query().getOrDefault("fieldManager", ""));
    requests.add(new Numbered(asked.incrementAndGet(), request));
  }
}

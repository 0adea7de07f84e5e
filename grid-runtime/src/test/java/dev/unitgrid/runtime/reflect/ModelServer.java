/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.reflect;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.time.VirtualScheduler;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.runtime.transport.TransportException;
import dev.unitgrid.runtime.transport.Watch;
import dev.unitgrid.runtime.transport.WatchListener;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** A server of one kind with a history, and with faults on demand. */
final class ModelServer implements ApiTransport {
  /** What a list or a watch runs into. */
  interface Faults {
    /** A failing answer to this list request, or null. */
    default ApiResponse list(ApiRequest request) {
      return null;
    }

    /** A failing answer to this watch request, or null. */
    default ApiResponse watch(ApiRequest request) {
      return null;
    }
  }

  record Happened(long version, ObjectKey key, String type, Json object) {}

  private final VirtualScheduler scheduler;
  private final TreeMap<ObjectKey, Json> objects = new TreeMap<>();
  private final List<Happened> history = new ArrayList<>();
  private final Map<String, List<Json>> snapshots = new HashMap<>();
  private final List<Stream> streams = new ArrayList<>();
  final List<ApiRequest> requests = new ArrayList<>();
  Faults faults = new Faults() {};
  boolean bookmarks = true;
  boolean unanswered;
  boolean away;
  boolean callsLate;
  long version = 100;
  long forgotten = 100;

  ModelServer(VirtualScheduler scheduler) {
    this.scheduler = scheduler;
    scheduler.schedule(Duration.ofMinutes(1), this::bookmarkAll);
  }

  static Json object(String namespace, String name, long version, Object value) {
    return Json.object(
        "metadata",
        Json.object(
            "namespace", namespace, "name", name, "resourceVersion", Long.toString(version)),
        "value",
        value);
  }

  void put(String name, Object value) {
    version++;
    ObjectKey key = new ObjectKey("default", name);
    String type = objects.containsKey(key) ? "MODIFIED" : "ADDED";
    Json object = object("default", name, version, value);
    objects.put(key, object);
    happen(new Happened(version, key, type, object));
  }

  void delete(String name) {
    ObjectKey key = new ObjectKey("default", name);
    Json last = objects.remove(key);
    if (last != null) {
      version++;
      Json object =
          last.withAt(List.of("metadata", "resourceVersion"), Json.of(Long.toString(version)));
      happen(new Happened(version, key, "DELETED", object));
    }
  }

  /** Something else in the cluster changed. */
  void changeElsewhere(long steps) {
    version += steps;
  }

  void forgetHistory() {
    forgotten = version;
    snapshots.clear();
  }

  Map<ObjectKey, Json> truth() {
    return new TreeMap<>(objects);
  }

  List<Happened> history() {
    return history;
  }

  /** A backup is restored: everything of now is forgotten, watches are cut. */
  void restore(Map<ObjectKey, Json> backup, long backupVersion) {
    objects.clear();
    objects.putAll(backup);
    history.removeIf(each -> each.version() > backupVersion);
    version = backupVersion;
    forgotten = Math.min(forgotten, backupVersion);
    snapshots.clear();
    cut(new TransportException("connection reset", null));
  }

  void cut(TransportException cause) {
    List.copyOf(streams).forEach(each -> each.end(cause));
  }

  /** What {@code name} changes to is only in a history that is forgotten. */
  void cutAndChange(String name, Object value) {
    cut(null);
    put(name, value);
    changeElsewhere(1);
    forgetHistory();
  }

  void say(String frame) {
    List.copyOf(streams).forEach(each -> each.frame(frame.getBytes(StandardCharsets.UTF_8)));
  }

  void silence() {
    streams.forEach(each -> each.silent = true);
  }

  int openWatches() {
    return streams.size();
  }

  @Override
  public CompletableFuture<ApiResponse> send(ApiRequest request) {
    requests.add(request);
    CompletableFuture<ApiResponse> answer = new CompletableFuture<>();
    if (unanswered) {
      scheduler.schedule(
          request.timeout(),
          () -> answer.completeExceptionally(new TransportException("no answer", null)));
    } else {
      scheduler.schedule(Duration.ofMillis(20), () -> answer.complete(list(request)));
    }
    return answer;
  }

  @Override
  public Watch watch(ApiRequest request, WatchListener listener) {
    requests.add(request);
    Stream stream = new Stream(listener, Long.parseLong(request.query().get("resourceVersion")));
    scheduler.schedule(Duration.ofMillis(10), () -> open(request, stream));
    long seconds = Long.parseLong(request.query().get("timeoutSeconds"));
    scheduler.schedule(Duration.ofSeconds(seconds), () -> stream.end(null));
    return stream;
  }

  static ApiResponse refusal(int code, String reason, Map<String, String> headers) {
    Json status =
        Json.object("kind", "Status", "code", code, "reason", reason, "message", "it is " + reason);
    return new ApiResponse(code, headers, status.toBytes());
  }

  private ApiResponse list(ApiRequest request) {
    ApiResponse fault = faults.list(request);
    if (fault != null) {
      return fault;
    }
    String token = request.query().getOrDefault("continue", "");
    int limit = Integer.parseInt(request.query().getOrDefault("limit", "500"));
    String snapshot = token.isEmpty() ? Long.toString(version) : token.split(":")[0];
    int from = token.isEmpty() ? 0 : Integer.parseInt(token.split(":")[1]);
    if (token.isEmpty()) {
      snapshots.put(snapshot, List.copyOf(objects.values()));
    }
    List<Json> all = snapshots.get(snapshot);
    if (all == null) {
      return refusal(410, "Expired", Map.of());
    }
    int to = Math.min(all.size(), from + limit);
    Json list =
        Json.object(
            "metadata",
            Json.object(
                "resourceVersion",
                snapshot,
                "continue",
                to < all.size() ? snapshot + ":" + to : ""),
            "items",
            Json.array(all.subList(from, to)));
    return new ApiResponse(200, Map.of(), list.toBytes());
  }

  private void open(ApiRequest request, Stream stream) {
    if (away) {
      stream.end(new TransportException("connection refused", null));
      return;
    }
    ApiResponse fault = faults.watch(request);
    if (fault == null && stream.sent < forgotten) {
      fault = refusal(410, "Expired", Map.of());
    }
    if (stream.closed || unanswered) {
      return;
    }
    if (fault != null) {
      stream.closed = true;
      stream.listener.onRefused(fault);
      return;
    }
    streams.add(stream);
    stream.listener.onOpen();
    history.forEach(stream::tell);
  }

  private void happen(Happened happened) {
    history.add(happened);
    List.copyOf(streams).forEach(each -> each.tell(happened));
  }

  private void bookmarkAll() {
    if (bookmarks) {
      Json bookmark =
          Json.object(
              "type",
              "BOOKMARK",
              "object",
              Json.object("metadata", Json.object("resourceVersion", Long.toString(version))));
      List.copyOf(streams).forEach(each -> each.frame(bookmark.toBytes()));
    }
    scheduler.schedule(Duration.ofMinutes(1), this::bookmarkAll);
  }

  private final class Stream implements Watch {
    private final WatchListener listener;
    private long sent;
    private boolean closed;
    private boolean silent;

    Stream(WatchListener listener, long from) {
      this.listener = listener;
      this.sent = from;
    }

    void tell(Happened happened) {
      if (happened.version() > sent && !silent) {
        sent = happened.version();
        Json event = Json.object("type", happened.type(), "object", happened.object());
        frame(event.toBytes());
      }
    }

    void frame(byte[] frame) {
      if (!closed && !silent) {
        listener.onFrame(frame);
      }
    }

    void end(TransportException cause) {
      streams.remove(this);
      if (!closed && !silent) {
        closed = true;
        listener.onClosed(cause);
      }
    }

    @Override
    public void close() {
      boolean open = streams.remove(this);
      closed = true;
      if (open && callsLate && !history.isEmpty()) {
        scheduler.schedule(Duration.ofMillis(1), this::callLate);
      }
    }

    /** A call that was under way when the watch was closed, and tells of an old deletion. */
    private void callLate() {
      Happened old = history.get(0);
      listener.onFrame(Json.object("type", "DELETED", "object", old.object()).toBytes());
      listener.onClosed(null);
    }
  }
}

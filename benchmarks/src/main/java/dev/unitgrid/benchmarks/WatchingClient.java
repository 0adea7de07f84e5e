/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import com.google.common.primitives.Bytes;
import dev.unitgrid.api.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A client that lists EndpointSlices and watches from there, and notices what a cache would be
 * spoilt by: a version that does not rise, an object added twice, one changed that is not there.
 */
final class WatchingClient implements AutoCloseable, WatchSocket.Listener {
  private static final byte[] MARK = "\"bench\":\"".getBytes(StandardCharsets.US_ASCII);

  private final Door door;
  private final Map<String, String> versions = new HashMap<>();
  private final List<Arrival> arrivals = Collections.synchronizedList(new ArrayList<>());
  private final List<String> faults = Collections.synchronizedList(new ArrayList<>());
  private @Nullable WatchSocket socket;
  private final AtomicLong received = new AtomicLong();
  private volatile boolean closing;

  /**
   * An event.
   *
   * @param nanos when it arrived
   * @param mark the change that it tells of; -1 if none is named
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Arrival(long nanos, long mark, byte[] line) {}

  private WatchingClient(Door door) {
    this.door = door;
  }

  /** A client whose watch is asked for. */
  static WatchingClient open(Door door, String path) throws IOException {
    WatchingClient client = new WatchingClient(door);
    Json list = door.list(path);
    for (Json item : list.get("items").items()) {
      client.versions.put(keyOf(item), versionOf(item));
    }
    String version = list.get("metadata", "resourceVersion").asString("");
    client.socket =
        WatchSocket.open(
            door.sockets(),
            door.port(),
            path + (path.contains("?") ? "&" : "?") + "watch=true&resourceVersion=" + version,
            door.token(),
            client);
    return client;
  }

  private static String keyOf(Json object) {
    return object.get("metadata", "namespace").asString("")
        + "/"
        + object.get("metadata", "name").asString("");
  }

  private static String versionOf(Json object) {
    return object.get("metadata", "resourceVersion").asString("");
  }

  @Override
  public void onLine(long nanos, byte[] line) {
    received.addAndGet(line.length);
    arrivals.add(new Arrival(nanos, mark(line), line));
  }

  private static long mark(byte[] line) {
    int at = Bytes.indexOf(line, MARK);
    if (at < 0) {
      return -1;
    }
    long mark = 0;
    for (int i = at + MARK.length; line[i] != '"'; i++) {
      mark = 10 * mark + line[i] - '0';
    }
    return mark;
  }

  @Override
  public void onEnd(String why) {
    if (!closing) {
      faults.add("the watch ended: " + why);
    }
  }

  /** Bytes of events so far. */
  long received() {
    return received.get();
  }

  /** How many events arrived since the last {@link #take()}. */
  int waiting() {
    return arrivals.size();
  }

  /** What arrived since the last time, now in the cache. */
  List<Arrival> take() {
    List<Arrival> taken;
    synchronized (arrivals) {
      taken = List.copyOf(arrivals);
      arrivals.clear();
    }
    taken.forEach(arrival -> apply(Json.parse(arrival.line())));
    return taken;
  }

  private void apply(Json event) {
    Json object = event.get("object");
    String key = keyOf(object);
    String version = versionOf(object);
    String before = versions.get(key);
    if (before != null && Long.parseLong(version) <= Long.parseLong(before)) {
      faults.add(key + " went from version " + before + " to " + version);
    }
    switch (event.get("type").asString("")) {
      case "ADDED" -> expect(before == null, key + " was added twice");
      case "MODIFIED" -> expect(before != null, key + " was changed and is not there");
      case "DELETED" -> expect(before != null, key + " was deleted and is not there");
      default -> faults.add("an event " + event);
    }
    if (event.get("type").asString("").equals("DELETED")) {
      versions.remove(key);
    } else {
      versions.put(key, version);
    }
  }

  private void expect(boolean holds, String otherwise) {
    if (!holds) {
      faults.add(otherwise);
    }
  }

  /** How many objects of the server's own list this cache does not have in the same version. */
  long stale(String path) throws IOException {
    take();
    Map<String, String> listed = new TreeMap<>();
    door.list(path).get("items").items().forEach(item -> listed.put(keyOf(item), versionOf(item)));
    long different =
        listed.entrySet().stream()
            .filter(entry -> !entry.getValue().equals(versions.get(entry.getKey())))
            .count();
    return different + versions.keySet().stream().filter(key -> !listed.containsKey(key)).count();
  }

  /** What went wrong. */
  List<String> faults() {
    synchronized (faults) {
      return List.copyOf(faults);
    }
  }

  @Override
  public void close() {
    closing = true;
    if (socket != null) {
      socket.close();
    }
  }
}

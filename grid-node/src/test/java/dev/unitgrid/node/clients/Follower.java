/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unitgrid.api.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Follows one path as client-go's reflector does, without its forgiveness: every event that would
 * not be one, were nothing lost or doubled, is a complaint. Its cache may be read by any thread.
 */
final class Follower implements AutoCloseable {
  private static final String EXPIRED = "410";
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final HttpClient http = HttpClient.newHttpClient();
  private final String url;
  private final String selectors;
  private final Start start;
  private final boolean filtered;
  private final Map<String, Json> cache = new ConcurrentHashMap<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final Thread thread;
  // Read by the thread that waits for the caches, and by the one that closes.
  private volatile String version = "";
  private volatile int events;
  private volatile boolean closed;

  /** How a client comes to its first objects. */
  enum Start {
    /** A list in pages, then a watch: client-go 1.34. */
    LIST,
    /** One watch that begins with the objects: client-go 1.35 and later. */
    WATCH_LIST
  }

  private Follower(String url, String selectors, Start start, boolean filtered) {
    this.url = url;
    this.selectors = selectors;
    this.start = start;
    this.filtered = filtered;
    this.thread = new Thread(this::follow, "follower of " + url);
    thread.setDaemon(true);
  }

  /**
   * Begins to follow a kind that is served filtered: no event is of an object that looks as before.
   */
  static Follower start(String url, Start start) {
    return begun(new Follower(url, "", start, true));
  }

  /**
   * Begins to follow a kind that has the API server's versions: what changed there and back while
   * the API server was away has another version, and is told.
   *
   * @param selectors more of the query, each followed by an ampersand
   */
  static Follower ofUpstreamVersions(String url, String selectors, Start start) {
    return begun(new Follower(url, selectors, start, false));
  }

  private static Follower begun(Follower follower) {
    follower.thread.start();
    return follower;
  }

  /** The query's {@code name=value&}. */
  static String query(String name, String value) {
    return name + "=" + URLEncoder.encode(value, UTF_8) + "&";
  }

  private void follow() {
    while (!closed) {
      try {
        if (version.isEmpty()) {
          begin();
        } else {
          watch("resourceVersion=" + version, cache);
        }
      } catch (IOException again) {
        pause();
      } catch (InterruptedException interrupted) {
        return;
      }
    }
  }

  private void begin() throws IOException, InterruptedException {
    if (start == Start.LIST) {
      list();
    } else {
      Map<String, Json> initial = new TreeMap<>();
      watch("sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=", initial);
    }
  }

  private void list() throws IOException, InterruptedException {
    Map<String, Json> listed = new TreeMap<>();
    String next = "";
    Json page;
    do {
      String from = next.isEmpty() ? "resourceVersion=0" : query("continue", next);
      HttpResponse<InputStream> response = get(selectors + "limit=7&" + from);
      byte[] body = response.body().readAllBytes();
      if (response.statusCode() != 200) {
        throw new IOException(new String(body, UTF_8));
      }
      page = Json.parse(body);
      for (Json item : page.get("items").items()) {
        if (listed.put(keyOf(item), plain(item)) != null) {
          complaints.add("a list has " + keyOf(item) + " twice");
        }
      }
      next = page.get("metadata", "continue").asString("");
    } while (!next.isEmpty());
    replace(listed, page.get("metadata", "resourceVersion").asString(""));
  }

  private void replace(Map<String, Json> listed, String at) {
    cache.keySet().retainAll(listed.keySet());
    cache.putAll(listed);
    version = at;
  }

  /** Until it ends; what it says goes into {@code into}. */
  private void watch(String from, Map<String, Json> into) throws IOException, InterruptedException {
    HttpResponse<InputStream> response =
        get(selectors + "watch=true&allowWatchBookmarks=true&timeoutSeconds=7&" + from);
    if (response.statusCode() != 200) {
      String answer = new String(response.body().readAllBytes(), UTF_8);
      version = answer.contains(EXPIRED) ? "" : version;
      throw new IOException(answer);
    }
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(response.body(), UTF_8))) {
      Map<String, Json> target = into;
      for (String line = lines.readLine(); line != null && !closed; line = lines.readLine()) {
        if (!hear(Json.parse(line), target)) {
          return;
        }
        target = version.isEmpty() ? target : cache;
      }
    }
  }

  /** Whether the watch goes on. */
  private boolean hear(Json event, Map<String, Json> into) {
    Json object = event.get("object");
    String at = object.get("metadata", "resourceVersion").asString("");
    switch (event.get("type").asString("")) {
      case "BOOKMARK" -> bookmark(object, at, into);
      case "ERROR" -> {
        version = "";
        return false;
      }
      default -> {
        change(event.get("type").asString(""), object, into);
        if (!version.isEmpty()) {
          later(at);
        }
      }
    }
    return true;
  }

  private void bookmark(Json object, String at, Map<String, Json> into) {
    if (!version.isEmpty()) {
      if (Long.parseLong(at) < Long.parseLong(version)) {
        complaints.add("a bookmark went back from " + version + " to " + at);
      }
      version = at;
    } else if (object
        .get("metadata", "annotations", "k8s.io/initial-events-end")
        .asString("")
        .equals("true")) {
      replace(into, at);
    }
  }

  private void later(String at) {
    if (Long.parseLong(at) <= Long.parseLong(version)) {
      complaints.add("an event of version " + at + " came after " + version);
    }
    version = at;
  }

  private void change(String type, Json object, Map<String, Json> into) {
    events++;
    String key = keyOf(object);
    Json now = plain(object);
    Json before = type.equals("DELETED") ? into.remove(key) : into.put(key, now);
    if (type.equals("ADDED") != (before == null)) {
      complaints.add(type + " " + key + ", which was " + (before == null ? "not there" : "there"));
    }
    if (filtered && type.equals("MODIFIED") && now.equals(before)) {
      complaints.add(key + " was changed and is the same: " + now);
    }
  }

  private HttpResponse<InputStream> get(String query) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "?" + query))
            .header("Accept", "application/json")
            .header("Authorization", "Bearer follower")
            .timeout(Duration.ofSeconds(20))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
  }

  private static String keyOf(Json object) {
    return object.get("metadata", "name").asString("");
  }

  private static Json plain(Json object) {
    return object
        .without("kind")
        .without("apiVersion")
        .withoutAt(List.of("metadata", "resourceVersion"));
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Every object without its version and kind. */
  Map<String, Json> cache() {
    return cache;
  }

  /** How many changes it heard of. */
  int events() {
    return events;
  }

  /** What would have spoilt a cache. */
  List<String> complaints() {
    return complaints;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}

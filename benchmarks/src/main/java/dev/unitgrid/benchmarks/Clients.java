/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Some clients of one server, with the same watch. One thread. */
final class Clients implements AutoCloseable {
  private final List<WatchingClient> clients = new ArrayList<>();
  private final List<Integer> counts = new ArrayList<>();
  private long last;

  static Clients open(int count, Door door, String path) throws IOException {
    Clients opened = new Clients();
    for (int i = 0; i < count; i++) {
      opened.clients.add(WatchingClient.open(door, path));
    }
    return opened;
  }

  /** Whether every client has had {@code events} before {@code limit} passed. */
  boolean await(int events, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (clients.stream().anyMatch(client -> client.waiting() < events)) {
      if (System.nanoTime() > end) {
        return false;
      }
      Stage.pause(Duration.ofMillis(10));
    }
    return true;
  }

  /** Waits until nothing more has come for a while. */
  void awaitQuiet(Duration quiet) {
    int before = -1;
    int now = all();
    while (now != before) {
      Stage.pause(quiet);
      before = now;
      now = all();
    }
  }

  private int all() {
    return clients.stream().mapToInt(WatchingClient::waiting).sum();
  }

  /** How many events each client had; one number where all had as many. */
  String counts() {
    take();
    List<Integer> distinct = counts.stream().distinct().toList();
    return distinct.size() == 1 ? distinct.get(0).toString() : counts.toString();
  }

  /** Whether each client had as many events. */
  boolean eachHad(int events) {
    take();
    return counts.stream().allMatch(count -> count == events);
  }

  /** When the last of all events arrived, by {@link System#nanoTime()}. */
  long lastArrival() {
    take();
    return last;
  }

  private void take() {
    if (counts.isEmpty()) {
      clients.forEach(this::take);
    }
  }

  private void take(WatchingClient client) {
    List<WatchingClient.Arrival> taken = client.take();
    counts.add(taken.size());
    for (WatchingClient.Arrival arrival : taken) {
      last = last == 0 ? arrival.nanos() : Math.max(last, arrival.nanos());
    }
  }

  /** What arrived, client by client. */
  List<List<WatchingClient.Arrival>> arrivals() {
    return clients.stream().map(WatchingClient::take).toList();
  }

  /** Bytes of all events of all clients. */
  long received() {
    return clients.stream().mapToLong(WatchingClient::received).sum();
  }

  /** Objects that a client has in another version than the server's own list, of all clients. */
  long stale(String path) throws IOException {
    long stale = 0;
    for (WatchingClient client : clients) {
      stale += client.stale(path);
    }
    return stale;
  }

  /** What went wrong anywhere. */
  List<String> faults() {
    return clients.stream().flatMap(client -> client.faults().stream()).distinct().toList();
  }

  @Override
  public void close() {
    clients.forEach(WatchingClient::close);
  }
}

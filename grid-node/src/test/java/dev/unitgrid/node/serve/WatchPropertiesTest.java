/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.topology.ServedVersions;
import dev.unitgrid.node.Rule;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever changes, and wherever clients begin and break off, they know what is there. */
class WatchPropertiesTest {
  private static final List<String> SELECTORS =
      List.of("", "t=0", "t!=0", "!t", "t in (0,1)", "t,t notin (2)");

  /** A client that keeps what it is told, and begins anew where it must. */
  private static final class Client {
    private final ServedKind kind;
    private final String selector;
    private final Random random;
    private final Map<String, Long> known = new TreeMap<>();
    private String version = "";
    private WatchReader watch;

    Client(ServedKind kind, Random random) {
      this.kind = kind;
      this.random = random;
      this.selector = "labelSelector=" + SELECTORS.get(random.nextInt(SELECTORS.size()));
      this.watch = list();
    }

    private WatchReader list() {
      known.clear();
      if (random.nextBoolean()) {
        return WatchReader.of(
            kind,
            selector,
            "sendInitialEvents=true",
            "allowWatchBookmarks=true",
            "resourceVersionMatch=NotOlderThan");
      }
      Json list = WatchReader.list(kind, selector, "resourceVersion=0");
      for (Json item : list.get("items").items()) {
        known.put(name(item), Long.parseLong(versionOf(item)));
      }
      version = versionOf(list);
      return follow();
    }

    private WatchReader follow() {
      return WatchReader.of(
          kind, selector, "allowWatchBookmarks=true", "resourceVersion=" + version);
    }

    void read() {
      for (Json frame : watch.frames()) {
        take(frame);
      }
      if (watch.last() == Body.Next.EVICTED) {
        watch = follow();
      }
    }

    void breakOff() {
      watch.close();
      watch = version.isEmpty() ? list() : follow();
    }

    private void take(Json frame) {
      Json object = frame.get("object");
      switch (frame.get("type").asString("")) {
        case "ADDED" ->
            assertThat(known.put(name(object), Long.parseLong(versionOf(object)))).isNull();
        case "MODIFIED" ->
            assertThat(known.put(name(object), Long.parseLong(versionOf(object))))
                .isLessThan(Long.parseLong(versionOf(object)));
        case "DELETED" -> assertThat(known.remove(name(object))).isNotNull();
        case "ERROR" -> {
          version = "";
          watch = list();
          return;
        }
        default -> assertThat(frame.get("type")).isEqualTo(Json.of("BOOKMARK"));
      }
      // Initial events are in the order of names: only their bookmark says how far they are.
      boolean sorted = !version.isEmpty() || !frame.get("type").equals(Json.of("ADDED"));
      if (sorted) {
        version = versionOf(object);
      }
    }

    private static String name(Json object) {
      return object.get("metadata", "name").asString("");
    }

    private static String versionOf(Json object) {
      return object.get("metadata", "resourceVersion").asString("");
    }
  }

  @Property(tries = 150)
  @Rule({30, 31})
  void every_client_ends_with_what_its_selector_lists(@ForAll long seed) {
    Random random = new Random(seed);
    Simulation simulation = Simulation.of(seed);
    ServedKind kind =
        ServedObjects.kind(
            ServedResource.ENDPOINT_SLICES,
            simulation.scheduler(),
            new ServeLimits(20, 4000, 2),
            Metrics.NOOP);
    kind.begin(new ServedVersions(100, 100), List.of());
    long version = 100;
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      if (clients.size() < 5 && random.nextInt(4) == 0) {
        clients.add(new Client(kind, random));
      }
      version = change(kind, version, random);
      for (Client client : clients) {
        int chance = random.nextInt(8);
        if (chance < 4) {
          client.read();
        } else if (chance == 4) {
          client.breakOff();
        }
      }
      if (random.nextInt(10) == 0) {
        simulation.run(Duration.ofSeconds(70));
      }
    }
    for (Client client : clients) {
      client.read();
      client.read(); // whoever was evicted begins anew with the first one
      client.read();
      Map<String, Long> listed = new TreeMap<>();
      for (Json item : WatchReader.list(kind, client.selector).get("items").items()) {
        listed.put(Client.name(item), Long.parseLong(Client.versionOf(item)));
      }
      assertThat(client.known).as("seed " + seed).isEqualTo(listed);
    }
  }

  private static long change(ServedKind kind, long version, Random random) {
    long now = version;
    List<ServedChange> batch = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      now += 1 + random.nextInt(2);
      String name = "s" + random.nextInt(12);
      if (random.nextInt(4) == 0) {
        batch.add(new ServedChange.Gone(new ObjectKey("default", name), now));
      } else {
        int label = random.nextInt(4);
        Map<String, String> labels = label == 3 ? Map.of() : Map.of("t", "" + label);
        batch.add(new ServedChange.Put(ServedObjects.slice(name, now, labels)));
      }
    }
    kind.apply(batch);
    if (random.nextInt(5) == 0) {
      now += 2;
      kind.advance(now);
    }
    return now;
  }
}

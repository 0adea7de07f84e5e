/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.cache;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.node.Rule;
import dev.unitgrid.testkit.LinkCut;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

class NodeCachePropertiesTest {
  private static final List<String> KEYS =
      List.of("", "[]", "[\"location\"]", "[\"zone\",\"location\"]", "[\"location\",\"*\"]");
  private static final List<String> PLACES = List.of("beijing", "guangzhou");

  @Property(tries = 40)
  @Rule({27, 29, 30})
  void after_any_changes_and_interruptions_what_is_served_is_what_the_rules_say(@ForAll long seed) {
    try (SimulatedSite site = new SimulatedSite(seed)) {
      Chaos chaos = new Chaos(site, new Random(seed));
      for (int i = 0; i < 15; i++) {
        chaos.change();
      }
      site.start();
      for (int i = 0; i < 60; i++) {
        chaos.step();
      }
      chaos.heal();
      site.run(Duration.ofMinutes(3));
      site.assertTruth();
    }
  }

  /** Changes and faults by chance. */
  private static final class Chaos {
    private final SimulatedSite site;
    private final Random random;
    private @Nullable LinkCut cut;

    Chaos(SimulatedSite site, Random random) {
      this.site = site;
      this.random = random;
    }

    void step() {
      change();
      if (random.nextInt(3) == 0) {
        site.run(Duration.ofMillis(random.nextInt(3_000)));
      }
      if (random.nextInt(8) == 0) {
        interrupt();
      }
    }

    void heal() {
      if (cut != null) {
        cut.close();
        cut = null;
      }
    }

    void change() {
      switch (random.nextInt(9)) {
        case 0 -> node(one(SimulatedSite.nodes().subList(0, 5)));
        case 1 -> site.service(service(), one(KEYS));
        case 2 -> delete(ResourceType.SERVICE, service());
        case 3 -> delete(SimulatedSite.SLICE, "slice-" + random.nextInt(6));
        default -> slice("slice-" + random.nextInt(6));
      }
    }

    private void interrupt() {
      switch (random.nextInt(7)) {
        case 0 -> site.cluster().restart();
        case 1 -> site.cluster().compact();
        case 2 -> site.cluster().faults().expireWatches("endpointslices.discovery.k8s.io");
        case 3 -> site.cluster().faults().truncateWatches("nodes");
        case 4 -> site.cluster().faults().resetWatches("services");
        default -> toggleLink();
      }
    }

    private void toggleLink() {
      if (cut == null) {
        cut = site.cluster().faults().cutLink();
      } else {
        heal();
      }
    }

    private void node(String name) {
      boolean exists = site.cluster().find(ResourceType.NODE, "", name).isPresent();
      if (!exists) {
        site.node(name, one(PLACES));
      } else if (random.nextInt(4) == 0) {
        site.cluster().deleteNode(name);
      } else if (random.nextInt(4) == 0) {
        site.cluster().unlabel(name, "location");
      } else {
        site.cluster().label(name, Map.of(random.nextBoolean() ? "location" : "zone", one(PLACES)));
      }
    }

    private void slice(String name) {
      String[] nodes = new String[random.nextInt(4)];
      for (int i = 0; i < nodes.length; i++) {
        nodes[i] = one(SimulatedSite.nodes());
      }
      site.slice(name, service(), nodes);
    }

    private void delete(ResourceType type, String name) {
      if (site.cluster().find(type, "default", name).isPresent()) {
        site.cluster().delete(type, "default", name);
      }
    }

    private String service() {
      return "service-" + random.nextInt(3);
    }

    private <T> T one(List<T> of) {
      return of.get(random.nextInt(of.size()));
    }
  }
}

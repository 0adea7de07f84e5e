/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.node.Rule;
import dev.unitgrid.testkit.TestCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that know nothing of each other follow what the endpoint proxy serves, while nodes,
 * Services and slices change by chance and the API server goes and comes.
 */
@Rule({27, 29, 30, 31})
class InformersTest {
  private static final String USER = "endpoint-proxy";
  private static final String SLICES = "/apis/discovery.k8s.io/v1/endpointslices";
  private static final String SERVICES = "/api/v1/services";
  private static final String KUBE_PROXY =
      Follower.query("labelSelector", "!service.kubernetes.io/headless")
          + Follower.query("fieldSelector", "spec.clusterIP!=None");
  private static final int ROUND = 250;

  @TempDir private Path folder;

  @Tag("slow") // it waits for the back-off of the proxy's own watches again and again
  @Test
  void caches_of_four_kinds_of_clients_end_up_equal_to_the_filtered_truth() throws Exception {
    follow(1_500, 20_261_124L);
  }

  @Tag("slow")
  @Test
  void caches_stay_equal_through_twenty_thousand_changes() throws Exception {
    follow(20_000, new Random().nextLong());
  }

  private void follow(int changes, long seed) throws Exception {
    System.out.println("seed " + seed);
    try (TestCluster cluster = TestCluster.start();
        ServedNode proxy = ServedNode.start(cluster, USER, folder)) {
      cluster.server().pauseControllers(true);
      cluster.node(Truth.NODE, Map.of("location", "beijing"));
      Truth truth = new Truth(cluster);
      Changes chance = new Changes(cluster, new Random(seed), USER);
      try (Follower listing = Follower.start(proxy.url() + SLICES, "", Follower.Start.LIST);
          Follower watching = Follower.start(proxy.url() + SLICES, "", Follower.Start.WATCH_LIST);
          Follower services =
              Follower.start(proxy.url() + SERVICES, KUBE_PROXY, Follower.Start.LIST);
          StockInformer stock = StockInformer.start(proxy.url());
          Fabric8Informer fabric8 = Fabric8Informer.start(proxy.url())) {
        for (int done = 0; done < changes; done += ROUND) {
          chance.make(ROUND);
          Map<String, String> slices = truth.slices();
          equal(cluster, "a list and a watch", slices, () -> texts(listing, Truth::slice));
          equal(cluster, "a watch that lists", slices, () -> texts(watching, Truth::slice));
          equal(cluster, "client-java's informer", slices, stock::slices);
          equal(cluster, "fabric8's informer", slices, fabric8::slices);
          equal(cluster, "Services", truth.services(), () -> texts(services, Truth::service));
        }
        assertThat(listing.complaints()).isEmpty();
        assertThat(watching.complaints()).isEmpty();
        assertThat(services.complaints()).isEmpty();
        assertThat(listing.events()).isPositive();
        System.out.printf(
            "%d changes: %d, %d and %d events%n",
            changes, listing.events(), watching.events(), services.events());
      }
    }
  }

  private static Map<String, String> texts(Follower follower, Function<Json, String> text) {
    Map<String, String> texts = new TreeMap<>();
    follower.cache().forEach((key, object) -> texts.put(key, text.apply(object)));
    return texts;
  }

  private static void equal(
      TestCluster cluster,
      String who,
      Map<String, String> expected,
      Supplier<Map<String, String>> seen) {
    try {
      cluster.await().within(Duration.ofSeconds(90)).until(who, () -> seen.get().equals(expected));
    } catch (AssertionError late) {
      assertThat(seen.get()).as(who).isEqualTo(expected);
    }
  }
}

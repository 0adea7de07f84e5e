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
import java.util.ArrayList;
import java.util.List;
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

  /** One who follows, what he must see and what he sees. */
  private record Cache(
      String of, Supplier<Map<String, String>> truth, Supplier<Map<String, String>> seen) {
    void equalsTruth(TestCluster cluster) {
      Map<String, String> expected = truth.get();
      try {
        cluster.await().within(Duration.ofSeconds(90)).until(of, () -> seen.get().equals(expected));
      } catch (AssertionError late) {
        assertThat(seen.get()).as(of).isEqualTo(expected);
      }
    }
  }

  @Tag("slow")
  @Test
  void caches_of_four_kinds_of_clients_end_up_equal_to_the_filtered_truth() throws Exception {
    follow(3 * ROUND, 20_261_124L, List.of());
  }

  @Tag("slow")
  @Test
  void caches_stay_equal_through_twenty_thousand_changes_client_go_s_too() throws Exception {
    Path listing = GoInformers.build("client-go-0.34.mod", folder);
    Path watching = GoInformers.build("go.mod", folder);
    follow(20_000, new Random().nextLong(), List.of(listing, watching));
  }

  private void follow(int changes, long seed, List<Path> programs) throws Exception {
    System.out.println("seed " + seed);
    List<GoInformers> informers = new ArrayList<>();
    try (TestCluster cluster = TestCluster.start();
        ServedNode proxy = ServedNode.start(cluster, USER, folder)) {
      cluster.server().pauseControllers(true);
      cluster.node(Truth.NODE, Map.of("location", "beijing"));
      Truth truth = new Truth(cluster);
      Changes chance = new Changes(cluster, new Random(seed), USER);
      try (Follower listing = Follower.start(proxy.url() + SLICES, Follower.Start.LIST);
          Follower watching = Follower.start(proxy.url() + SLICES, Follower.Start.WATCH_LIST);
          Follower services =
              Follower.ofUpstreamVersions(proxy.url() + SERVICES, KUBE_PROXY, Follower.Start.LIST);
          StockInformer stock = StockInformer.start(proxy.url());
          Fabric8Informer fabric8 = Fabric8Informer.start(proxy.url())) {
        for (Path program : programs) {
          informers.add(GoInformers.start(program, proxy.url()));
        }
        List<Cache> caches = new ArrayList<>();
        caches.add(
            new Cache("a list and a watch", truth::slices, () -> texts(listing, Truth::slice)));
        caches.add(
            new Cache("a watch that lists", truth::slices, () -> texts(watching, Truth::slice)));
        caches.add(new Cache("client-java's informer", truth::slices, stock::slices));
        caches.add(new Cache("fabric8's informer", truth::slices, fabric8::slices));
        caches.add(new Cache("Services", truth::services, () -> texts(services, Truth::service)));
        informers.forEach(informer -> caches.addAll(caches(informer, truth)));
        for (int done = 0; done < changes; done += ROUND) {
          chance.make(ROUND);
          caches.forEach(cache -> cache.equalsTruth(cluster));
        }
        assertThat(listing.complaints()).isEmpty();
        assertThat(watching.complaints()).isEmpty();
        assertThat(services.complaints()).isEmpty();
        assertThat(listing.events()).isPositive();
        informers.forEach(informer -> assertThat(informer.complaints()).isEmpty());
        System.out.printf(
            "%d changes: %d, %d and %d events%n",
            changes, listing.events(), watching.events(), services.events());
        if (!informers.isEmpty()) {
          askedAsTheirVersionsDo(informers.get(0), informers.get(1));
        }
      }
    } finally {
      informers.forEach(GoInformers::close);
    }
  }

  private static List<Cache> caches(GoInformers informer, Truth truth) {
    return List.of(
        new Cache("client-go's slices", truth::slices, () -> informer.texts("slices")),
        new Cache("client-go's Services", truth::services, () -> informer.texts("services")),
        new Cache("client-go's node", truth::nodes, () -> informer.texts("nodes")));
  }

  private static void askedAsTheirVersionsDo(GoInformers older, GoInformers newer) {
    System.out.printf(
        "client-go 1.34: %d events, %d lists; newer: %d events, %d watches that list, %d lists%n",
        older.events(),
        older.requests("list"),
        newer.events(),
        newer.requests("watchList"),
        newer.requests("list"));
    assertThat(older.requests("list")).isPositive();
    assertThat(older.requests("watchList")).isZero();
    assertThat(newer.requests("watchList")).isPositive();
    assertThat(newer.requests("list")).isZero();
    assertThat(older.events()).isPositive();
    assertThat(newer.events()).isPositive();
  }

  private static Map<String, String> texts(Follower follower, Function<Json, String> text) {
    Map<String, String> texts = new TreeMap<>();
    follower.cache().forEach((key, object) -> texts.put(key, text.apply(object)));
    return texts;
  }
}

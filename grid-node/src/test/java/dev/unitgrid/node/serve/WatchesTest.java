/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.topology.ServedVersions;
import dev.unitgrid.node.NodeMetrics;
import dev.unitgrid.node.Rule;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.testkit.Simulation;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

/** Watches begin, go on and end as the API server's do. */
class WatchesTest {
  private final Simulation simulation = Simulation.of(1);
  private final List<String> counted = new ArrayList<>();
  private final Metrics metrics =
      new Metrics() {
        @Override
        public void count(String name, String... tags) {
          counted.add(name);
        }

        @Override
        public void time(String name, Duration duration, String... tags) {}

        @Override
        public Registration gauge(String name, DoubleSupplier value, String... tags) {
          return () -> {};
        }
      };
  private final ServedKind slices = kind(ServedResource.ENDPOINT_SLICES, ServeLimits.USUAL);

  private ServedKind kind(ServedResource resource, ServeLimits limits) {
    return ServedObjects.kind(resource, simulation.scheduler(), limits, metrics);
  }

  private static ServedChange put(String name, long version, Map<String, String> labels) {
    return new ServedChange.Put(ServedObjects.slice(name, version, labels));
  }

  private static ServedChange put(String name, long version) {
    return put(name, version, Map.of());
  }

  private static ServedChange gone(String name, long version) {
    return new ServedChange.Gone(new ObjectKey("default", name), version);
  }

  private void begin(ServedObject... objects) {
    slices.begin(new ServedVersions(100, 110), List.of(objects));
  }

  @Test
  @Rule(30)
  void a_watch_from_a_list_hears_every_change_after_it_once() {
    begin(ServedObjects.slice("a", 101, Map.of()));
    WatchReader watch = WatchReader.of(slices, "resourceVersion=110");
    assertThat(watch.events()).isEmpty();
    slices.apply(List.of(put("b", 111), put("a", 112)));
    slices.apply(List.of(gone("a", 113)));
    assertThat(watch.events()).containsExactly("ADDED b 111", "MODIFIED a 112", "DELETED a 113");
    assertThat(watch.events()).isEmpty();
    assertThat(watch.wakes()).isEqualTo(2);
    WatchReader again = WatchReader.of(slices, "resourceVersion=112");
    assertThat(again.events()).containsExactly("DELETED a 113");
  }

  @Test
  void a_watch_without_a_version_begins_with_what_is_there() {
    begin(ServedObjects.slice("b", 101, Map.of()), ServedObjects.slice("a", 102, Map.of()));
    assertThat(WatchReader.of(slices).events()).containsExactly("ADDED a 102", "ADDED b 101");
    assertThat(WatchReader.of(slices, "resourceVersion=0").events()).hasSize(2);
  }

  @Test
  @Rule(30)
  void a_watch_from_before_this_process_or_from_the_future_is_410() {
    begin();
    for (String version : List.of("99", "111", "18446744073709551615")) {
      WatchReader watch = WatchReader.of(slices, "resourceVersion=" + version);
      List<Json> frames = watch.frames();
      assertThat(frames).hasSize(1);
      assertThat(frames.get(0).get("type")).isEqualTo(Json.of("ERROR"));
      assertThat(frames.get(0).get("object", "code")).isEqualTo(Json.of(410));
      assertThat(frames.get(0).get("object", "reason")).isEqualTo(Json.of("Expired"));
      assertThat(watch.last()).isEqualTo(Body.Next.END);
    }
    assertThat(slices.openWatches()).isZero();
  }

  @Test
  @Rule(31)
  void initial_events_end_with_a_bookmark_of_the_version_that_they_show() {
    begin(ServedObjects.slice("a", 101, Map.of()));
    WatchReader watch =
        WatchReader.of(
            slices,
            "sendInitialEvents=true",
            "allowWatchBookmarks=true",
            "resourceVersionMatch=NotOlderThan");
    slices.apply(List.of(put("b", 111)));
    List<Json> frames = watch.frames();
    assertThat(frames.stream().map(WatchReader::told))
        .containsExactly("ADDED a 101", "BOOKMARK 110", "ADDED b 111");
    assertThat(frames.get(1).get("object").toString())
        .isEqualTo(
            "{\"kind\":\"EndpointSlice\",\"apiVersion\":\"discovery.k8s.io/v1\",\"metadata\":"
                + "{\"resourceVersion\":\"110\",\"annotations\":{\"k8s.io/initial-events-end\":"
                + "\"true\"}},\"addressType\":\"\",\"endpoints\":null,\"ports\":null}");
  }

  @Test
  void initial_events_may_be_declined() {
    begin(ServedObjects.slice("a", 101, Map.of()));
    WatchReader watch =
        WatchReader.of(slices, "sendInitialEvents=false", "resourceVersionMatch=NotOlderThan");
    slices.apply(List.of(put("b", 111)));
    assertThat(watch.events()).containsExactly("ADDED b 111");
  }

  @Test
  void bookmarks_come_each_minute_to_whoever_understands_them() {
    begin();
    WatchReader knows = WatchReader.of(slices, "resourceVersion=110", "allowWatchBookmarks=true");
    WatchReader doesNot = WatchReader.of(slices, "resourceVersion=110");
    slices.advance(120);
    simulation.run(Duration.ofSeconds(61));
    assertThat(knows.events()).containsExactly("BOOKMARK 120");
    assertThat(doesNot.events()).isEmpty();
    slices.apply(List.of(put("a", 121)));
    simulation.run(Duration.ofSeconds(60));
    assertThat(knows.events()).containsExactly("ADDED a 121", "BOOKMARK 121");
  }

  @Test
  void a_watch_ends_after_its_timeout() {
    begin();
    WatchReader watch = WatchReader.of(slices, "resourceVersion=110", "timeoutSeconds=5");
    assertThat(watch.events()).isEmpty();
    assertThat(watch.last()).isEqualTo(Body.Next.LATER);
    simulation.run(Duration.ofSeconds(6));
    assertThat(watch.events()).isEmpty();
    assertThat(watch.last()).isEqualTo(Body.Next.END);
    assertThat(slices.openWatches()).isZero();
  }

  @Test
  @Rule(31)
  void a_service_that_turns_headless_is_deleted_for_kube_proxy_with_what_it_was() {
    ServedKind services = kind(ServedResource.SERVICES, ServeLimits.USUAL);
    services.begin(
        new ServedVersions(100, 110),
        List.of(ServedObjects.service("a", 101, Map.of(), "10.96.0.7")));
    WatchReader watch =
        WatchReader.of(
            services,
            "resourceVersion=110",
            "fieldSelector=spec.clusterIP!=None",
            "labelSelector=!service.kubernetes.io/headless,"
                + "!service.kubernetes.io/service-proxy-name");
    services.apply(
        List.of(new ServedChange.Put(ServedObjects.service("a", 111, Map.of(), "None"))));
    Json deleted = watch.frames().get(0);
    assertThat(WatchReader.told(deleted)).isEqualTo("DELETED a 111");
    assertThat(deleted.get("object", "spec", "clusterIP")).isEqualTo(Json.of("10.96.0.7"));
    services.apply(
        List.of(new ServedChange.Put(ServedObjects.service("a", 112, Map.of(), "10.96.0.8"))));
    services.apply(
        List.of(
            new ServedChange.Put(
                ServedObjects.service(
                    "a", 113, Map.of("service.kubernetes.io/headless", ""), "10.96.0.8"))));
    assertThat(watch.events()).containsExactly("ADDED a 112", "DELETED a 113");
  }

  @Test
  void an_object_that_becomes_empty_stays_and_one_outside_of_the_selection_is_not_told() {
    begin(ServedObjects.slice("a", 101, Map.of("t", "1")));
    WatchReader watch = WatchReader.of(slices, "resourceVersion=110", "labelSelector=t");
    slices.apply(List.of(put("a", 111, Map.of("t", "2")), put("b", 112), gone("b", 113)));
    assertThat(watch.events()).containsExactly("MODIFIED a 111");
  }

  @Test
  void one_object_is_watched_by_its_name() {
    begin(ServedObjects.slice("a", 101, Map.of()), ServedObjects.slice("b", 102, Map.of()));
    WatchReader watch = WatchReader.of(slices, "fieldSelector=metadata.name=b");
    assertThat(watch.events()).containsExactly("ADDED b 102");
    slices.apply(List.of(gone("a", 111), gone("b", 112)));
    assertThat(watch.events()).containsExactly("DELETED b 112");
  }

  @Test
  void a_client_that_is_too_far_behind_is_evicted_and_the_others_go_on() {
    ServedKind small = kind(ServedResource.ENDPOINT_SLICES, new ServeLimits(1000, 2000, 4));
    small.begin(new ServedVersions(100, 110), List.of());
    WatchReader slow = WatchReader.of(small, "resourceVersion=110");
    WatchReader quick = WatchReader.of(small, "resourceVersion=110");
    int heard = 0;
    for (long version = 111; version <= 140; version++) {
      small.apply(List.of(put("a", version)));
      heard += quick.events().size();
    }
    assertThat(heard).isEqualTo(30);
    assertThat(slow.events()).isEmpty();
    assertThat(slow.last()).isEqualTo(Body.Next.EVICTED);
    assertThat(counted).containsExactly(NodeMetrics.EVICTED_WATCHES);
    assertThat(small.openWatches()).isEqualTo(1);
    WatchReader late = WatchReader.of(small, "resourceVersion=111");
    assertThat(late.frames().get(0).get("type")).isEqualTo(Json.of("ERROR"));
  }

  @Test
  void all_objects_may_change_at_once_and_no_client_is_evicted() {
    List<ServedObject> many = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      many.add(ServedObjects.slice("s" + i, 101, Map.of()));
    }
    slices.begin(new ServedVersions(100, 110), many);
    WatchReader watch = WatchReader.of(slices, "resourceVersion=110");
    List<ServedChange> all = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      all.add(put("s" + i, 111 + i));
    }
    slices.apply(all);
    assertThat(watch.events()).hasSize(3000);
    assertThat(counted).isEmpty();
  }

  @Test
  void watches_end_with_410_when_the_kind_begins_anew() {
    begin();
    WatchReader watch = WatchReader.of(slices, "resourceVersion=110");
    slices.begin(new ServedVersions(50, 60), List.of());
    List<Json> frames = watch.frames();
    assertThat(frames.get(0).get("object", "code")).isEqualTo(Json.of(410));
    assertThat(watch.last()).isEqualTo(Body.Next.END);
  }

  @Test
  void a_client_that_goes_away_is_forgotten() {
    begin();
    WatchReader watch = WatchReader.of(slices, "resourceVersion=110", "timeoutSeconds=100");
    assertThat(slices.openWatches()).isEqualTo(1);
    watch.close();
    assertThat(slices.openWatches()).isZero();
  }

  @Test
  void what_makes_no_sense_together_is_refused_in_the_words_of_the_api_server() {
    begin();
    assertThat(WatchReader.refused(slices, true, "sendInitialEvents=true").message())
        .isEqualTo(
            "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden:"
                + " sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
    assertThat(WatchReader.refused(slices, true, "resourceVersion=abc").code()).isEqualTo(500);
    assertThat(WatchReader.refused(slices, true, "timeoutSeconds=soon").code()).isEqualTo(400);
    assertThat(WatchReader.refused(slices, true, "fieldSelector=spec.x=1").code()).isEqualTo(400);
  }

  @Test
  void a_client_that_left_holds_none_of_the_changes_after_it() {
    ServedKind few = kind(ServedResource.ENDPOINT_SLICES, new ServeLimits(1, 1 << 20, 1));
    few.begin(new ServedVersions(100, 110), List.of());
    WatchReader left = WatchReader.of(few, "resourceVersion=110");
    left.close();
    WeakReference<ServedObject> superseded = new WeakReference<>(change(few, 111));
    change(few, 112);
    change(few, 113);
    assertThat(isCollected(superseded)).isTrue();
    assertThat(left.events()).isEmpty();
    assertThat(counted).isEmpty();
  }

  private static ServedObject change(ServedKind kind, long version) {
    ServedObject object = ServedObjects.slice("a", version, Map.of());
    kind.apply(List.of(new ServedChange.Put(object)));
    return object;
  }

  private static boolean isCollected(WeakReference<?> reference) {
    for (int i = 0; i < 50 && reference.get() != null; i++) {
      System.gc();
    }
    return reference.get() == null;
  }
}

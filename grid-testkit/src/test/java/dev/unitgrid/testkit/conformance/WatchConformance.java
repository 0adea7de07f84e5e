/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
import org.junit.jupiter.api.Test;

/** Watches: where they begin, what they tell and how they end. */
abstract class WatchConformance extends Conformance {
  @Test
  void a_watch_from_a_list_hears_every_change_after_it() {
    configMap("a", "{\"t\":\"1\"}");
    Reply list = api.get(configMaps + "?labelSelector=t");
    try (WatchRecorder watch =
        new WatchRecorder(api, configMaps + "?labelSelector=t&resourceVersion=" + list.version())) {
      configMap("b", "{\"t\":\"1\"}");
      api.merge(configMaps + "/a", "{\"data\":{\"k\":\"v\"}}");
      api.delete(configMaps + "/a", "{}");
      assertThat(watch.nextChange()).isEqualTo("ADDED b");
      assertThat(watch.nextChange()).isEqualTo("MODIFIED a");
      Json deleted = watch.next();
      assertThat(deleted.get("type")).isEqualTo(Json.of("DELETED"));
      assertThat(deleted.get("object", "kind")).isEqualTo(Json.of("ConfigMap"));
      assertThat(Long.parseLong(deleted.get("object", "metadata", "resourceVersion").asString("0")))
          .isGreaterThan(Long.parseLong(list.version()));
    }
  }

  @Test
  void a_watch_without_a_version_begins_with_what_is_there() {
    configMap("a", "{\"t\":\"1\"}");
    try (WatchRecorder watch = new WatchRecorder(api, configMaps + "?labelSelector=t")) {
      assertThat(watch.nextChange()).isEqualTo("ADDED a");
    }
  }

  @Test
  void an_object_that_leaves_the_selector_is_deleted_for_the_watch() {
    configMap("a", "{\"t\":\"1\"}");
    configMap("b", "{}");
    Reply list = api.get(configMaps);
    try (WatchRecorder watch =
        new WatchRecorder(api, configMaps + "?labelSelector=t&resourceVersion=" + list.version())) {
      api.merge(configMaps + "/a", "{\"metadata\":{\"labels\":null}}");
      api.merge(configMaps + "/b", "{\"metadata\":{\"labels\":{\"t\":\"1\"}}}");
      assertThat(watch.nextChange()).isEqualTo("DELETED a");
      assertThat(watch.nextChange()).isEqualTo("ADDED b");
    }
  }

  @Test
  void initial_events_end_with_a_bookmark() {
    configMap("a", "{\"t\":\"1\"}");
    try (WatchRecorder watch =
        new WatchRecorder(
            api,
            configMaps
                + "?labelSelector=t&sendInitialEvents=true&allowWatchBookmarks=true"
                + "&resourceVersionMatch=NotOlderThan")) {
      assertThat(watch.next().get("type")).isEqualTo(Json.of("ADDED"));
      Json end = watch.next();
      assertThat(end.get("type")).isEqualTo(Json.of("BOOKMARK"));
      assertThat(end.get("object", "metadata", "annotations", "k8s.io/initial-events-end"))
          .isEqualTo(Json.of("true"));
    }
  }

  @Test
  void a_watch_ends_after_its_timeout() {
    Reply list = api.get(configMaps);
    try (WatchRecorder watch =
        new WatchRecorder(
            api, configMaps + "?timeoutSeconds=1&resourceVersion=" + list.version())) {
      assertThat(watch.nextChange()).isEqualTo("END ");
    }
  }
}

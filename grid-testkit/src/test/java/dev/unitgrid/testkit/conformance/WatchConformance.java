/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
import java.util.List;
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
  void an_object_that_leaves_the_selector_is_told_as_it_was() {
    configMap("a", "{\"t\":\"1\"}");
    Reply before = api.merge(configMaps + "/a", "{\"data\":{\"k\":\"old\"}}");
    try (WatchRecorder watch =
        new WatchRecorder(
            api, configMaps + "?labelSelector=t&resourceVersion=" + before.version())) {
      Reply after =
          api.merge(configMaps + "/a", "{\"metadata\":{\"labels\":null},\"data\":{\"k\":\"new\"}}");
      Json left = watch.next();
      assertThat(left.get("type")).isEqualTo(Json.of("DELETED"));
      assertThat(left.get("object", "data", "k")).isEqualTo(Json.of("old"));
      assertThat(left.get("object", "metadata", "labels", "t")).isEqualTo(Json.of("1"));
      assertThat(left.get("object", "metadata", "resourceVersion"))
          .isEqualTo(Json.of(after.version()));
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
  void a_watch_from_the_beginning_that_allows_bookmarks_is_told_where_the_first_events_end() {
    configMap("a", "{\"t\":\"1\"}");
    for (String from : List.of("", "&resourceVersion=0")) {
      try (WatchRecorder watch =
          new WatchRecorder(api, configMaps + "?labelSelector=t&allowWatchBookmarks=true" + from)) {
        assertThat(watch.nextChange()).isEqualTo("ADDED a");
        assertThat(
                watch.next().get("object", "metadata", "annotations", "k8s.io/initial-events-end"))
            .isEqualTo(Json.of("true"));
      }
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

  @Test
  void a_watch_whose_timeout_is_in_the_past_ends_at_once() {
    try (WatchRecorder watch =
        new WatchRecorder(api, configMaps + "?timeoutSeconds=-1&resourceVersion=0")) {
      assertThat(watch.nextChange()).isEqualTo("END ");
    }
  }

  @Test
  void a_watch_is_told_where_it_is_before_its_timeout() {
    Reply list = api.get(configMaps);
    try (WatchRecorder watch =
        new WatchRecorder(
            api,
            configMaps
                + "?timeoutSeconds=4&allowWatchBookmarks=true&resourceVersion="
                + list.version())) {
      watch.awaitOpen();
      configMap("a", "{}");
      assertThat(watch.nextChange()).isEqualTo("ADDED a");
      assertThat(watch.next().get("type")).isEqualTo(Json.of("BOOKMARK"));
      assertThat(watch.nextChange()).isEqualTo("END ");
    }
  }

  private void assertWatchRefused(String query, int status, String message) {
    try (WatchRecorder watch = new WatchRecorder(api, configMaps + "?" + query)) {
      Json refused = watch.next();
      assertThat(refused.get("type")).isEqualTo(Json.of("REFUSED"));
      assertThat(refused.get("object", "message")).isEqualTo(Json.of(message));
      assertThat(refused.get("object", "code")).isEqualTo(Json.of(status));
    }
  }

  @Test
  void a_watch_from_version_zero_begins_with_what_is_there() {
    configMap("a", "{}");
    try (WatchRecorder watch = new WatchRecorder(api, configMaps + "?resourceVersion=0")) {
      assertThat(watch.nextChange()).isEqualTo("ADDED a");
    }
  }

  @Test
  void initial_events_without_bookmarks_end_without_one() {
    configMap("a", "{}");
    try (WatchRecorder watch =
        new WatchRecorder(
            api, configMaps + "?sendInitialEvents=true&resourceVersionMatch=NotOlderThan")) {
      assertThat(watch.next().get("type")).isEqualTo(Json.of("ADDED"));
      configMap("b", "{}");
      assertThat(watch.next().get("object", "metadata", "name")).isEqualTo(Json.of("b"));
    }
  }

  @Test
  void a_watch_without_initial_events_begins_now() {
    configMap("a", "{}");
    try (WatchRecorder watch =
        new WatchRecorder(
            api, configMaps + "?sendInitialEvents=false&resourceVersionMatch=NotOlderThan")) {
      watch.awaitOpen();
      configMap("b", "{}");
      assertThat(watch.nextChange()).isEqualTo("ADDED b");
    }
  }

  @Test
  void initial_events_need_the_match_not_older_than() {
    assertWatchRefused(
        "sendInitialEvents=true",
        422,
        "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden:"
            + " sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
    assertWatchRefused(
        "sendInitialEvents=true&resourceVersionMatch=Exact",
        422,
        "ListOptions.meta.k8s.io \"\" is invalid: [resourceVersionMatch: Forbidden:"
            + " sendInitialEvents requires setting resourceVersionMatch to NotOlderThan,"
            + " resourceVersionMatch: Unsupported value: \"Exact\": supported values:"
            + " \"NotOlderThan\"]");
  }

  @Test
  void a_watch_has_no_match_without_initial_events() {
    assertWatchRefused(
        "resourceVersionMatch=NotOlderThan",
        422,
        "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden:"
            + " resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
  }

  @Test
  void a_watch_has_no_pages() {
    assertWatchRefused(
        "continue=abc",
        422,
        "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden:"
            + " resourceVersionMatch is forbidden when continue is provided");
    configMap("a", "{}");
    configMap("b", "{}");
    try (WatchRecorder watch = new WatchRecorder(api, configMaps + "?limit=1")) {
      assertThat(watch.nextChange()).isEqualTo("ADDED a");
      assertThat(watch.nextChange()).isEqualTo("ADDED b");
    }
  }

  @Test
  void a_watch_from_a_version_that_is_no_number_is_500() {
    assertWatchRefused(
        "resourceVersion=abc",
        500,
        "resourceVersion: Invalid value: \"abc\": strconv.ParseUint: parsing \"abc\": invalid"
            + " syntax");
  }

  @Test
  void a_timeout_that_is_no_number_is_400() {
    assertWatchRefused(
        "timeoutSeconds=soon", 400, "strconv.ParseInt: parsing \"soon\": invalid syntax");
  }

  @Test
  void a_watch_with_an_unreadable_selector_is_400() {
    assertWatchRefused(
        "labelSelector=a in b", 400, "unable to parse requirement: found 'b' expected: '('");
    assertWatchRefused(
        "fieldSelector=data.x=1",
        400,
        "\"data.x\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
  }

  @Test
  void one_object_is_watched_by_its_name_as_a_field() {
    configMap("a", "{}");
    configMap("b", "{}");
    try (WatchRecorder watch =
        new WatchRecorder(api, configMaps + "?fieldSelector=metadata.name=b")) {
      assertThat(watch.nextChange()).isEqualTo("ADDED b");
      api.delete(configMaps + "/a", "{}");
      api.delete(configMaps + "/b", "{}");
      assertThat(watch.nextChange()).isEqualTo("DELETED b");
    }
  }

  @Test
  void a_get_of_one_object_stays_one_whatever_it_says_of_watching() {
    configMap("a", "{}");
    Reply one = api.get(configMaps + "/a?watch=true");
    assertThat(one.status()).isEqualTo(200);
    assertThat(one.body().get("kind")).isEqualTo(Json.of("ConfigMap"));
  }

  @Test
  void a_watch_of_all_namespaces_hears_of_each() {
    String mark = "only-in-" + namespace;
    try (WatchRecorder watch =
        new WatchRecorder(
            api,
            "/api/v1/configmaps?labelSelector="
                + mark
                + "&resourceVersion="
                + api.get(configMaps).version())) {
      configMap("a", "{\"" + mark + "\":\"\"}");
      Json event = watch.next();
      assertThat(event.get("object", "metadata", "namespace")).isEqualTo(Json.of(namespace));
    }
  }

  @Test
  void a_field_that_changes_moves_an_object_in_and_out_of_a_watch() {
    String pods = path("v1", "pods");
    api.post(
        pods,
        "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}");
    Reply list = api.get(pods);
    try (WatchRecorder watch =
        new WatchRecorder(
            api, pods + "?fieldSelector=status.phase=Running&resourceVersion=" + list.version())) {
      api.merge(pods + "/p/status", "{\"status\":{\"phase\":\"Running\"}}");
      api.merge(pods + "/p/status", "{\"status\":{\"phase\":\"Succeeded\"}}");
      assertThat(watch.nextChange()).isEqualTo("ADDED p");
      Json left = watch.next();
      assertThat(left.get("type")).isEqualTo(Json.of("DELETED"));
      assertThat(left.get("object", "status", "phase")).isEqualTo(Json.of("Running"));
    }
  }

  @Test
  void an_update_that_changes_nothing_is_not_told() {
    configMap("a", "{\"t\":\"1\"}");
    Reply list = api.get(configMaps);
    try (WatchRecorder watch =
        new WatchRecorder(api, configMaps + "?resourceVersion=" + list.version())) {
      api.merge(configMaps + "/a", "{\"metadata\":{\"labels\":{\"t\":\"1\"}}}");
      api.merge(configMaps + "/a", "{\"metadata\":{\"labels\":{\"t\":\"2\"}}}");
      Json event = watch.next();
      assertThat(event.get("object", "metadata", "labels", "t")).isEqualTo(Json.of("2"));
    }
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Events of {@code events.k8s.io}: those of the core group, under other names. */
abstract class EventConformance extends Conformance {
  private String core;
  private String events;

  @BeforeEach
  void paths() {
    core = path("v1", "events");
    events = path("events.k8s.io/v1", "events");
  }

  private String event(String name, String more) {
    return """
        {"apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":"%s"},
         "eventTime":"2026-01-01T00:00:00.123456Z","reportingController":"example.com/me",
         "reportingInstance":"me-1","action":"Trying","reason":"Tried","type":"Normal",
         "regarding":{"kind":"Pod","name":"p","namespace":"%s"},"note":"went well"%s}"""
        .formatted(name, namespace, more);
  }

  private Reply create() {
    Reply created = api.post(events, event("e", ""));
    assertThat(created.status()).as(created.message()).isEqualTo(201);
    return created;
  }

  /** An event of the core group, with a time of its own only if {@code more} says so. */
  private Reply createOfCore(String more) {
    return api.post(
        core,
        """
        {"metadata":{"name":"old"},"involvedObject":{"kind":"Pod","name":"p","namespace":"%s"}%s}"""
            .formatted(namespace, more));
  }

  private static Json without(Json object, String... fields) {
    Json less = object;
    for (String field : fields) {
      less = less.without(field);
    }
    return less;
  }

  @Test
  void an_event_is_served_in_two_groups() {
    assertThat(without(create().body(), "metadata"))
        .isEqualTo(
            Json.parse(
                """
                {"kind":"Event","apiVersion":"events.k8s.io/v1",
                 "eventTime":"2026-01-01T00:00:00.123456Z","reportingController":"example.com/me",
                 "reportingInstance":"me-1","action":"Trying","reason":"Tried","type":"Normal",
                 "regarding":{"kind":"Pod","name":"p","namespace":"%s"},"note":"went well",
                 "deprecatedSource":{},"deprecatedFirstTimestamp":null,
                 "deprecatedLastTimestamp":null}"""
                    .formatted(namespace)));
    assertThat(without(api.get(core + "/e").body(), "metadata"))
        .isEqualTo(
            Json.parse(
                """
                {"kind":"Event","apiVersion":"v1",
                 "eventTime":"2026-01-01T00:00:00.123456Z","reportingComponent":"example.com/me",
                 "reportingInstance":"me-1","action":"Trying","reason":"Tried","type":"Normal",
                 "involvedObject":{"kind":"Pod","name":"p","namespace":"%s"},
                 "message":"went well","source":{},"firstTimestamp":null,"lastTimestamp":null}"""
                    .formatted(namespace)));
    assertThat(names(api.get(core))).containsExactly("e");
  }

  @Test
  void an_event_of_the_core_group_shows_what_is_deprecated() {
    Reply created =
        createOfCore(
            ",\"message\":\"m\",\"count\":3,\"source\":{\"component\":\"c\"},"
                + "\"firstTimestamp\":\"2026-01-01T00:00:00Z\"");
    assertThat(created.status()).as(created.message()).isEqualTo(201);
    assertThat(without(api.get(events + "/old").body(), "metadata", "regarding"))
        .isEqualTo(
            Json.parse(
                """
                {"kind":"Event","apiVersion":"events.k8s.io/v1","eventTime":null,"note":"m",
                 "deprecatedCount":3,"deprecatedSource":{"component":"c"},
                 "deprecatedFirstTimestamp":"2026-01-01T00:00:00Z",
                 "deprecatedLastTimestamp":null}"""));
  }

  @Test
  void a_new_event_says_when_who_and_what_and_nothing_deprecated() {
    assertThat(
            api.post(
                    events,
                    "{\"metadata\":{\"name\":\"e\"},\"regarding\":{\"namespace\":\""
                        + namespace
                        + "\"}}")
                .message())
        .isEqualTo(
            "Event \"e\" is invalid: [eventTime: Required value, type: Invalid value: \"\": has"
                + " invalid value: ]");
    Reply refused =
        api.post(
            events,
            event(
                    "e",
                    ",\"series\":{},\"deprecatedCount\":1,\"action\":\"" + "a".repeat(129) + "\"")
                .replace("\"action\":\"Trying\",", ""));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message())
        .isEqualTo(
            "Event \"e\" is invalid: [action: Invalid value: \"\": can have at most 128 characters,"
                + " series.count: Invalid value: \"\": should be at least 2,"
                + " series.lastObservedTime: Required value, count: Invalid value: \"\": needs to be"
                + " unset]");
  }

  @Test
  void of_an_event_only_the_series_goes_on() {
    create();
    Reply refused =
        api.merge(events + "/e", "{\"note\":\"went ill\",\"regarding\":{\"name\":\"q\"}}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message())
        .isEqualTo(
            "Event \"e\" is invalid: [involvedObject: Invalid value: {\"Kind\":\"Pod\",\"Namespace\":\""
                + namespace
                + "\",\"Name\":\"q\",\"UID\":\"\",\"APIVersion\":\"\",\"ResourceVersion\":\"\","
                + "\"FieldPath\":\"\"}: field is immutable, message: Invalid value: \"went ill\":"
                + " field is immutable]");
    Reply again =
        api.merge(
            events + "/e",
            "{\"series\":{\"count\":2,\"lastObservedTime\":\"2026-01-01T00:00:01.000000Z\"}}");
    assertThat(again.status()).as(again.message()).isEqualTo(200);
    assertThat(api.get(core + "/e").body().get("series", "count")).isEqualTo(Json.of(2));
    assertThat(api.merge(core + "/e", "{\"message\":\"went ill\"}").status()).isEqualTo(200);
    assertThat(api.get(events + "/e").body().get("note")).isEqualTo(Json.of("went ill"));
  }

  @Test
  void an_event_of_the_core_group_with_a_time_says_who_and_what_too() {
    Reply refused =
        createOfCore(
            ",\"eventTime\":\"2026-01-01T00:00:00.123456Z\",\"reportingComponent\":\"me\"");
    assertThat(refused.message())
        .isEqualTo(
            "Event \"old\" is invalid: [reportingInstance: Required value, action: Required value,"
                + " reason: Required value]");
  }

  @Test
  void a_write_in_one_group_forgets_what_is_owned_in_the_other() {
    create();
    Reply other = api.merge(core + "/e", "{\"message\":\"went ill\"}");
    assertThat(other.body().get("metadata", "managedFields").items())
        .extracting(entry -> entry.get("apiVersion") + " " + entry.get("fieldsV1"))
        .containsExactly("\"v1\" {\"f:message\":{}}");
  }

  @Test
  void events_are_selected_by_the_names_of_their_group() {
    create();
    createOfCore("");
    assertThat(names(api.get(events + "?fieldSelector=regarding.name=p,reason=Tried")))
        .containsExactly("e");
    assertThat(names(api.get(events + "?fieldSelector=reportingController=example.com/me")))
        .containsExactly("e");
    assertRefused(
        api.get(events + "?fieldSelector=involvedObject.name=p"),
        400,
        "BadRequest",
        "field label not supported: involvedObject.name");
  }

  @Test
  void a_watch_of_either_group_hears_of_each_event_in_its_own_words() {
    String fromNow = "?resourceVersion=" + api.get(core).version();
    try (WatchRecorder watch = new WatchRecorder(api, events + fromNow);
        WatchRecorder ofCore = new WatchRecorder(api, core + fromNow)) {
      create();
      assertThat(watch.next().get("object", "note")).isEqualTo(Json.of("went well"));
      assertThat(ofCore.next().get("object", "message")).isEqualTo(Json.of("went well"));
    }
  }

  @Test
  void an_event_goes_from_both_groups_and_each_names_it_its_own_way() {
    create();
    Reply deleted = api.delete(events + "/e", "{}");
    assertThat(deleted.body().get("details", "group")).isEqualTo(Json.of("events.k8s.io"));
    assertThat(api.get(core + "/e").message()).isEqualTo("events \"e\" not found");
    assertThat(api.get(events + "/e").message()).isEqualTo("events.events.k8s.io \"e\" not found");
  }

  @Test
  void a_put_of_an_event_that_is_not_there_creates_it() {
    Reply created = api.put(events + "/e", Json.parse(event("e", "")));
    assertThat(created.status()).as(created.message()).isEqualTo(201);
    assertThat(created.body().get("note")).isEqualTo(Json.of("went well"));
  }

  @Test
  void an_event_that_says_the_version_of_the_other_group_is_400() {
    assertRefused(
        api.post(events, event("e", "").replace("events.k8s.io/v1", "v1")),
        400,
        "BadRequest",
        "the API version in the data (v1) does not match the expected API version"
            + " (events.k8s.io/v1)");
  }
}

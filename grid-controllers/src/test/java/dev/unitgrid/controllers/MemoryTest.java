/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.internal.Slots;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.ObservedChild.Correction;
import dev.unitgrid.runtime.codec.ApiStatus;
import dev.unitgrid.runtime.time.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemoryTest {
  private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");

  private final GridMemory memory =
      new GridMemory(
          new Slots(1),
          new UnitFailures(Backoff.exponential(Duration.ofSeconds(1), Duration.ofSeconds(60))));

  @Test
  @Rule(14)
  void an_answered_create_counts_as_observed_until_the_cache_has_seen_its_version() {
    memory.wrote(child("a", "u-1", "10"), ImmutableList.of(), NOW);
    memory.forgetAnswers(answered -> false);
    assertThat(names(List.of())).containsExactly("a");
    memory.forgetAnswers(answered -> true);
    assertThat(names(List.of())).isEmpty();
  }

  @Test
  @Rule(14)
  void of_cache_and_answer_the_newer_one_counts() {
    memory.answered(child("a", "u-1", "10"));
    assertThat(known(List.of(child("a", "u-1", "9"))).get(0).resourceVersion()).isEqualTo("10");
    assertThat(known(List.of(child("a", "u-1", "11"))).get(0).resourceVersion()).isEqualTo("11");
  }

  @Test
  @Rule(16)
  void what_we_wrote_last_is_remembered_by_uid_and_not_for_a_successor() {
    ObservedChild written = child("a", "u-1", "10");
    memory.wrote(written, ImmutableList.of(), NOW);
    memory.forgetAnswers(answered -> true);
    assertThat(known(List.of(child("a", "u-1", "12"))).get(0).lastWriteDigest())
        .isEqualTo(Optional.of(written.digest()));
    assertThat(known(List.of(child("a", "u-2", "13"))).get(0).lastWriteDigest()).isEmpty();
  }

  @Test
  @Rule(16)
  void answers_to_other_writes_than_create_and_apply_are_not_what_we_wrote() {
    memory.answered(child("a", "u-1", "10"));
    assertThat(known(List.of()).get(0).lastWriteDigest()).isEmpty();
  }

  @Test
  @Rule(16)
  void corrections_of_drift_are_kept_with_their_times() {
    memory.wrote(child("a", "u-1", "10"), ImmutableList.of("spec.replicas"), NOW);
    memory.wrote(child("a", "u-1", "11"), ImmutableList.of("spec.replicas"), NOW.plusSeconds(30));
    assertThat(known(List.of()).get(0).corrections())
        .extracting(Correction::at)
        .containsExactly(NOW, NOW.plusSeconds(30));
  }

  @Test
  @Rule(17)
  void a_child_whose_deletion_was_taken_counts_as_going_until_the_cache_shows_it() {
    memory.deleted("u-1");
    assertThat(known(List.of(child("a", "u-1", "10"))).get(0).deleting()).isTrue();
    assertThat(known(List.of(child("a", "u-2", "11"))).get(0).deleting()).isFalse();
  }

  @Test
  @Rule(12)
  void a_holder_of_a_name_is_known_until_it_is_released_or_watched() {
    memory.held(child("a", "foreign", "10"), NOW.plusSeconds(60));
    assertThat(known(List.of()).get(0).uid()).isEqualTo("foreign");
    assertThat(memory.namesToLookAt(NOW)).isEmpty();
    assertThat(memory.namesToLookAt(NOW.plusSeconds(60))).containsExactly("a");
    assertThat(memory.nextLook(NOW)).contains(NOW.plusSeconds(60));
    memory.stillHeld("a", NOW.plusSeconds(120));
    assertThat(memory.namesToLookAt(NOW.plusSeconds(60))).isEmpty();
    memory.released("a");
    assertThat(names(List.of())).isEmpty();
  }

  @Test
  void a_failure_waits_longer_each_time_and_begins_anew_for_another_content() {
    UnitFailures failures = memory.failures;
    assertThat(failures.failed("beijing", NOW, "v1.a.b", refused(500, "boom")))
        .isEqualTo(NOW.plusSeconds(1));
    assertThat(failures.failed("beijing", NOW, "v1.a.b", refused(500, "boom")))
        .isEqualTo(NOW.plusSeconds(2));
    assertThat(failures.failed("beijing", NOW, "v1.c.b", refused(500, "boom")))
        .isEqualTo(NOW.plusSeconds(1));
    failures.succeeded("beijing");
    assertThat(failures.all()).isEmpty();
  }

  @Test
  @Rule(26)
  void a_failure_is_kept_in_the_api_servers_words() {
    memory.failures.failed("beijing", NOW, "v1.a.b", refused(403, "exceeded quota: compute"));
    assertThat(memory.failures.all().get("beijing").message()).isEqualTo("exceeded quota: compute");
    assertThat(memory.failures.all().get("beijing").condition()).isEqualTo("WriteFailed");
  }

  @Test
  @Rule(18)
  void a_refusal_that_speaks_of_an_immutable_field_has_its_own_condition() {
    memory.failures.failed(
        "beijing", NOW, "v1.a.b", refused(422, "spec.selector: Invalid value: field is immutable"));
    memory.failures.failed(
        "wuhan",
        NOW,
        "v1.a.b",
        refused(422, "spec: Forbidden: updates to statefulset spec for fields other than ..."));
    memory.failures.failed("xian", NOW, "v1.a.b", refused(422, "spec.replicas: Invalid value"));
    assertThat(memory.failures.all().get("beijing").condition()).isEqualTo("ImmutableField");
    assertThat(memory.failures.all().get("wuhan").condition()).isEqualTo("ImmutableField");
    assertThat(memory.failures.all().get("xian").condition()).isEqualTo("WriteFailed");
  }

  @Test
  void a_failure_that_nothing_is_planned_for_any_more_is_forgotten_when_its_time_has_come() {
    memory.failures.failed("beijing", NOW, "", refused(500, "boom"));
    memory.failures.forget(NOW, unit -> false);
    assertThat(memory.failures.all()).containsKey("beijing");
    memory.failures.forget(NOW.plusSeconds(1), unit -> true);
    assertThat(memory.failures.all()).containsKey("beijing");
    memory.failures.forget(NOW.plusSeconds(1), unit -> false);
    assertThat(memory.failures.all()).isEmpty();
  }

  private static ApiStatus refused(int code, String message) {
    return new ApiStatus(code, "", message, List.of(), Optional.empty());
  }

  private List<String> names(List<ObservedChild> cached) {
    return known(cached).stream().map(ObservedChild::name).toList();
  }

  private List<ObservedChild> known(List<ObservedChild> cached) {
    return memory.known(cached, NOW.plusSeconds(60));
  }

  private static ObservedChild child(String name, String uid, String version) {
    return ObservedChild.decode(
        ResourceType.DEPLOYMENT,
        Json.object(
            "metadata",
            Json.object(
                "name", name, "namespace", "default", "uid", uid, "resourceVersion", version),
            "spec",
            Json.object("replicas", 1)));
  }
}

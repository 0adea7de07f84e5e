/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Rule;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ManagedFieldsTest {
  private static final String POSTED =
      entry(
          "unitgrid",
          "Update",
          "2026-11-01T10:00:00Z",
          "{\"f:metadata\":{\"f:labels\":{\".\":{},\"f:a\":{}}},\"f:spec\":{\"f:replicas\":{},\"f:strategy\":{\"f:type\":{}}}}");
  private static final String APPLIED =
      entry("unitgrid", "Apply", "2026-11-01T11:00:00Z", "{\"f:spec\":{\"f:paused\":{}}}");
  private static final String SUPEREDGE =
      entry(
          "application-grid-controller",
          "Update",
          "2026-11-01T09:00:00Z",
          "{\"f:spec\":{\"f:minReadySeconds\":{}}}");
  private static final String STATUS =
      "{\"manager\":\"unitgrid\",\"operation\":\"Update\",\"apiVersion\":\"apps/v1\",\"subresource\":\"status\","
          + "\"time\":\"2026-11-01T12:00:00Z\",\"fieldsType\":\"FieldsV1\",\"fieldsV1\":{\"f:status\":{\"f:replicas\":{}}}}";
  private static final String HPA =
      entry(
          "kube-controller-manager",
          "Update",
          "2026-11-01T13:00:00Z",
          "{\"f:spec\":{\"f:replicas\":{}}}");

  @Test
  @Rule(14)
  void the_entry_of_the_post_is_united_with_that_of_the_applies() {
    ManagedFields merged = of(HPA, POSTED, APPLIED, STATUS).merged("unitgrid", Set.of());
    assertThat(merged.toJson())
        .isEqualTo(
            array(
                entry(
                    "unitgrid",
                    "Apply",
                    "2026-11-01T11:00:00Z",
                    "{\"f:metadata\":{\"f:labels\":{\".\":{},\"f:a\":{}}},\"f:spec\":{\"f:replicas\":{},"
                        + "\"f:strategy\":{\"f:type\":{}},\"f:paused\":{}}}"),
                HPA,
                STATUS));
  }

  @Test
  @Rule(14)
  void a_lone_entry_of_the_post_becomes_one_of_an_apply() {
    ManagedFields fields = of(POSTED);
    assertThat(fields.hasEntry("unitgrid", "Apply")).isFalse();
    assertThat(fields.needsMerge("unitgrid", Set.of())).isTrue();
    ManagedFields merged = fields.merged("unitgrid", Set.of());
    assertThat(merged.hasEntry("unitgrid", "Apply")).isTrue();
    assertThat(merged.hasEntry("unitgrid", "Update")).isFalse();
  }

  @Test
  @Rule(19)
  void the_entries_of_superedge_are_taken_over_by_name() {
    ManagedFields fields = of(SUPEREDGE, HPA);
    assertThat(fields.needsMerge("unitgrid", Set.of())).isFalse();
    assertThat(fields.needsMerge("unitgrid", Set.of("application-grid-controller"))).isTrue();
    ManagedFields merged = fields.merged("unitgrid", Set.of("application-grid-controller"));
    assertThat(merged.owners("f:spec", "f:minReadySeconds")).containsExactly("unitgrid");
    assertThat(merged.owners("f:spec", "f:replicas")).containsExactly("kube-controller-manager");
  }

  @Test
  @Rule(14)
  void merging_twice_is_merging_once() {
    ManagedFields once =
        of(POSTED, SUPEREDGE, STATUS).merged("unitgrid", Set.of("application-grid-controller"));
    assertThat(once.needsMerge("unitgrid", Set.of("application-grid-controller"))).isFalse();
    assertThat(of(HPA).needsMerge("unitgrid", Set.of())).isFalse();
  }

  @Test
  @Rule(14)
  void an_entry_of_another_api_version_stays_for_its_paths_mean_something_else() {
    String old = SUPEREDGE.replace("apps/v1", "apps/v1beta1");
    ManagedFields merged =
        of(POSTED, old).merged("unitgrid", Set.of("application-grid-controller"));
    assertThat(merged.toJson().items()).contains(Json.parse(old)).hasSize(2);
  }

  @Test
  void status_written_under_our_name_is_no_entry_of_the_object() {
    assertThat(of(STATUS).hasEntry("unitgrid", "Update")).isFalse();
    assertThat(of(STATUS).merged("unitgrid", Set.of()).toJson()).isEqualTo(array(STATUS));
  }

  @Test
  void owners_name_everyone_once() {
    assertThat(of(POSTED, HPA, HPA).owners("f:spec", "f:replicas"))
        .containsExactly("unitgrid", "kube-controller-manager");
    assertThat(of(POSTED).owners("f:spec", "f:selector")).isEmpty();
  }

  @Test
  @Rule(16)
  void the_last_other_writer_of_the_fields_is_named() {
    ManagedFields fields = of(POSTED, SUPEREDGE, HPA, STATUS);
    Json replicas = Json.parse("{\"f:spec\":{\"f:replicas\":{}}}");
    assertThat(fields.lastWriter(replicas, List.of("unitgrid")))
        .contains("kube-controller-manager");
    assertThat(fields.lastWriter(replicas, List.of("unitgrid", "kube-controller-manager")))
        .isEmpty();
    assertThat(fields.lastWriter(Json.emptyObject(), List.of("unitgrid"))).isEmpty();
  }

  @Test
  @Rule(16)
  void who_owns_a_whole_list_meets_who_changed_an_item() {
    ManagedFields fields =
        of(entry("mesh", "Apply", "2026-11-01T10:00:00Z", "{\"f:spec\":{\"f:x\":{}}}"));
    Json below = Json.parse("{\"f:spec\":{\"f:x\":{\"k:{\\\"name\\\":\\\"a\\\"}\":{\".\":{}}}}}");
    assertThat(fields.lastWriter(below, List.of())).contains("mesh");
  }

  @Test
  void an_object_without_managed_fields_has_no_owner() {
    ManagedFields none = ManagedFields.ofObject(Json.emptyObject());
    assertThat(none.owners("f:spec")).isEmpty();
    assertThat(none.merged("unitgrid", Set.of()).toJson()).isEqualTo(Json.emptyArray());
  }

  private static String entry(String manager, String operation, String time, String fields) {
    return "{\"manager\":\"%s\",\"operation\":\"%s\",\"apiVersion\":\"apps/v1\",\"time\":\"%s\",\"fieldsType\":\"FieldsV1\",\"fieldsV1\":%s}"
        .formatted(manager, operation, time, fields);
  }

  private static ManagedFields of(String... entries) {
    return ManagedFields.of(array(entries));
  }

  private static Json array(String... entries) {
    return Json.parse("[" + String.join(",", entries) + "]");
  }
}

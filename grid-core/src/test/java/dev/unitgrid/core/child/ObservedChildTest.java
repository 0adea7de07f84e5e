/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.child;

import static dev.unitgrid.core.Grids.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Rule;
import dev.unitgrid.core.child.ObservedChild.Owner;
import dev.unitgrid.core.child.ObservedChild.Ownership;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObservedChildTest {
  private static final Json LIVE =
      json(
          """
          {'metadata':{'name':'d-a','namespace':'edge','uid':'u1','resourceVersion':'7',
             'generation':3,'labels':{'l':'1'},
             'annotations':{'unitgrid.dev/unit':'a','topologyKeys':'[]','foreign':'x'},
             'ownerReferences':[
               {'apiVersion':'v1','kind':'Other','name':'o','uid':'u8'},
               {'apiVersion':'superedge.io/v1','kind':'DeploymentGrid','name':'d','uid':'u9',
                'controller':true}],
             'managedFields':[
               {'manager':'unitgrid','operation':'Apply','time':'2026-11-01T00:00:00Z',
                'fieldsV1':{'f:spec':{'f:template':{}}}},
               {'manager':'kubectl-edit','operation':'Update','time':'2026-11-02T00:00:00Z'},
               {'manager':'hpa','operation':'Update','time':'2026-11-03T00:00:00Z',
                'subresource':'scale'},
               {'manager':'early','operation':'Update','time':'2026-10-01T00:00:00Z'}]},
           'spec':{'replicas':2},
           'status':{'observedGeneration':3,'replicas':2,'readyReplicas':1,'updatedReplicas':2,
             'availableReplicas':1,'conditions':[{'type':'Available'}]}}
          """);

  @Test
  void a_live_object_is_read_into_what_the_planner_needs() {
    ObservedChild child = ObservedChild.decode(ResourceType.DEPLOYMENT, LIVE);
    assertThat(child.type()).isEqualTo(ResourceType.DEPLOYMENT);
    assertThat(child.namespace()).isEqualTo("edge");
    assertThat(child.name()).isEqualTo("d-a");
    assertThat(child.uid()).isEqualTo("u1");
    assertThat(child.resourceVersion()).isEqualTo("7");
    assertThat(child.generation()).isEqualTo(3);
    assertThat(child.replicas()).isEqualTo(2);
    assertThat(child.deleting()).isFalse();
    assertThat(child.labels()).isEqualTo(Map.of("l", "1"));
    assertThat(child.annotations()).containsEntry("foreign", "x").hasSize(3);
    assertThat(child.lastWriteDigest()).isEmpty();
    assertThat(child.corrections()).isEmpty();
    assertThat(child.controller())
        .contains(new Owner("superedge.io/v1", "DeploymentGrid", "d", "u9"));
  }

  @Test
  void a_workload_that_says_no_number_of_replicas_has_one() {
    Json silent = LIVE.withoutAt(List.of("spec", "replicas"));
    assertThat(ObservedChild.decode(ResourceType.DEPLOYMENT, silent).replicas()).isEqualTo(1);
  }

  @Test
  void what_is_kept_has_no_managed_fields_and_no_status() {
    Json live = ObservedChild.decode(ResourceType.DEPLOYMENT, LIVE).live().json();
    assertThat(live.fields()).containsOnlyKeys("metadata", "spec");
    assertThat(live.get("spec")).isEqualTo(json("{'replicas':2}"));
    assertThat(live.get("metadata").fields())
        .containsOnlyKeys("labels", "annotations", "ownerReferences");
  }

  @Test
  void its_report_is_read() {
    ChildStatus status = ObservedChild.decode(ResourceType.DEPLOYMENT, LIVE).status();
    assertThat(status).isEqualTo(new ChildStatus(3, 2, 1, 2, 1, json("[{'type':'Available'}]")));
    assertThat(ChildStatus.parse(Json.ofNull())).isEqualTo(ChildStatus.NONE);
    assertThat(ChildStatus.parse(json("{'conditions':7}"))).isEqualTo(ChildStatus.NONE);
  }

  @Test
  void a_deletion_timestamp_says_that_it_goes() {
    Json going =
        LIVE.withAt(List.of("metadata", "deletionTimestamp"), Json.of("2026-11-01T00:00:00Z"));
    assertThat(ObservedChild.decode(ResourceType.DEPLOYMENT, going).deleting()).isTrue();
  }

  @ParameterizedTest
  @Rule(16)
  @CsvSource({
    "spec, replicas, true",
    "metadata.labels, l, true",
    "metadata.annotations, unitgrid.dev/unit, true",
    "metadata.annotations, topologyKeys, true",
    "metadata.annotations, foreign, false",
    "metadata, ownerReferences, true",
    "metadata, managedFields, false",
    "metadata, generation, false",
    "metadata, resourceVersion, false",
    "status, readyReplicas, false"
  })
  void the_digest_sees_what_is_ours_and_nothing_else(String parent, String field, boolean seen) {
    List<String> path = new ArrayList<>(List.of(parent.split("\\.")));
    path.add(field);
    String before = ObservedChild.decode(ResourceType.DEPLOYMENT, LIVE).digest();
    String after =
        ObservedChild.decode(ResourceType.DEPLOYMENT, LIVE.withAt(path, Json.of("x"))).digest();
    assertThat(after.equals(before)).isNotEqualTo(seen);
  }

  @Test
  @Rule(14)
  void managed_fields_say_who_owns_what() {
    assertThat(ownership(LIVE))
        .isEqualTo(
            new Ownership(
                false,
                true,
                false,
                ImmutableList.of("unitgrid", "kubectl-edit", "early"),
                Optional.of("hpa")));
  }

  @Test
  @Rule(16)
  void who_writes_the_status_is_no_rival() {
    assertThat(
            ownership(
                    managed(
                        "[{'manager':'a','time':'2026-11-01T00:00:00Z'},"
                            + "{'manager':'b','time':'2026-11-02T00:00:00Z','subresource':'status'}]"))
                .lastOther())
        .contains("a");
  }

  @Test
  @Rule(14)
  void the_entry_of_a_post_is_told_from_that_of_an_apply() {
    Ownership posted =
        ownership(
            managed(
                "[{'manager':'unitgrid','operation':'Update','fieldsV1':{'f:spec':{'f:replicas':{}}}}]"));
    assertThat(posted.created()).isTrue();
    assertThat(posted.applied()).isFalse();
    assertThat(posted.ownsReplicas()).isTrue();
    assertThat(posted.lastOther()).isEmpty();
  }

  @Test
  @Rule(14)
  void our_bookkeeping_is_nobody_else() {
    Ownership ownership =
        ownership(
            managed(
                "[{'manager':'unitgrid-state','time':'2026-11-01T00:00:00Z'},"
                    + "{'manager':'unitgrid-handover','time':'2026-11-01T00:00:00Z'}]"));
    assertThat(ownership.lastOther()).isEmpty();
    assertThat(ownership.created()).isFalse();
    assertThat(ownership(json("{}"))).isEqualTo(Ownership.NONE);
  }

  @Test
  void of_two_writers_at_one_time_the_later_entry_counts() {
    assertThat(
            ownership(
                    managed(
                        "[{'manager':'a','time':'2026-11-01T00:00:00Z'},"
                            + "{'manager':'b','time':'2026-11-01T00:00:00Z'}]"))
                .lastOther())
        .contains("b");
  }

  private static Ownership ownership(Json object) {
    return ObservedChild.decode(ResourceType.DEPLOYMENT, object).ownership();
  }

  private static Json managed(String fields) {
    return LIVE.withAt(List.of("metadata", "managedFields"), json(fields));
  }
}

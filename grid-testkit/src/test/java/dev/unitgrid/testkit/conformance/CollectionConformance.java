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

/** The garbage collector and the end of namespaces. */
abstract class CollectionConformance extends ClusterConformance {
  @Test
  void a_background_deletion_takes_the_pods_along() {
    deploy();
    api.delete(apps + "/deployments/demo", "{\"propagationPolicy\":\"Background\"}");
    await(pods, list -> list.get("items").items().isEmpty());
    await(apps + "/replicasets", list -> list.get("items").items().isEmpty());
  }

  @Test
  void a_foreground_deletion_ends_when_the_dependents_are_gone() {
    deploy();
    api.delete(apps + "/deployments/demo", "{\"propagationPolicy\":\"Foreground\"}");
    await(apps + "/deployments/demo", ClusterConformance::isGone);
    assertThat(api.get(apps + "/replicasets").body().get("items").items()).isEmpty();
  }

  @Test
  void an_object_whose_owner_is_absent_is_collected() {
    String maps = core + "/configmaps";
    api.post(
        maps,
        "{\"metadata\":{\"name\":\"a\",\"ownerReferences\":[{\"apiVersion\":\"apps/v1\","
            + "\"kind\":\"Deployment\",\"name\":\"gone\",\"uid\":\"no-such-uid\"}]}}");
    await(maps + "/a", ClusterConformance::isGone);
  }

  private String map(String name, String owner, String more) {
    return "{\"metadata\":{\"name\":\""
        + name
        + "\",\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"name\":\"owner\","
        + "\"uid\":\""
        + owner
        + "\""
        + more
        + "}]}}";
  }

  @Test
  void only_dependents_that_block_hold_up_a_foreground_deletion() {
    String maps = core + "/configmaps";
    String owner = created(maps, "{\"metadata\":{\"name\":\"owner\"}}").uid();
    created(maps, map("blocks", owner, ",\"blockOwnerDeletion\":true"));
    created(maps, map("free", owner, ""));
    for (String name : List.of("blocks", "free")) {
      changed(maps + "/" + name, "{\"metadata\":{\"finalizers\":[\"test.example/hold\"]}}");
    }
    api.delete(maps + "/owner", "{\"propagationPolicy\":\"Foreground\"}");
    await(maps + "/blocks", map -> map.get("metadata").has("deletionTimestamp"));
    assertThat(api.get(maps + "/owner").body().get("metadata", "finalizers"))
        .isEqualTo(Json.parse("[\"foregroundDeletion\"]"));
    changed(maps + "/blocks", "{\"metadata\":{\"finalizers\":null}}");
    await(maps + "/owner", ClusterConformance::isGone);
    await(maps + "/free", map -> map.get("metadata").has("deletionTimestamp"));
    changed(maps + "/free", "{\"metadata\":{\"finalizers\":null}}");
    await(maps + "/free", ClusterConformance::isGone);
  }

  @Test
  void an_orphan_loses_its_reference_and_lives() {
    String maps = core + "/configmaps";
    String owner = created(maps, "{\"metadata\":{\"name\":\"owner\"}}").uid();
    created(maps, map("child", owner, ""));
    api.delete(maps + "/owner", "{\"propagationPolicy\":\"Orphan\"}");
    await(maps + "/owner", ClusterConformance::isGone);
    assertThat(api.get(maps + "/child").body().get("metadata").has("ownerReferences")).isFalse();
  }

  @Test
  void a_dependent_of_two_owners_lives_with_the_other() {
    String maps = core + "/configmaps";
    String owner = created(maps, "{\"metadata\":{\"name\":\"owner\"}}").uid();
    String other = created(maps, "{\"metadata\":{\"name\":\"other\"}}").uid();
    created(
        maps,
        map(
            "child",
            owner,
            "},{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\","
                + "\"name\":\"other\",\"uid\":\""
                + other
                + "\""));
    api.delete(maps + "/owner", "{\"propagationPolicy\":\"Background\"}");
    Json child =
        await(maps + "/child", map -> map.get("metadata", "ownerReferences").items().size() == 1)
            .body();
    assertThat(child.get("metadata", "ownerReferences").items().get(0).get("uid"))
        .isEqualTo(Json.of(other));
  }

  @Test
  void a_namespace_that_terminates_is_emptied_and_says_what_is_left() {
    String maps = core + "/configmaps";
    created(maps, "{\"metadata\":{\"name\":\"held\",\"finalizers\":[\"test.example/hold\"]}}");
    deploy();
    String home = "/api/v1/namespaces/" + namespace;
    Json deleted = api.delete(home, "{}").body();
    assertThat(deleted.get("status", "phase")).isEqualTo(Json.of("Terminating"));
    Reply refused = api.post(maps, "{\"metadata\":{\"name\":\"late\"}}");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.message())
        .contains(
            "unable to create new content in namespace "
                + namespace
                + " because it is being terminated");
    Json left =
        await(
                home,
                there ->
                    says(there, "NamespaceFinalizersRemaining", "True", "SomeFinalizersRemain")
                        && !there.toString().contains("pods."))
            .body();
    assertThat(condition(left, "NamespaceContentRemaining").get("message"))
        .isEqualTo(Json.of("Some resources are remaining: configmaps. has 1 resource instances"));
    assertThat(condition(left, "NamespaceFinalizersRemaining").get("message"))
        .isEqualTo(
            Json.of(
                "Some content in the namespace has finalizers remaining: test.example/hold in 1"
                    + " resource instances"));
    assertThat(says(left, "NamespaceDeletionContentFailure", "False", "ContentDeleted")).isTrue();
    assertThat(items(apps + "/deployments")).isEmpty();
    changed(maps + "/held", "{\"metadata\":{\"finalizers\":null}}");
    await(home, ClusterConformance::isGone);
  }
}

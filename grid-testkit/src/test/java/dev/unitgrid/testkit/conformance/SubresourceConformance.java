/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
import org.junit.jupiter.api.Test;

/** The subresources of the kinds around grids. */
abstract class SubresourceConformance extends Conformance {
  @Test
  void status_is_taken_from_the_subresource_only_and_raises_no_generation() {
    createDemo();
    Reply ignored = api.merge(demo, "{\"status\":{\"replicas\":7}}");
    assertThat(ignored.body().get("status").has("replicas")).isFalse();
    Reply taken =
        api.merge(
            demo + "/status?fieldManager=watcher",
            "{\"spec\":{\"replicas\":9},\"status\":{\"replicas\":7}}");
    assertThat(taken.body().get("status", "replicas")).isEqualTo(Json.of(7));
    assertThat(taken.body().get("spec", "replicas")).isEqualTo(Json.of(2));
    assertThat(taken.generation()).isEqualTo(1);
    assertThat(taken.fields("watcher", "Update"))
        .isEqualTo(Json.parse("{\"f:status\":{\"f:replicas\":{}}}"));
  }

  @Test
  void the_scale_subresource_shows_and_sets_replicas() {
    createDemo();
    assertThat(api.get(demo + "/scale").body().get("spec", "replicas")).isEqualTo(Json.of(2));
    Reply scaled = api.merge(demo + "/scale", "{\"spec\":{\"replicas\":5}}");
    assertThat(scaled.status()).isEqualTo(200);
    assertThat(api.get(demo).body().get("spec", "replicas")).isEqualTo(Json.of(5));
  }
}

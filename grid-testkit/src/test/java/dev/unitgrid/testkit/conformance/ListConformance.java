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

/** Lists: their versions, their pages and what they refuse. */
abstract class ListConformance extends Conformance {
  @Test
  void lists_are_sorted_and_carry_a_version() {
    configMap("b", "{\"t\":\"1\"}");
    configMap("a", "{\"t\":\"1\"}");
    Reply list = api.get(configMaps + "?labelSelector=t");
    assertThat(names(list)).containsExactly("a", "b");
    assertThat(list.body().get("kind")).isEqualTo(Json.of("ConfigMapList"));
    assertThat(Long.parseLong(list.version())).isPositive();
    assertThat(list.body().get("items").items().get(0).has("kind")).isFalse();
  }

  @Test
  void pages_show_one_state_of_the_world() {
    for (String name : List.of("a", "b", "c", "d")) {
      configMap(name, "{\"t\":\"1\"}");
    }
    Reply first = api.get(configMaps + "?labelSelector=t&limit=2");
    assertThat(names(first)).containsExactly("a", "b");
    configMap("e", "{\"t\":\"1\"}");
    api.delete(configMaps + "/c", "{}");
    Reply second =
        api.get(
            configMaps
                + "?labelSelector=t&limit=2&continue="
                + first.body().get("metadata", "continue").asString(""));
    assertThat(names(second)).containsExactly("c", "d");
    assertThat(second.body().get("metadata", "continue").asString("")).isEmpty();
    assertThat(second.version()).isEqualTo(first.version());
  }

  @Test
  void a_version_from_the_future_is_504() {
    Reply refused = api.get(configMaps + "?resourceVersion=999999999");
    assertThat(refused.status()).isEqualTo(504);
    assertThat(refused.reason()).isEqualTo("Timeout");
    assertThat(refused.message()).contains("Too large resource version: 999999999");
  }
}

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

  private void fourMaps() {
    for (String name : List.of("a", "b", "c", "d")) {
      configMap(name, "{\"t\":\"1\"}");
    }
  }

  private static String token(Reply page) {
    return page.body().get("metadata", "continue").asString("");
  }

  @Test
  void a_page_says_how_many_items_remain() {
    fourMaps();
    Reply first = api.get(configMaps + "?limit=1");
    assertThat(first.body().get("metadata", "remainingItemCount")).isEqualTo(Json.of(3));
    Reply last = api.get(configMaps + "?limit=3&continue=" + token(first));
    assertThat(last.body().get("metadata").has("remainingItemCount")).isFalse();
    assertThat(last.body().get("metadata").has("continue")).isFalse();
  }

  @Test
  void a_selected_page_does_not_say_how_many_items_remain() {
    fourMaps();
    Reply first = api.get(configMaps + "?limit=1&labelSelector=t");
    assertThat(token(first)).isNotEmpty();
    assertThat(first.body().get("metadata").has("remainingItemCount")).isFalse();
  }

  @Test
  void a_page_of_a_forgotten_state_is_410_with_a_token_for_the_rest_of_now() {
    fourMaps();
    Reply first = api.get(configMaps + "?limit=1");
    api.delete(configMaps + "/b", "{}");
    server.compact();
    Reply refused = api.get(configMaps + "?limit=1&continue=" + token(first));
    assertRefused(
        refused,
        410,
        "Expired",
        "The provided continue parameter is too old to display a consistent list result. You can"
            + " start a new list without the continue parameter, or use the continue token in this"
            + " response to retrieve the remainder of the results. Continuing with the provided"
            + " token results in an inconsistent list - objects that were created, modified, or"
            + " deleted between the time the first chunk was returned and now may show up in the"
            + " list.");
    Reply second = api.get(configMaps + "?limit=1&continue=" + token(refused));
    assertThat(names(second)).containsExactly("c");
    Reply third = api.get(configMaps + "?limit=1&continue=" + token(second));
    assertThat(names(third)).containsExactly("d");
    assertThat(third.version()).isEqualTo(second.version());
  }

  @Test
  void an_exact_list_shows_the_state_of_its_version() {
    Reply created = configMap("a", "{}");
    api.merge(configMaps + "/a", "{\"data\":{\"k\":\"new\"}}");
    configMap("b", "{}");
    Reply exact =
        api.get(configMaps + "?resourceVersionMatch=Exact&resourceVersion=" + created.version());
    assertThat(names(exact)).containsExactly("a");
    assertThat(exact.version()).isEqualTo(created.version());
    assertThat(exact.body().get("items").items().get(0).has("data")).isFalse();
  }

  @Test
  void a_version_with_a_limit_is_exact() {
    Reply created = configMap("a", "{}");
    configMap("b", "{}");
    Reply page = api.get(configMaps + "?limit=5&resourceVersion=" + created.version());
    assertThat(names(page)).containsExactly("a");
    assertThat(page.version()).isEqualTo(created.version());
  }

  @Test
  void a_version_alone_is_a_lower_bound() {
    Reply created = configMap("a", "{}");
    configMap("b", "{}");
    assertThat(names(api.get(configMaps + "?resourceVersion=" + created.version())))
        .containsExactly("a", "b");
    Reply atLeast =
        api.get(
            configMaps
                + "?limit=5&resourceVersionMatch=NotOlderThan&resourceVersion="
                + created.version());
    assertThat(names(atLeast)).containsExactly("a", "b");
  }

  @Test
  void an_exact_list_of_a_forgotten_version_is_410() {
    Reply created = configMap("a", "{}");
    configMap("b", "{}");
    server.compact();
    assertRefused(
        api.get(configMaps + "?resourceVersionMatch=Exact&resourceVersion=" + created.version()),
        410,
        "Expired",
        "The resourceVersion for the provided list is too old.");
  }

  @Test
  void a_lower_bound_may_be_forgotten() {
    Reply created = configMap("a", "{}");
    configMap("b", "{}");
    server.compact();
    assertThat(names(api.get(configMaps + "?resourceVersion=" + created.version())))
        .containsExactly("a", "b");
  }

  @Test
  void a_match_without_a_version_is_422() {
    Reply refused = api.get(configMaps + "?resourceVersionMatch=Exact");
    assertRefused(
        refused,
        422,
        "Invalid",
        "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden:"
            + " resourceVersionMatch is forbidden unless resourceVersion is provided");
    assertThat(refused.body().get("details"))
        .isEqualTo(
            Json.parse(
                "{\"group\":\"meta.k8s.io\",\"kind\":\"ListOptions\",\"causes\":[{\"reason\":"
                    + "\"FieldValueForbidden\",\"message\":\"Forbidden: resourceVersionMatch is"
                    + " forbidden unless resourceVersion is provided\",\"field\":"
                    + "\"resourceVersionMatch\"}]}"));
  }

  @Test
  void a_match_beside_a_continue_token_is_422() {
    fourMaps();
    Reply first = api.get(configMaps + "?limit=1");
    assertRefused(
        api.get(configMaps + "?resourceVersionMatch=Exact&limit=1&continue=" + token(first)),
        422,
        "Invalid",
        "ListOptions.meta.k8s.io \"\" is invalid: [resourceVersionMatch: Forbidden:"
            + " resourceVersionMatch is forbidden unless resourceVersion is provided,"
            + " resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is"
            + " provided]");
  }

  @Test
  void an_unknown_match_is_422() {
    assertRefused(
        api.get(configMaps + "?resourceVersionMatch=Newest&resourceVersion=5"),
        422,
        "Invalid",
        "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Unsupported value:"
            + " \"Newest\": supported values: \"Exact\", \"NotOlderThan\", \"\"");
  }

  @Test
  void version_zero_is_never_exact() {
    assertRefused(
        api.get(configMaps + "?resourceVersionMatch=Exact&resourceVersion=0"),
        422,
        "Invalid",
        "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden:"
            + " resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
  }

  @Test
  void version_zero_has_no_pages() {
    fourMaps();
    assertThat(names(api.get(configMaps + "?resourceVersion=0&limit=2"))).hasSize(4);
  }

  @Test
  void a_version_beside_a_continue_token_is_400() {
    fourMaps();
    Reply first = api.get(configMaps + "?limit=1");
    assertRefused(
        api.get(
            configMaps
                + "?limit=1&resourceVersion="
                + first.version()
                + "&continue="
                + token(first)),
        400,
        "BadRequest",
        "specifying resource version is not allowed when using continue");
  }

  @Test
  void a_malformed_continue_token_is_400() {
    Reply refused = api.get(configMaps + "?limit=2&continue=nonsense!");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.reason()).isEqualTo("BadRequest");
    assertThat(refused.message()).startsWith("invalid continue token: continue key is not valid: ");
  }

  @Test
  void a_version_that_is_no_number_is_400() {
    assertRefused(
        api.get(configMaps + "?resourceVersion=abc"),
        400,
        "BadRequest",
        "invalid resource version: resourceVersion: Invalid value: \"abc\": strconv.ParseUint:"
            + " parsing \"abc\": invalid syntax");
  }

  @Test
  void a_limit_that_is_no_number_is_400_and_a_negative_one_is_none() {
    assertRefused(
        api.get(configMaps + "?limit=many"),
        400,
        "BadRequest",
        "strconv.ParseInt: parsing \"many\": invalid syntax");
    fourMaps();
    assertThat(names(api.get(configMaps + "?limit=-1"))).hasSize(4);
  }

  @Test
  void a_list_sends_no_initial_events() {
    assertRefused(
        api.get(configMaps + "?sendInitialEvents=true"),
        422,
        "Invalid",
        "ListOptions.meta.k8s.io \"\" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is"
            + " forbidden for list");
  }

  @Test
  void a_list_of_all_namespaces_is_sorted_by_namespace_and_name() {
    String mark = "only-in-" + namespace;
    configMap("z", "{\"" + mark + "\":\"\"}");
    configMap("b", "{\"" + mark + "\":\"\"}");
    String other = "/api/v1/namespaces/default/configmaps";
    String name = "y-" + namespace;
    assertThat(
            api.post(
                    other,
                    "{\"metadata\":{\"name\":\"" + name + "\",\"labels\":{\"" + mark + "\":\"\"}}}")
                .status())
        .isEqualTo(201);
    Reply list = api.get("/api/v1/configmaps?labelSelector=" + mark);
    assertThat(names(list)).containsExactly(name, "b", "z");
    Reply page = api.get("/api/v1/configmaps?limit=2&labelSelector=" + mark);
    Reply rest =
        api.get("/api/v1/configmaps?limit=2&labelSelector=" + mark + "&continue=" + token(page));
    assertThat(names(page)).containsExactly(name, "b");
    assertThat(names(rest)).containsExactly("z");
  }

  @Test
  void a_namespace_that_is_not_there_has_an_empty_list() {
    Reply list = api.get("/api/v1/namespaces/nowhere/configmaps");
    assertThat(list.status()).isEqualTo(200);
    assertThat(list.body().get("items").items()).isEmpty();
  }

  @Test
  void a_version_from_the_future_is_504() {
    Reply refused = api.get(configMaps + "?resourceVersion=999999999");
    assertThat(refused.status()).isEqualTo(504);
    assertThat(refused.reason()).isEqualTo("Timeout");
    assertThat(refused.message())
        .matches("Timeout: Too large resource version: 999999999, current: \\d+");
    assertThat(refused.body().get("details", "causes").items().get(0).get("reason"))
        .isEqualTo(Json.of("ResourceVersionTooLarge"));
    assertThat(refused.body().get("details", "retryAfterSeconds")).isEqualTo(Json.of(1));
  }
}

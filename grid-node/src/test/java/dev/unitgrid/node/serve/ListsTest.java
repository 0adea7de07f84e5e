/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.topology.ServedVersions;
import dev.unitgrid.node.Rule;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.testkit.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lists, their pages, and which versions they can be asked for. */
class ListsTest {
  private final Simulation simulation = Simulation.of(1);
  private final ServedKind slices =
      ServedObjects.kind(
          ServedResource.ENDPOINT_SLICES, simulation.scheduler(), ServeLimits.USUAL, Metrics.NOOP);

  @BeforeEach
  void begin() {
    slices.begin(
        new ServedVersions(100, 110),
        List.of(
            ServedObjects.slice("a", 101, Map.of("t", "1")),
            ServedObjects.slice("b", 102, Map.of("t", "22")),
            ServedObjects.slice("c", 103, Map.of("t", "word")),
            ServedObjects.slice("d", 104, Map.of())));
  }

  private static String token(Json page) {
    return page.get("metadata", "continue").asString("");
  }

  private List<String> with(String selector) {
    return WatchReader.names(WatchReader.list(slices, "labelSelector=" + selector));
  }

  @Test
  void pages_show_one_state_whatever_changes_meanwhile() {
    Json first = WatchReader.list(slices, "limit=2");
    assertThat(WatchReader.names(first)).containsExactly("a", "b");
    assertThat(first.get("metadata", "remainingItemCount")).isEqualTo(Json.of(2));
    slices.apply(
        List.of(
            new ServedChange.Gone(new ObjectKey("default", "c"), 111),
            new ServedChange.Put(ServedObjects.slice("e", 112, Map.of()))));
    Json second = WatchReader.list(slices, "limit=2", "continue=" + token(first));
    assertThat(WatchReader.names(second)).containsExactly("c", "d");
    assertThat(second.get("metadata").toString()).isEqualTo("{\"resourceVersion\":\"110\"}");
  }

  @Test
  void a_selected_page_does_not_say_how_many_remain_and_the_last_one_has_no_token() {
    Json first = WatchReader.list(slices, "limit=2", "labelSelector=t");
    assertThat(WatchReader.names(first)).containsExactly("a", "b");
    assertThat(first.get("metadata").has("remainingItemCount")).isFalse();
    Json last = WatchReader.list(slices, "limit=1", "labelSelector=t", "continue=" + token(first));
    assertThat(WatchReader.names(last)).containsExactly("c");
    assertThat(token(last)).isEmpty();
  }

  @Test
  void a_page_of_a_state_that_is_not_kept_any_more_is_410_with_a_token_for_now() {
    Json first = WatchReader.list(slices, "limit=1");
    slices.apply(List.of(new ServedChange.Gone(new ObjectKey("default", "b"), 111)));
    simulation.run(Duration.ofMinutes(6));
    Refusal expired = WatchReader.refused(slices, false, "limit=1", "continue=" + token(first));
    assertThat(expired.code()).isEqualTo(410);
    assertThat(expired.reason()).isEqualTo("Expired");
    Json rest = WatchReader.list(slices, "continue=" + expired.continueToken());
    assertThat(WatchReader.names(rest)).containsExactly("c", "d");
  }

  @Test
  void a_token_of_nobody_is_400() {
    assertThat(WatchReader.refused(slices, false, "continue=abc").code()).isEqualTo(400);
    assertThat(WatchReader.refused(slices, false, "continue=abc").message())
        .isEqualTo("invalid continue token: continue key is not valid: it holds no JSON");
    assertThat(WatchReader.refused(slices, false, "continue=!!!").code()).isEqualTo(400);
    assertThat(WatchReader.refused(slices, false, "continue=e30").code()).isEqualTo(400);
  }

  @Test
  void version_zero_is_answered_whole() {
    assertThat(WatchReader.names(WatchReader.list(slices, "resourceVersion=0", "limit=2")))
        .hasSize(4);
  }

  @Test
  @Rule(30)
  void a_version_alone_is_a_lower_bound_and_one_from_the_future_is_504() {
    assertThat(WatchReader.names(WatchReader.list(slices, "resourceVersion=5"))).hasSize(4);
    Refusal tooLarge = WatchReader.refused(slices, false, "resourceVersion=111");
    assertThat(tooLarge.code()).isEqualTo(504);
    assertThat(tooLarge.message())
        .isEqualTo("Timeout: Too large resource version: 111, current: 110");
  }

  @Test
  void an_exact_version_is_answered_while_nothing_has_changed_since() {
    slices.advance(120);
    Json exact = WatchReader.list(slices, "resourceVersion=115", "resourceVersionMatch=Exact");
    assertThat(exact.get("metadata", "resourceVersion")).isEqualTo(Json.of("115"));
    slices.apply(List.of(new ServedChange.Put(ServedObjects.slice("e", 121, Map.of()))));
    assertThat(
            WatchReader.refused(slices, false, "resourceVersion=115", "resourceVersionMatch=Exact")
                .code())
        .isEqualTo(410);
    assertThat(WatchReader.refused(slices, false, "resourceVersion=115", "limit=5").code())
        .isEqualTo(410);
  }

  @Test
  void options_that_make_no_sense_are_refused_in_the_words_of_the_api_server() {
    assertThat(WatchReader.refused(slices, false, "resourceVersionMatch=Exact").message())
        .isEqualTo(
            "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden:"
                + " resourceVersionMatch is forbidden unless resourceVersion is provided");
    assertThat(WatchReader.refused(slices, false, "resourceVersion=abc").message())
        .isEqualTo(
            "invalid resource version: resourceVersion: Invalid value: \"abc\":"
                + " strconv.ParseUint: parsing \"abc\": invalid syntax");
    assertThat(WatchReader.refused(slices, false, "limit=many").code()).isEqualTo(400);
  }

  @Test
  void labels_are_selected_in_the_whole_grammar() {
    assertThat(with("t=1")).containsExactly("a");
    assertThat(with(" t == 1 ")).containsExactly("a");
    assertThat(with("t!=1")).containsExactly("b", "c", "d");
    assertThat(with("t in (1, word)")).containsExactly("a", "c");
    assertThat(with("t notin (1,word)")).containsExactly("b", "d");
    assertThat(with("!t")).containsExactly("d");
    assertThat(with("t,t!=1")).containsExactly("b", "c");
    assertThat(with("t>1")).containsExactly("b");
    assertThat(with("t<22")).containsExactly("a");
    assertThat(with("")).hasSize(4);
  }

  @Test
  void a_selector_outside_of_the_grammar_is_400_and_never_all() {
    Map<String, String> sentences =
        Map.of(
            "a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
            "x>=1", "unable to parse requirement: found '=', expected: identifier",
            "a in b", "unable to parse requirement: found 'b' expected: '('",
            "a in (b c)", "unable to parse requirement: found 'c', expected: ',' or ')'",
            "a=b,", "found '', expected: identifier after ','",
            "a=b,,c", "found ',', expected: identifier after ','",
            "a=1 b=2", "found 'b', expected: ',' or 'end of string'",
            ",", "found ',', expected: !, identifier, or 'end of string'",
            "!!x", "unable to parse requirement: found '!', expected: identifier");
    sentences.forEach(
        (selector, sentence) ->
            assertThat(WatchReader.refused(slices, false, "labelSelector=" + selector).message())
                .as(selector)
                .isEqualTo(sentence));
    for (String selector : List.of("-a=b", "a/b/c", "a=-b", "x>abc", "a in (b", "()")) {
      assertThat(WatchReader.refused(slices, false, "labelSelector=" + selector).code())
          .as(selector)
          .isEqualTo(400);
    }
  }

  @Test
  void fields_are_selected_by_name_and_namespace_and_no_other() {
    assertThat(WatchReader.names(WatchReader.list(slices, "fieldSelector=metadata.name=b,")))
        .containsExactly("b");
    assertThat(
            WatchReader.names(
                WatchReader.list(slices, "fieldSelector=metadata.namespace!=default")))
        .isEmpty();
    assertThat(WatchReader.refused(slices, false, "fieldSelector=addressType=IPv4").message())
        .isEqualTo(
            "\"addressType\" is not a known field selector: only \"metadata.name\","
                + " \"metadata.namespace\"");
    assertThat(WatchReader.refused(slices, false, "fieldSelector=metadata.name").message())
        .isEqualTo("invalid selector: 'metadata.name'; can't understand 'metadata.name'");
  }
}

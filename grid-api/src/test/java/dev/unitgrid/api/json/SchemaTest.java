/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaTest {
  static Stream<LiveObject> live() {
    return LiveObject.all();
  }

  @ParameterizedTest
  @MethodSource("live")
  @Rule(16)
  void what_a_server_made_of_a_post_covers_what_was_posted(LiveObject object) {
    assertThat(object.schema().differences(object.live(), object.rendered())).isEmpty();
    assertThat(object.schema().covers(object.live(), object.rendered())).isTrue();
  }

  @ParameterizedTest
  @MethodSource("live")
  @Rule(14)
  void the_paths_are_those_that_the_server_records_for_an_apply(LiveObject object) {
    assertThat(object.schema().fields(object.rendered())).isEqualTo(object.applied());
  }

  @ParameterizedTest
  @MethodSource("live")
  @Rule(16)
  void every_changed_leaf_of_the_live_object_is_a_difference(LiveObject object) {
    List<String> missed = new ArrayList<>();
    for (Mutation mutation : Mutation.ofLeaves(object)) {
      if (object.schema().covers(mutation.changed(), object.rendered())) {
        missed.add(mutation.path());
      }
    }
    assertThat(missed).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("live")
  @Rule(16)
  void what_others_add_is_no_difference(LiveObject object) {
    Json live = object.live();
    Json more =
        live.withAt(
                List.of("metadata", "annotations", "deployment.kubernetes.io/revision"),
                Json.of("1"))
            .withAt(List.of("metadata", "labels", "team"), Json.of("edge"))
            .withAt(List.of("status"), Json.object("replicas", 2))
            .withAt(
                List.of(
                    "spec",
                    "template",
                    "metadata",
                    "annotations",
                    "kubectl.kubernetes.io/restartedAt"),
                Json.of("2026-11-01T00:00:00Z"));
    assertThat(object.schema().differences(more, object.rendered())).isEmpty();
  }

  @Nested
  class Differences {
    private final Json rendered =
        Json.parse(
            "{\"spec\":{\"replicas\":2,\"template\":{\"spec\":{\"containers\":[{\"name\":\"echo\","
                + "\"image\":\"b\",\"ports\":[{\"containerPort\":80}]}],"
                + "\"tolerations\":[{\"key\":\"a\",\"operator\":\"Exists\"}]}}}}");

    private Json live(String containers, String tolerations) {
      return Json.parse(
          "{\"spec\":{\"replicas\":2,\"template\":{\"spec\":{\"containers\":"
              + containers
              + ",\"tolerations\":"
              + tolerations
              + "}}}}");
    }

    private static final String ECHO =
        "{\"name\":\"echo\",\"image\":\"b\",\"ports\":[{\"containerPort\":80,\"protocol\":\"TCP\"}]}";
    private static final String TOLERATIONS = "[{\"key\":\"a\",\"operator\":\"Exists\"}]";

    @Test
    @Rule(16)
    void a_difference_names_the_path_and_both_values() {
      Json live = live("[" + ECHO.replace("\"b\"", "\"a\"") + "]", TOLERATIONS);
      assertThat(Schema.deployment().differences(live, rendered))
          .containsExactly("spec.template.spec.containers[name=echo].image: \"a\" -> \"b\"");
    }

    @Test
    @Rule(16)
    void an_injected_sidecar_is_no_difference_wherever_it_stands() {
      assertThat(
              Schema.deployment()
                  .covers(live("[{\"name\":\"proxy\"}," + ECHO + "]", TOLERATIONS), rendered))
          .isTrue();
    }

    @Test
    @Rule(16)
    void an_absent_container_is_one_difference() {
      assertThat(Schema.deployment().differences(live("[]", TOLERATIONS), rendered))
          .singleElement()
          .asString()
          .startsWith("spec.template.spec.containers[name=echo]: (absent) -> {");
    }

    @Test
    @Rule(16)
    void an_absent_port_is_named_by_both_keys() {
      String bare =
          "{\"name\":\"echo\",\"image\":\"b\",\"ports\":[{\"containerPort\":80,\"protocol\":\"UDP\"}]}";
      assertThat(Schema.deployment().differences(live("[" + bare + "]", TOLERATIONS), rendered))
          .containsExactly(
              "spec.template.spec.containers[name=echo].ports[containerPort=80,protocol=TCP]: (absent) ->"
                  + " {\"containerPort\":80}");
    }

    @Test
    @Rule(16)
    void an_atomic_list_with_one_item_more_differs_whole() {
      String more =
          "[{\"key\":\"a\",\"operator\":\"Exists\"},{\"key\":\"b\",\"operator\":\"Exists\"}]";
      assertThat(Schema.deployment().differences(live("[" + ECHO + "]", more), rendered))
          .singleElement()
          .asString()
          .startsWith("spec.template.spec.tolerations: [");
    }

    @Test
    @Rule(16)
    void another_order_of_our_items_is_a_difference_that_an_apply_restores() {
      Json two =
          Json.parse(
              "{\"spec\":{\"template\":{\"spec\":{\"initContainers\":[{\"name\":\"a\"},{\"name\":\"b\"}]}}}}");
      Json swapped =
          Json.parse(
              "{\"spec\":{\"template\":{\"spec\":{\"initContainers\":[{\"name\":\"b\"},{\"name\":\"x\"},{\"name\":\"a\"}]}}}}");
      assertThat(Schema.deployment().differences(swapped, two))
          .containsExactly(
              "spec.template.spec.initContainers: [{\"name\":\"b\"},{\"name\":\"a\"}] ->"
                  + " [{\"name\":\"a\"},{\"name\":\"b\"}]");
    }

    @Test
    @Rule(16)
    void zero_replicas_are_no_absent_replicas_when_live_has_some() {
      Json none = Json.object("spec", Json.object("replicas", 0));
      assertThat(
              Schema.deployment()
                  .differences(Json.object("spec", Json.object("replicas", 3)), none))
          .containsExactly("spec.replicas: 3 -> 0");
      assertThat(Schema.deployment().covers(Json.emptyObject(), none)).isTrue();
    }

    @Test
    @Rule(16)
    void a_node_selector_is_compared_whole() {
      Json rendered = nodeSelector(Json.object("location", "beijing"));
      Json more = nodeSelector(Json.object("location", "beijing", "disk", "ssd"));
      assertThat(Schema.deployment().covers(more, rendered)).isFalse();
      assertThat(Schema.deployment().covers(rendered, rendered)).isTrue();
    }

    @Test
    void long_values_are_cut() {
      Json rendered =
          Json.object("metadata", Json.object("annotations", Json.object("a", "x".repeat(900))));
      assertThat(Schema.service().differences(Json.emptyObject(), rendered).get(0))
          .hasSizeLessThan(300)
          .endsWith("...");
    }

    @Test
    @Rule(16)
    void duplicates_meet_duplicates_in_their_order() {
      Json rendered = env("[{\"name\":\"A\",\"value\":\"1\"},{\"name\":\"A\",\"value\":\"2\"}]");
      assertThat(Schema.deployment().covers(rendered, rendered)).isTrue();
      assertThat(
              Schema.deployment()
                  .covers(
                      env("[{\"name\":\"A\",\"value\":\"2\"},{\"name\":\"A\",\"value\":\"1\"}]"),
                      rendered))
          .isFalse();
      assertThat(Schema.deployment().covers(env("[{\"name\":\"A\",\"value\":\"1\"}]"), rendered))
          .isFalse();
    }

    @Test
    @Rule(16)
    void the_fields_that_differ_say_whom_to_ask() {
      Json live = live("[" + ECHO.replace("\"b\"", "\"a\"") + "]", "[]");
      assertThat(Schema.deployment().differingFields(live, rendered).canonical())
          .isEqualTo(
              "{\"f:spec\":{\"f:template\":{\"f:spec\":{\"f:containers\":{\"k:{\\\"name\\\":\\\"echo\\\"}\":"
                  + "{\"f:image\":{}}},\"f:tolerations\":{}}}}}");
    }

    private Json nodeSelector(Json selector) {
      return Json.emptyObject()
          .withAt(List.of("spec", "template", "spec", "nodeSelector"), selector);
    }

    private Json env(String env) {
      return Json.parse(
          "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"echo\",\"env\":"
              + env
              + "}]}}}}");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "500m, 0.5, true",
    "1Gi, 1024Mi, true",
    "1000m, 1, true",
    "1e3, 1k, true",
    "1.5Gi, 1536Mi, true",
    "0, 0m, true",
    "1E, 1000P, true",
    "1n, 0.1n, true",
    "1G, 1Gi, false",
    "1, 1.001, false",
    "x, 1, false",
    "-1, 1, false"
  })
  @Rule(16)
  void quantities_are_compared_by_value(String live, String rendered, boolean equal) {
    assertThat(Schema.deployment().covers(limit(live), limit(rendered))).isEqualTo(equal);
    assertThat(Schema.deployment().covers(limit(rendered), limit(live))).isEqualTo(equal);
  }

  @Test
  @Rule(16)
  void a_quantity_that_is_a_number_is_the_string() {
    assertThat(Schema.deployment().covers(limit("1"), limit(1))).isTrue();
  }

  @Test
  @Rule(16)
  void a_port_is_the_string_of_its_number_where_the_schema_says_so() {
    Json live =
        Json.parse(
            "{\"spec\":{\"ports\":[{\"port\":80,\"protocol\":\"TCP\",\"targetPort\":8080}]}}");
    Json text = Json.parse("{\"spec\":{\"ports\":[{\"port\":80,\"targetPort\":\"8080\"}]}}");
    assertThat(Schema.service().covers(live, text)).isTrue();
    Json port = Json.parse("{\"spec\":{\"ports\":[{\"port\":\"80\",\"targetPort\":\"8080\"}]}}");
    assertThat(Schema.service().covers(live, port)).isFalse();
  }

  @Test
  void nulls_of_known_fields_go_and_nulls_under_the_users_names_stay() {
    Json object =
        Json.parse(
            """
            {"spec":{"paused":null,"strategy":{},"template":{
              "metadata":{"creationTimestamp":null,"labels":{"a":null,"b":""}},
              "spec":{"hostname":null,"nodeSelector":{"c":null},"volumes":[],
                "containers":[{"name":"x","image":null,"args":[null],"env":[{"value":null}],
                  "resources":{"limits":{"cpu":null},"requests":null}}]}}}}
            """);
    assertThat(Schema.deployment().withoutNulls(object))
        .isEqualTo(
            Json.parse(
                """
                {"spec":{"strategy":{},"template":{
                  "metadata":{"labels":{"a":null,"b":""}},
                  "spec":{"nodeSelector":{"c":null},"volumes":[],
                    "containers":[{"name":"x","args":[null],"env":[{}],
                      "resources":{"limits":{"cpu":null}}}]}}}}
                """));
  }

  @Test
  @Rule(14)
  void the_digest_of_paths_sees_paths_and_no_values() {
    Json one =
        Json.parse(
            "{\"kind\":\"Service\",\"spec\":{\"ports\":[{\"port\":80}],\"type\":\"ClusterIP\"}}");
    Json other = Json.parse("{\"spec\":{\"type\":\"NodePort\",\"ports\":[{\"port\":80}]}}");
    Json more = Json.parse("{\"spec\":{\"type\":\"NodePort\",\"ports\":[{\"port\":81}]}}");
    assertThat(Schema.service().pathsDigest(one)).isEqualTo(Schema.service().pathsDigest(other));
    assertThat(Schema.service().pathsDigest(one)).isNotEqualTo(Schema.service().pathsDigest(more));
    assertThat(Schema.service().paths(one))
        .containsExactly(
            "spec.ports[{\"port\":80,\"protocol\":\"TCP\"}]",
            "spec.ports[{\"port\":80,\"protocol\":\"TCP\"}].port",
            "spec.type");
  }

  private static Json limit(Object cpu) {
    return Json.parse("{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"echo\"}]}}}}")
        .withAt(
            List.of("spec", "template", "spec", "containers"),
            Json.array(
                Json.object(
                    "name", "echo", "resources", Json.object("limits", Json.object("cpu", cpu)))));
  }
}

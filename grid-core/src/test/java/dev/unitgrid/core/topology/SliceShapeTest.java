/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class SliceShapeTest {
  private static final Endpoint BJ1 = Endpoint.on("bj-1", "10.0.0.1");
  private static final Endpoint GZ1 = Endpoint.on("gz-1", "10.0.0.4");
  private static final Json SLICE = Slices.slice(BJ1, GZ1);
  private static final Shown FIRST = first();

  @Test
  void it_says_whose_endpoints_are_where() {
    SliceShape shape =
        Slices.shape(
            Slices.slice(
                "IPv6",
                List.of("http", "metrics"),
                BJ1,
                GZ1.unready(),
                Endpoint.nowhere("10.0.0.6"),
                Endpoint.on("", "10.0.0.7")));
    assertThat(shape.service()).isEqualTo(Slices.DEMO).hasToString("default/servicegrid-demo-svc");
    assertThat(shape.addressType()).isEqualTo("IPv6");
    assertThat(shape.ports()).containsExactly("http", "metrics");
    assertThat(shape.size()).isEqualTo(4);
    assertThat(shape.node(0)).contains("bj-1");
    assertThat(shape.node(1)).contains("gz-1");
    assertThat(shape.node(2)).isEmpty();
    assertThat(shape.node(3)).isEmpty();
    assertThat(shape.ready(0)).isTrue();
    assertThat(shape.ready(1)).isFalse();
  }

  @Test
  void an_endpoint_that_says_nothing_of_its_readiness_is_ready() {
    for (String conditions : List.of("{}", "{\"ready\":null}", "{\"ready\":true}", "null")) {
      Json endpoint = BJ1.json().with("conditions", Json.parse(conditions));
      assertThat(Slices.shape(SLICE.with("endpoints", Json.array(endpoint))).ready(0))
          .as(conditions)
          .isTrue();
    }
    Json serving = BJ1.json().with("conditions", Json.parse("{\"serving\":false}"));
    assertThat(Slices.shape(SLICE.with("endpoints", Json.array(serving))).ready(0)).isTrue();
  }

  @Test
  void a_slice_that_names_no_service_a_port_without_a_name_and_no_endpoints_at_all_are_read() {
    SliceShape shape =
        Slices.shape(
            SLICE
                .with("metadata", Json.object("namespace", "default"))
                .with("ports", Json.parse("[{\"port\":80},{\"name\":null},7]"))
                .with("endpoints", Json.ofNull()));
    assertThat(shape.service()).isEqualTo(new ServiceName("default", ""));
    assertThat(shape.ports()).containsExactly("", "");
    assertThat(shape.size()).isZero();
    assertThat(SliceShape.read("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8)).ports())
        .isEmpty();
  }

  @Test
  void an_endpoint_that_is_none_is_not_ready_and_has_no_node() {
    SliceShape shape = Slices.shape(SLICE.with("endpoints", Json.parse("[7, {\"nodeName\":7}]")));
    assertThat(shape.ready(0)).isFalse();
    assertThat(shape.node(0)).isEmpty();
    assertThat(shape.node(1)).isEmpty();
    assertThat(shape.ready(1)).isTrue();
  }

  @Test
  void what_a_node_is_not_shown_does_not_make_a_version_look_different() {
    same(FIRST, SLICE.with("endpoints", Json.array(BJ1.json(), GZ1.unready().json())));
    same(FIRST, SLICE.with("endpoints", Json.array(BJ1.json())));
    same(FIRST, withMetadata("generation", Json.of(4)));
    same(FIRST, withMetadata("resourceVersion", Json.of("900")));
    same(FIRST, withMetadata("managedFields", Json.emptyArray()));
    same(FIRST, withLastChange());
    same(FIRST, withMetadata("annotations", Json.object(SliceRenderer.LAST_APPLIED, "{}")));
    same(FIRST, hinted());
    same(FIRST, SLICE.with("kind", Json.of("EndpointSlice")));
    same(FIRST, SLICE.with("apiVersion", Json.of("discovery.k8s.io/v1")));
  }

  @Test
  void everything_that_a_node_is_shown_does() {
    differs(FIRST, SLICE.with("endpoints", Json.array(BJ1.unready().json(), GZ1.json())));
    differs(FIRST, SLICE.with("endpoints", Json.array(GZ1.json(), BJ1.json())));
    differs(FIRST, SLICE.with("ports", Json.array(Slices.port("https"))));
    differs(FIRST, SLICE.with("addressType", Json.of("IPv6")));
    differs(FIRST, SLICE.with("tomorrow", Json.of(1)));
    differs(FIRST, withMetadata("namespace", Json.of("other")));
    differs(FIRST, withMetadata("labels", Json.object("a", "b")));
    differs(
        FIRST, withMetadata("labels", Json.object("kubernetes.io/service-name", "another-svc")));
    differs(FIRST, withMetadata("annotations", Json.object("a", "b")));
    differs(FIRST, withMetadata("ownerReferences", Json.emptyArray()));
    differs(
        FIRST,
        SLICE.with(
            "endpoints", Json.array(BJ1.json().with("nodeName", Json.of("bj-2")), GZ1.json())));
    differs(
        FIRST,
        SLICE.with("endpoints", Json.array(BJ1.json().with("hostname", Json.of("h")), GZ1.json())));
  }

  @Test
  void hints_make_no_difference_wherever_they_stand_in_an_endpoint() {
    String plain = "{\"addresses\":[\"1.1.1.1\"],\"nodeName\":\"bj-1\",\"zone\":\"z\"}";
    String hints = "\"hints\":{\"forZones\":[]}";
    for (String hinted :
        List.of(
            plain.replace("{\"a", "{" + hints + ",\"a"),
            plain.replace(",\"n", "," + hints + ",\"n"),
            plain.replace("z\"}", "z\"," + hints + "}"),
            plain.replace(",\"n", "," + hints + ",\"n").replace(",\"z", "," + hints + ",\"z"))) {
      assertThat(printOfOne(hinted)).as(hinted).isEqualTo(printOfOne(plain));
    }
    assertThat(printOfOne("{" + hints + "}")).isEqualTo(printOfOne("{}"));
    assertThat(printOfOne(plain.replace("\"z\"", "\"y\""))).isNotEqualTo(printOfOne(plain));
  }

  private static long printOfOne(String endpoint) {
    String slice = "{\"metadata\":{\"name\":\"a\"},\"endpoints\":[" + endpoint + "]}";
    return SliceShape.read(slice.getBytes(UTF_8)).fingerprints().of(FIRST);
  }

  @Test
  void an_unfiltered_slice_is_compared_whole() {
    differs(Shown.unchanged(), withMetadata("generation", Json.of(4)));
    differs(Shown.unchanged(), withLastChange());
    differs(Shown.unchanged(), hinted());
    differs(
        Shown.unchanged(), SLICE.with("endpoints", Json.array(BJ1.json(), GZ1.unready().json())));
    same(Shown.unchanged(), withMetadata("resourceVersion", Json.of("900")));
    same(Shown.unchanged(), withMetadata("managedFields", Json.emptyArray()));
  }

  @Test
  void filtered_and_not_filtered_look_different_even_with_nothing_to_keep() {
    SliceShape.Fingerprints empty =
        SliceShape.read("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8)).fingerprints();
    assertThat(empty.of(Shown.nothing())).isNotEqualTo(empty.of(Shown.unchanged()));
  }

  @Test
  void what_is_shown_is_a_value() {
    BitSet far = new BitSet();
    far.set(70);
    assertThat(Shown.only(far)).isEqualTo(Shown.only((BitSet) far.clone())).hasToString("{70}");
    assertThat(Shown.only(far).hashCode()).isEqualTo(Shown.only((BitSet) far.clone()).hashCode());
    assertThat(Shown.only(far)).isNotEqualTo(FIRST).isNotEqualTo(Shown.nothing());
    assertThat(Shown.nothing()).isNotEqualTo(Shown.unchanged()).isEqualTo(Shown.only(new BitSet()));
    assertThat(Shown.nothing().hashCode()).isNotEqualTo(Shown.unchanged().hashCode());
    assertThat(Shown.only(far).keeps(70)).isTrue();
    assertThat(Shown.only(far).keeps(6)).isFalse();
    assertThat(FIRST.keeps(64)).isFalse();
    assertThat(FIRST.filtered()).isTrue();
    assertThat(Shown.unchanged().keeps(1000)).isTrue();
    assertThat(Shown.unchanged().filtered()).isFalse();
    assertThat(Shown.unchanged()).hasToString("unchanged");
  }

  private static void same(Shown shown, Json other) {
    assertThat(print(other, shown)).as(other.toString()).isEqualTo(print(SLICE, shown));
  }

  private static void differs(Shown shown, Json other) {
    assertThat(print(other, shown)).as(other.toString()).isNotEqualTo(print(SLICE, shown));
  }

  private static long print(Json slice, Shown shown) {
    return Slices.shape(slice).fingerprints().of(shown);
  }

  private static Json withMetadata(String name, Json value) {
    return SLICE.withAt(List.of("metadata", name), value);
  }

  private static Json withLastChange() {
    return SLICE.withAt(
        List.of("metadata", "annotations", "endpoints.kubernetes.io/last-change-trigger-time"),
        Json.of("2026-11-02T00:00:00Z"));
  }

  private static Json hinted() {
    Json hints = Json.parse("{\"forZones\":[{\"name\":\"a\"}]}");
    return SLICE.with("endpoints", Json.array(BJ1.json().with("hints", hints), GZ1.json()));
  }

  private static Shown first() {
    BitSet first = new BitSet();
    first.set(0);
    return Shown.only(first);
  }
}

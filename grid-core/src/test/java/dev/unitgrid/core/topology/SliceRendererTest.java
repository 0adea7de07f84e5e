/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.JsonSyntaxException;
import dev.unitgrid.core.Rule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

@Rule(28)
class SliceRendererTest {
  private static final Endpoint BJ1 = Endpoint.on("bj-1", "10.0.0.1");
  private static final Endpoint GZ1 = Endpoint.on("gz-1", "10.0.0.4");

  @Test
  void dropped_endpoints_are_gone_and_the_kept_ones_stay_as_they_are() {
    Json slice = Slices.slice(GZ1, BJ1, GZ1);
    Json seen = render(slice, places(1));
    assertThat(seen.get("endpoints")).isEqualTo(Json.array(BJ1.json()));
    assertThat(seen.get("ports")).isEqualTo(slice.get("ports"));
    assertThat(seen.get("addressType")).isEqualTo(Json.of("IPv4"));
  }

  @Test
  void zones_and_conditions_stay_and_hints_go() {
    Json hinted =
        BJ1.unready()
            .json()
            .with("hints", Json.parse("{\"forZones\":[{\"name\":\"zone-of-gz-1\"}]}"));
    Json slice = Slices.slice().with("endpoints", Json.array(hinted, hinted));
    assertThat(render(slice, places(0, 1)).get("endpoints"))
        .isEqualTo(Json.array(BJ1.unready().json(), BJ1.unready().json()));
  }

  @Test
  void what_kubectl_applied_is_not_shown_for_it_holds_all_endpoints() {
    Json annotations = Json.object(SliceRenderer.LAST_APPLIED, "10.0.0.4", "other", "stays");
    Json slice =
        Slices.slice(BJ1, GZ1)
            .with("metadata", Json.object("name", "a", "annotations", annotations));
    assertThat(render(slice, places(0)).get("metadata", "annotations"))
        .isEqualTo(Json.object("other", "stays"));
    assertThat(render(slice, Shown.unchanged()).get("metadata", "annotations"))
        .isEqualTo(annotations);
  }

  @Test
  void a_slice_that_is_not_filtered_keeps_its_hints() {
    Json hinted = BJ1.json().with("hints", Json.parse("{\"forZones\":[{\"name\":\"a\"}]}"));
    Json slice = Slices.slice().with("endpoints", Json.array(hinted));
    assertThat(render(slice, Shown.unchanged()).get("endpoints")).isEqualTo(Json.array(hinted));
  }

  @Test
  void a_slice_of_which_nothing_is_kept_stays_with_no_endpoints() {
    assertThat(render(Slices.slice(GZ1), Shown.nothing()).get("endpoints"))
        .isEqualTo(Json.emptyArray());
  }

  @Test
  void it_is_served_with_its_type_our_version_and_without_managed_fields() {
    Json slice = Slices.slice(BJ1);
    assertThat(render(slice, Shown.unchanged()))
        .isEqualTo(
            slice
                .without("managedFields")
                .with("kind", Json.of("EndpointSlice"))
                .with("apiVersion", Json.of("discovery.k8s.io/v1"))
                .with(
                    "metadata",
                    slice
                        .get("metadata")
                        .without("managedFields")
                        .with("resourceVersion", Json.of("1001"))));
  }

  @Test
  void an_object_of_a_watch_and_an_item_of_a_list_are_rendered_alike() {
    Json item = Slices.slice(BJ1, GZ1);
    Json watched =
        Json.object("kind", "EndpointSlice", "apiVersion", "discovery.k8s.io/v1")
            .with("metadata", item.get("metadata"))
            .with("addressType", item.get("addressType"))
            .with("endpoints", item.get("endpoints"))
            .with("ports", item.get("ports"));
    assertThat(SliceRenderer.render(watched.toBytes(), places(0), "7"))
        .isEqualTo(SliceRenderer.render(item.toBytes(), places(0), "7"));
  }

  @Test
  void white_space_escapes_and_fields_of_tomorrow_are_no_obstacle() {
    byte[] odd =
        """
        { "metadata" : { "name" : "a\\u0062c", "tomorrow": [1, {"x": "]}"}] } ,
          "\\u0065ndpoints" : [ { "nodeName" : "gz-1" } , { "hi\\u006ets": {}, "nodeName" : "bj-1" },
          7 ], "later" : null }
        """
            .getBytes(StandardCharsets.UTF_8);
    assertThat(Json.parse(SliceRenderer.render(odd, places(1, 2), "9")))
        .isEqualTo(
            Json.parse(
                """
                {"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1",
                 "metadata":{"resourceVersion":"9","name":"abc","tomorrow":[1,{"x":"]}"}]},
                 "endpoints":[{"nodeName":"bj-1"},7],"later":null}
                """));
    assertThat(SliceShape.read(odd).node(1)).contains("bj-1");
  }

  @Test
  void a_very_small_slice_fits_a_very_long_version() {
    String version = "1".repeat(500);
    byte[] small = "{\"metadata\":{}}".getBytes(StandardCharsets.UTF_8);
    assertThat(
            Json.parse(SliceRenderer.render(small, Shown.unchanged(), version))
                .get("metadata", "resourceVersion"))
        .isEqualTo(Json.of(version));
  }

  @Test
  void what_breaks_off_is_no_slice() {
    byte[] broken = "{\"endpoints\":[{\"nodeName\":\"b".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> SliceRenderer.render(broken, places(0), "1"))
        .isInstanceOf(JsonSyntaxException.class);
    assertThatThrownBy(() -> SliceShape.read(broken)).isInstanceOf(JsonSyntaxException.class);
  }

  @Property(tries = 300)
  void whatever_json_it_is_the_kept_endpoints_are_rendered_and_the_rest_stays(
      @ForAll("odd") Json slice,
      @ForAll Set<@net.jqwik.api.constraints.IntRange(max = 5) Integer> places) {
    BitSet kept = new BitSet();
    places.forEach(kept::set);
    SliceShape shape = Slices.shape(slice);
    Json seen = render(slice, Shown.only(kept));
    assertThat(seen.without("kind").without("apiVersion")).isEqualTo(expected(slice, kept));
    assertThat(shape.size()).isEqualTo(slice.get("endpoints").items().size());
  }

  @Provide
  Arbitrary<Json> odd() {
    Arbitrary<Json> scalars =
        Arbitraries.oneOf(
            Arbitraries.strings().all().ofMaxLength(5).map(Json::of),
            Arbitraries.of(Json.ofNull(), Json.of(true), Json.of(false), Json.of(-7)));
    Arbitrary<String> names =
        Arbitraries.of(
            "metadata",
            "endpoints",
            "ports",
            "addressType",
            "nodeName",
            "conditions",
            "hints",
            "ready",
            "name",
            "labels",
            "annotations",
            "kubernetes.io/service-name",
            "resourceVersion",
            "generation",
            "managedFields",
            "x\"\\\u00e9");
    Arbitrary<Json> values = scalars;
    for (int depth = 0; depth < 3; depth++) {
      Arbitrary<Json> deeper = values;
      values =
          Arbitraries.oneOf(
              scalars,
              deeper.list().ofMaxSize(3).map(Json::array),
              Arbitraries.maps(names, deeper).ofMaxSize(5).map(Json::object));
    }
    return Arbitraries.maps(names, values).ofMaxSize(6).map(Json::object);
  }

  private static Json expected(Json slice, BitSet kept) {
    Json expected = slice;
    if (slice.get("metadata").isObject()) {
      expected =
          expected.with(
              "metadata",
              slice
                  .get("metadata")
                  .without("managedFields")
                  .with("resourceVersion", Json.of("1001")));
    }
    if (slice.get("endpoints").isArray()) {
      List<Json> endpoints = new ArrayList<>();
      for (int place = 0; place < slice.get("endpoints").items().size(); place++) {
        Json endpoint = slice.get("endpoints").items().get(place);
        if (kept.get(place)) {
          endpoints.add(endpoint.isObject() ? endpoint.without("hints") : endpoint);
        }
      }
      expected = expected.with("endpoints", Json.array(endpoints));
    }
    return expected;
  }

  private static Json render(Json slice, Shown shown) {
    return Json.parse(SliceRenderer.render(slice.toBytes(), shown, "1001"));
  }

  private static Shown places(int... places) {
    BitSet kept = new BitSet();
    for (int place : places) {
      kept.set(place);
    }
    return Shown.only(kept);
  }
}

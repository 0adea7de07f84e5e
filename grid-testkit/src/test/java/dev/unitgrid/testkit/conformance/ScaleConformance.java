/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A scale is an object of its own kind: what it must be, and what happens to what it is not. */
abstract class ScaleConformance extends Conformance {
  private String scale;

  @BeforeEach
  void createScaled() {
    createDemo();
    scale = demo + "/scale";
  }

  private static String scale(String spec) {
    return "{\"kind\":\"Scale\",\"apiVersion\":\"autoscaling/v1\",\"metadata\":{\"name\":\"demo\"},"
        + "\"spec\":"
        + spec
        + "}";
  }

  private Reply put(String spec) {
    return api.put(scale, Json.parse(scale(spec)));
  }

  private void assertStillTwo() {
    assertThat(api.get(demo).body().get("spec", "replicas")).isEqualTo(Json.of(2));
  }

  @Test
  void a_patch_to_replicas_that_are_no_number_is_422_and_changes_nothing() {
    for (String wrong : List.of("\"x\"", "2.5", "5000000000", "true", "[]")) {
      Reply refused = api.merge(scale, "{\"spec\":{\"replicas\":" + wrong + "}}");
      assertThat(refused.status()).as(wrong).isEqualTo(422);
      assertThat(refused.message())
          .startsWith(" \"\" is invalid: patch: Invalid value: ")
          .contains("into Go struct field ScaleSpec.spec.replicas of type int32");
      assertStillTwo();
    }
    assertThat(
            api.jsonPatch(
                    scale, "[{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":\"x\"}]")
                .status())
        .isEqualTo(422);
    assertThat(api.patch(scale, Api.STRATEGIC, "{\"spec\":{\"replicas\":\"x\"}}").message())
        .isEqualTo(
            " \"\" is invalid: patch: Invalid value: \"map[spec:map[replicas:x]]\": unrecognized"
                + " type: int32");
    assertStillTwo();
  }

  @Test
  void a_put_of_replicas_that_are_no_number_is_400_and_changes_nothing() {
    String refusal =
        "Scale in version \"v1\" cannot be handled as a Scale: json: cannot unmarshal ";
    String field = " into Go struct field ScaleSpec.spec.replicas of type int32";
    assertThat(put("{\"replicas\":\"5\"}").message()).isEqualTo(refusal + "string" + field);
    assertThat(put("{\"replicas\":2.5}").message()).isEqualTo(refusal + "number 2.5" + field);
    assertThat(put("{\"replicas\":5000000000}").message())
        .isEqualTo(refusal + "number 5000000000" + field);
    assertThat(put("[]").message())
        .isEqualTo(refusal + "array into Go struct field Scale.spec of type v1.ScaleSpec");
    assertThat(put("[]").status()).isEqualTo(400);
    assertStillTwo();
  }

  @Test
  void an_unknown_field_of_a_scale_is_dropped_with_a_warning_or_refused() {
    Reply warned = api.merge(scale, "{\"spec\":{\"replicas\":4,\"foo\":1}}");
    assertThat(warned.body().get("spec")).isEqualTo(Json.parse("{\"replicas\":4}"));
    assertThat(warned.warning()).isEqualTo("299 - \"unknown field \\\"spec.foo\\\"\"");
    assertRefused(
        api.send(
            "PUT",
            scale + "?fieldValidation=Strict",
            "application/json",
            scale("{\"replicas\":5,\"foo\":1}")),
        400,
        "BadRequest",
        "Scale in version \"v1\" cannot be handled as a Scale: strict decoding error: unknown field"
            + " \"spec.foo\"");
    assertThat(
            api.merge(scale + "?fieldValidation=Strict", "{\"spec\":{\"replicas\":5,\"foo\":1}}")
                .message())
        .endsWith("strict decoding error: unknown field \"spec.foo\"");
  }

  @Test
  void a_patch_cannot_make_something_else_of_a_scale() {
    assertThat(api.merge(scale, "{\"kind\":\"Foo\"}").message())
        .endsWith(
            "no kind \"Foo\" is registered for version \"autoscaling/v1\" in scheme"
                + " \"pkg/runtime/scheme.go:110\"");
    assertThat(api.merge(scale, "{\"apiVersion\":\"apps/v1\"}").status()).isEqualTo(422);
  }

  @Test
  void an_apply_of_replicas_that_are_no_number_is_500() {
    assertRefused(
        api.force(scale, "me", scale("{\"replicas\":\"x\"}")),
        500,
        "",
        "failed to create typed patch object (/demo; autoscaling/v1, Kind=Scale): .spec.replicas:"
            + " expected numeric (int or float), got string");
    assertRefused(
        api.force(scale, "me", scale("{\"replicas\":2.5}")),
        500,
        "",
        "failed to convert new object (/demo; autoscaling/v1, Kind=Scale) to proper version: unable"
            + " to convert unstructured object to autoscaling/v1, Kind=Scale: cannot convert float64"
            + " to int32");
    assertRefused(
        api.force(scale, "me", scale("{\"foo\":1}")),
        500,
        "",
        "failed to create typed patch object (/demo; autoscaling/v1, Kind=Scale): .spec.foo: field"
            + " not declared in schema");
    assertStillTwo();
  }

  @Test
  void an_apply_without_replicas_keeps_those_of_others() {
    assertThat(api.force(scale, "me", scale("{}")).body().get("spec", "replicas"))
        .isEqualTo(Json.of(2));
    assertStillTwo();
  }

  @Test
  void who_applied_replicas_and_names_none_any_more_scales_to_none() {
    api.force(scale, "me", scale("{\"replicas\":5}"));
    assertThat(api.force(scale, "me", scale("{}")).body().get("spec").has("replicas")).isFalse();
    assertThat(api.get(demo).body().get("spec", "replicas")).isEqualTo(Json.of(0));
  }
}

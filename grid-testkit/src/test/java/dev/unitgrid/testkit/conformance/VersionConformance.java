/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.testkit.conformance.Api.Reply;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The versions of one custom resource, and what of a definition may change. */
abstract class VersionConformance extends Conformance {
  private static final String GROUP = "versions.unitgrid.dev";
  private static final String DEFINITION = Recorded.DEFINITIONS + "/boxes." + GROUP;

  private String first;
  private String second;
  private String scaled;

  @BeforeEach
  void serveBoxes() {
    first = path(GROUP + "/v1", "boxes");
    second = path(GROUP + "/v2", "boxes");
    scaled = path(GROUP + "/v1", "scaled");
    // Both before the first wait: a real server serves what is new after two seconds.
    for (String definition :
        List.of(
            definition("boxes", "Box", versions(true)),
            definition("scaled", "Scaled", scaledVersions()))) {
      Reply defined = api.post(Recorded.DEFINITIONS, definition);
      assertThat(defined.status()).as(defined.message()).isIn(201, 409);
    }
    for (String served : List.of(first, second, scaled)) {
      Recorded.await(() -> api.get(served).status() == 200);
    }
  }

  private static String definition(String plural, String kind, String versions) {
    return """
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
         "metadata":{"name":"%1$s.%2$s"},"spec":{"group":"%2$s","scope":"Namespaced",
         "names":{"plural":"%1$s","kind":"%3$s"},"versions":%4$s}}"""
        .formatted(plural, GROUP, kind, versions);
  }

  private static String versions(boolean firstIsStored) {
    return "["
        + version("v1", firstIsStored, "", "\"only1\":{\"type\":\"string\",\"default\":\"one\"}")
        + ","
        + version(
            "v2",
            !firstIsStored,
            "\"deprecated\":true,",
            "\"only2\":{\"type\":\"string\",\"default\":\"two\"}")
        + "]";
  }

  private static String scaledVersions() {
    return "["
        + version(
            "v1",
            true,
            "\"subresources\":{\"scale\":{\"specReplicasPath\":\".spec.replicas\","
                + "\"statusReplicasPath\":\".status.replicas\"}},",
            "\"replicas\":{\"type\":\"integer\"}")
        + "]";
  }

  private static String version(String name, boolean stored, String more, String field) {
    return """
        {"name":"%s","served":true,"storage":%s,%s"schema":{"openAPIV3Schema":{"type":"object",
         "properties":{"spec":{"type":"object","properties":{"a":{"type":"string"},%s}}}}}}"""
        .formatted(name, stored, more, field);
  }

  private static String box(String version, String spec) {
    return """
        {"apiVersion":"%s/%s","kind":"Box","metadata":{"name":"one"},"spec":%s}"""
        .formatted(GROUP, version, spec);
  }

  private static Json spec(Reply reply) {
    assertThat(reply.status()).as(reply.message()).isBetween(200, 201);
    return reply.body().get("spec");
  }

  @Test
  void another_version_shows_what_it_knows_without_its_defaults() {
    api.post(first, box("v1", "{\"a\":\"x\",\"only1\":\"y\"}"));
    Reply shown = api.get(second + "/one");
    assertThat(spec(shown)).isEqualTo(Json.parse("{\"a\":\"x\"}"));
    assertThat(shown.body().get("apiVersion")).isEqualTo(Json.of(GROUP + "/v2"));
    Json item = api.get(second).body().get("items").items().get(0);
    assertThat(item.get("spec")).isEqualTo(Json.parse("{\"a\":\"x\"}"));
    assertThat(spec(api.get(first + "/one")))
        .isEqualTo(Json.parse("{\"a\":\"x\",\"only1\":\"y\"}"));
  }

  @Test
  void what_the_stored_version_does_not_know_is_lost() {
    Reply created = api.post(second, box("v2", "{\"a\":\"x\",\"only2\":\"q\"}"));
    assertThat(spec(created)).isEqualTo(Json.parse("{\"a\":\"x\"}"));
    assertThat(spec(api.get(first + "/one")))
        .isEqualTo(Json.parse("{\"a\":\"x\",\"only1\":\"one\"}"));
  }

  @Test
  void a_write_through_another_version_loses_what_that_one_does_not_know() {
    api.post(first, box("v1", "{\"a\":\"x\",\"only1\":\"y\"}"));
    assertThat(spec(api.merge(second + "/one", "{\"spec\":{\"a\":\"z\"}}")))
        .isEqualTo(Json.parse("{\"a\":\"z\"}"));
    Reply shown = api.get(first + "/one");
    assertThat(spec(shown)).isEqualTo(Json.parse("{\"a\":\"z\",\"only1\":\"one\"}"));
    // The field that the other version's default set cannot be compared in the owner's version.
    assertThat(shown.body().get("metadata").has("managedFields")).isFalse();
  }

  @Test
  void an_apply_that_an_owners_version_does_not_know_is_500() {
    api.post(first, box("v1", "{\"a\":\"x\"}"));
    assertRefused(
        api.apply(second + "/one", "me", box("v2", "{\"only2\":\"q\"}")),
        500,
        "",
        "failed to convert new object: .spec.only2: field not declared in schema");
  }

  @Test
  void a_conflict_names_the_version_in_which_a_field_is_owned() {
    api.post(second + "?fieldManager=two", box("v2", "{\"a\":\"x\"}"));
    assertRefused(
        api.apply(second + "/one", "me", box("v2", "{\"a\":\"y\"}")),
        409,
        "Conflict",
        "Apply failed with 1 conflict: conflict with \"two\" using " + GROUP + "/v2: .spec.a");
  }

  @Test
  void watches_of_two_versions_are_told_each_in_its_own() {
    String from = "?resourceVersion=" + api.get(first).version();
    try (WatchRecorder one = new WatchRecorder(api, first + from);
        WatchRecorder two = new WatchRecorder(api, second + from);
        WatchRecorder again = new WatchRecorder(api, first + from)) {
      one.awaitOpen();
      two.awaitOpen();
      again.awaitOpen();
      api.post(first, box("v1", "{\"a\":\"x\",\"only1\":\"y\"}"));
      api.delete(first + "/one", "{}");
      for (int i = 0; i < 2; i++) {
        for (WatchRecorder watch : List.of(one, again)) {
          Json event = watch.next();
          assertThat(event.get("object", "apiVersion")).isEqualTo(Json.of(GROUP + "/v1"));
          assertThat(event.get("object", "spec", "only1")).isEqualTo(Json.of("y"));
        }
        Json event = two.next();
        assertThat(event.get("object", "apiVersion")).isEqualTo(Json.of(GROUP + "/v2"));
        assertThat(event.get("object", "spec")).isEqualTo(Json.parse("{\"a\":\"x\"}"));
      }
    }
  }

  @Test
  void a_deprecated_version_warns_whoever_uses_it() {
    String warning = "299 - \"" + GROUP + "/v2 Box is deprecated\"";
    assertThat(api.get(second).warning()).isEqualTo(warning);
    assertThat(api.post(second, box("v2", "{}")).warning()).isEqualTo(warning);
    assertThat(api.get(second + "/one?fieldValidation=Ignore").warning()).isEqualTo(warning);
    assertThat(api.get(second + "/nothing").warning()).isEqualTo(warning);
    assertThat(api.get(first).warning()).isEmpty();
    assertThat(api.post(second, box("v2", "{\"nothing\":1}").replace("one", "two")).warning())
        .startsWith(warning);
  }

  @Test
  void a_scale_that_is_lost_in_a_custom_resource_cannot_be_applied() {
    Reply created =
        api.post(
            scaled,
            """
            {"apiVersion":"%s/v1","kind":"Scaled","metadata":{"name":"one"},"spec":{"replicas":3}}"""
                .formatted(GROUP));
    assertThat(created.status()).as(created.message()).isEqualTo(201);
    String scale = scaled + "/one/scale";
    assertThat(api.get(scale).status()).isEqualTo(200);
    assertThat(api.merge(scale, "{\"spec\":{\"replicas\":\"x\"}}").message())
        .contains("into Go struct field ScaleSpec.spec.replicas of type int32");
    assertThat(api.merge(scale, "{\"spec\":{\"replicas\":2.5}}").status()).isEqualTo(422);
    assertRefused(
        api.put(
            scale, Json.parse("{\"metadata\":{\"name\":\"one\"},\"spec\":{\"replicas\":\"5\"}}")),
        400,
        "BadRequest",
        "no kind is registered for the type v1.Scale in scheme \"pkg/runtime/scheme.go:110\"");
    assertThat(api.patch(scale, Api.STRATEGIC, "{\"spec\":{\"replicas\":4}}").status())
        .isEqualTo(415);
    assertThat(
            api.force(
                    scale,
                    "me",
                    "{\"apiVersion\":\"autoscaling/v1\",\"kind\":\"Scale\","
                        + "\"metadata\":{\"name\":\"one\"},\"spec\":{\"replicas\":4}}")
                .message())
        .endsWith(
            "to proper version: request to convert CR to an invalid group/version:"
                + " autoscaling/v1");
    assertThat(spec(api.get(scaled + "/one")).get("replicas")).isEqualTo(Json.of(3));
  }

  private void assertImmutable(String field, String value, String spec) {
    assertRefused(
        api.merge(DEFINITION, "{\"spec\":" + spec + "}"),
        422,
        "Invalid",
        "CustomResourceDefinition.apiextensions.k8s.io \"boxes."
            + GROUP
            + "\" is invalid: "
            + field
            + ": Invalid value: \""
            + value
            + "\": field is immutable");
  }

  @Test
  void scope_kind_plural_and_group_of_a_definition_stay() {
    api.post(first, box("v1", "{}"));
    assertImmutable("spec.scope", "Cluster", "{\"scope\":\"Cluster\"}");
    assertImmutable(
        "spec.names.kind", "Crate", "{\"names\":{\"kind\":\"Crate\",\"listKind\":\"CrateList\"}}");
    assertImmutable("spec.names.plural", "crates", "{\"names\":{\"plural\":\"crates\"}}");
    assertImmutable("spec.group", "other.dev", "{\"group\":\"other.dev\"}");
    assertThat(names(api.get(first))).containsExactly("one");
  }

  @Test
  void a_version_that_was_stored_stays_until_it_is_said_to_be_migrated() {
    String definition = Recorded.DEFINITIONS + "/crates." + GROUP;
    api.post(Recorded.DEFINITIONS, definition("crates", "Crate", versions(true)));
    String only2 = version("v2", true, "", "\"only2\":{\"type\":\"string\"}");
    String change = "{\"spec\":{\"versions\":[" + only2 + "]}}";
    api.merge(definition, "{\"spec\":{\"versions\":" + versions(false) + "}}");
    Reply refused = api.merge(definition, change);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.message())
        .endsWith(
            "status.storedVersions[0]: Invalid value: \"v1\": missing from spec.versions; v1 was"
                + " previously a storage version, and must remain in spec.versions until a storage"
                + " migration ensures no data remains persisted in v1 and removes v1 from"
                + " status.storedVersions");
    api.patch(
        definition + "/status",
        ApiRequest.MERGE_PATCH,
        "{\"status\":{\"storedVersions\":[\"v2\"]}}");
    assertThat(api.merge(definition, change).status()).isEqualTo(200);
  }
}

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
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What an API server makes of schemas, and says of what does not fit them: as a real one answered
 * each of the recorded cases, status, causes and stored object.
 */
abstract class SchemaConformance {
  private static final String SAMPLES = "/apis/schema.unitgrid.dev/v1/namespaces/default/samples";

  private Recorded recorded;
  private Api api;

  @BeforeEach
  void useServer(Server server) {
    api = server.api();
    recorded = new Recorded(api);
  }

  @TestFactory
  List<DynamicTest> definitions() {
    return Recorded.in("definitions.json").items().stream()
        .map(
            one ->
                DynamicTest.dynamicTest(one.get("name").asString(""), () -> recorded.define(one)))
        .toList();
  }

  @TestFactory
  List<DynamicTest> custom_resources() {
    recorded.serve(Recorded.in("samples.json"), SAMPLES);
    return Recorded.in("sample-specs.json").items().stream()
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.get("spec").toString(),
                    () ->
                        Recorded.check(
                            one,
                            api.post(SAMPLES + "?dryRun=All", sample(one.get("spec").toString())))))
        .toList();
  }

  @Test
  void a_definition_is_established_and_says_so() {
    recorded.serve(Recorded.in("samples.json"), SAMPLES);
    Json status =
        api.get(Recorded.DEFINITIONS + "/samples.schema.unitgrid.dev").body().get("status");
    assertThat(
            status.get("conditions").items().stream()
                .map(
                    condition ->
                        condition.get("type").asString("")
                            + " "
                            + condition.get("status").asString("")
                            + " "
                            + condition.get("reason").asString("")))
        .containsExactly("NamesAccepted True NoConflicts", "Established True InitialNamesAccepted");
    assertThat(status.get("acceptedNames", "listKind")).isEqualTo(Json.of("SampleList"));
    assertThat(status.get("storedVersions")).isEqualTo(Json.parse("[\"v1\"]"));
  }

  @Test
  void a_status_is_checked_without_the_rest_and_named_so() {
    recorded.serve(Recorded.in("samples.json"), SAMPLES);
    api.delete(SAMPLES + "/s", "{}");
    assertThat(api.post(SAMPLES, sample("{\"integer\":1}")).status()).isEqualTo(201);
    Reply missing = api.merge(SAMPLES + "/s/status", "{\"status\":{\"n\":\"x\"}}");
    assertThat(Recorded.causes(missing.body().get("details", "causes")))
        .containsExactlyInAnyOrder(
            "status.n FieldValueTypeInvalid Invalid value: \"string\": n in body must be of type"
                + " integer: \"string\"",
            "status.phase FieldValueRequired Required value");
    Reply defaulted = api.merge(SAMPLES + "/s/status", "{\"status\":{\"phase\":\"p\"}}");
    assertThat(defaulted.body().get("status")).isEqualTo(Json.parse("{\"n\":5,\"phase\":\"p\"}"));
    api.delete(SAMPLES + "/s", "{}");
  }

  private static String sample(String spec) {
    return "{\"apiVersion\":\"schema.unitgrid.dev/v1\",\"kind\":\"Sample\","
        + "\"metadata\":{\"name\":\"s\"},\"spec\":"
        + spec
        + "}";
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What an API server makes of schemas, and says of what does not fit them: as a real one answered
 * each of the recorded cases, status, causes and stored object.
 */
abstract class SchemaConformance {
  private static final String DEFINITIONS =
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  private static final String SAMPLES = "/apis/schema.unitgrid.dev/v1/namespaces/default/samples";

  private Api api;

  @BeforeEach
  void useServer(Server server) {
    api = server.api();
  }

  @TestFactory
  List<DynamicTest> definitions() {
    return recorded("definitions.json").items().stream()
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.get("name").asString(""),
                    () ->
                        check(
                            one,
                            api.post(
                                DEFINITIONS + "?dryRun=All", one.get("definition").toString()))))
        .toList();
  }

  @TestFactory
  List<DynamicTest> custom_resources() {
    define(recorded("samples.json"));
    return recorded("sample-specs.json").items().stream()
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.get("spec").toString(),
                    () ->
                        check(
                            one,
                            api.post(SAMPLES + "?dryRun=All", sample(one.get("spec").toString())))))
        .toList();
  }

  @Test
  void a_definition_is_established_and_says_so() {
    define(recorded("samples.json"));
    Json status = api.get(DEFINITIONS + "/samples.schema.unitgrid.dev").body().get("status");
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
    define(recorded("samples.json"));
    api.delete(SAMPLES + "/s", "{}");
    assertThat(api.post(SAMPLES, sample("{\"integer\":1}")).status()).isEqualTo(201);
    Reply missing = api.merge(SAMPLES + "/s/status", "{\"status\":{\"n\":\"x\"}}");
    assertThat(causes(missing.body().get("details", "causes")))
        .containsExactlyInAnyOrder(
            "status.n FieldValueTypeInvalid Invalid value: \"string\": n in body must be of type"
                + " integer: \"string\"",
            "status.phase FieldValueRequired Required value");
    Reply defaulted = api.merge(SAMPLES + "/s/status", "{\"status\":{\"phase\":\"p\"}}");
    assertThat(defaulted.body().get("status")).isEqualTo(Json.parse("{\"n\":5,\"phase\":\"p\"}"));
    api.delete(SAMPLES + "/s", "{}");
  }

  private void define(Json definition) {
    Reply defined = api.post(DEFINITIONS, definition.toString());
    assertThat(defined.status()).as(defined.message()).isIn(201, 409);
    long end = System.nanoTime() + 20_000_000_000L;
    while (api.get(SAMPLES).status() != 200) {
      assertThat(System.nanoTime()).isLessThan(end);
      LockSupport.parkNanos(20_000_000);
    }
  }

  private static String sample(String spec) {
    return "{\"apiVersion\":\"schema.unitgrid.dev/v1\",\"kind\":\"Sample\","
        + "\"metadata\":{\"name\":\"s\"},\"spec\":"
        + spec
        + "}";
  }

  private static void check(Json recorded, Reply reply) {
    if (recorded.has("stored")) {
      assertThat(reply.status()).as(reply.message()).isEqualTo(201);
      assertThat(reply.body().get("spec")).isEqualTo(recorded.get("stored"));
      return;
    }
    assertThat(reply.status())
        .as(reply.body().toString())
        .isEqualTo(recorded.get("code").asLong(0));
    assertThat(causes(reply.body().get("details", "causes")))
        .isEqualTo(causes(recorded.get("causes")));
    if (recorded.get("causes").items().size() < 2) {
      assertThat(reply.message()).isEqualTo(recorded.get("message").asString(""));
    }
  }

  /** Their order is that of a map of Go. */
  private static Set<String> causes(Json causes) {
    List<String> sentences = new ArrayList<>();
    for (Json cause : causes.items()) {
      sentences.add(
          cause.get("field").asString("")
              + " "
              + cause.get("reason").asString("")
              + " "
              + cause.get("message").asString(""));
    }
    return new TreeSet<>(sentences);
  }

  private static Json recorded(String file) {
    try (InputStream in = SchemaConformance.class.getResourceAsStream(file)) {
      return Json.parse(in.readAllBytes());
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }
}

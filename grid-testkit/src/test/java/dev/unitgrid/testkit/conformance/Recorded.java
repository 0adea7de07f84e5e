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
import java.util.function.BooleanSupplier;

/** Answers of a real server of definitions and their resources, to hold others to. */
record Recorded(Api api) {
  static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

  /** Asks what {@code one} asked: whether its definition is one. */
  void define(Json one) {
    check(one, api.post(DEFINITIONS + "?dryRun=All", one.get("definition").toString()));
  }

  /** Serves {@code definition}, whose collection is {@code path}. */
  void serve(Json definition, String path) {
    Reply defined = api.post(DEFINITIONS, definition.toString());
    assertThat(defined.status()).as(defined.message()).isIn(201, 409);
    await(() -> api.get(path).status() == 200);
  }

  static void await(BooleanSupplier done) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      LockSupport.parkNanos(20_000_000);
    }
  }

  /** {@code reply} as a real server gave it. */
  static void check(Json recorded, Reply reply) {
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

  /** The sentences of {@code causes}: their order is that of a map of Go. */
  static Set<String> causes(Json causes) {
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

  /** What stands in {@code file}. */
  static Json in(String file) {
    try (InputStream in = Recorded.class.getResourceAsStream(file)) {
      return Json.parse(in.readAllBytes());
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }
}

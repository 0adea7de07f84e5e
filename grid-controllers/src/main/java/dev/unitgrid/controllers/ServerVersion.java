/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.internal.Answer;
import dev.unitgrid.controllers.internal.Sending;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.transport.ApiRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The version of the API server, as far as it decides which fields there are: {@code
 * <major>.<minor>}. Read when somebody needs it, and again when what was read is old. Confined to
 * the loop.
 */
final class ServerVersion {
  private static final Duration OLD = Duration.ofMinutes(5);

  private final Sending sending;
  private final Scheduler scheduler;
  private @Nullable CompletableFuture<String> reading;
  private Duration readAt = Duration.ZERO;
  private String last = "";

  ServerVersion(Sending sending, Scheduler scheduler) {
    this.sending = sending;
    this.scheduler = scheduler;
  }

  /** The version; the last known one, at first none, where the API server does not tell. */
  CompletableFuture<String> known() {
    CompletableFuture<String> recent = reading;
    Duration now = scheduler.elapsed();
    if (recent == null || (recent.isDone() && now.minus(readAt).compareTo(OLD) >= 0)) {
      readAt = now;
      recent = sending.read(ApiRequest.get("/version")).thenApply(this::read);
      reading = recent;
    }
    return recent;
  }

  private String read(Answer answer) {
    Json version = answer.body();
    if (version.has("major") && version.has("minor")) {
      last = digits(version.get("major")) + "." + digits(version.get("minor"));
    }
    return last;
  }

  /** Some distributions write {@code 34+}. */
  private static String digits(Json part) {
    return part.asString("").replaceAll("\\D", "");
  }
}

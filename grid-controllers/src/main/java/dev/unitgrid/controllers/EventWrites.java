/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import dev.unitgrid.api.FieldManagers;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Digest;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.internal.Loop;
import dev.unitgrid.controllers.internal.Mandate;
import dev.unitgrid.controllers.internal.Sending;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.transport.ApiRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells users of one grid's conditions by Kubernetes events: at most one for a condition and minute
 * (RULE 26). What changes within the minute is told at its end, if it is still news. Confined to
 * the loop; a lost event is only logged.
 */
final class EventWrites {
  private static final Logger LOG = LoggerFactory.getLogger(EventWrites.class);
  private static final Duration BETWEEN = Duration.ofMinutes(1);
  private static final String COMPONENT = "unitgrid";
  private static final int LONGEST_MESSAGE = 1024;
  private static final int LONGEST_NAME = 253;

  private final Sending sending;
  private final Scheduler scheduler;
  private final Loop loop;
  private final Metrics metrics;
  private final Map<String, Told> toldByCondition = new HashMap<>();

  private static final class Told {
    private News last;
    private Duration notBefore;
    private boolean waiting;

    private Told(News last, Duration notBefore) {
      this.last = last;
      this.notBefore = notBefore;
    }
  }

  EventWrites(Sending sending, Scheduler scheduler, Loop loop, Metrics metrics) {
    this.sending = sending;
    this.scheduler = scheduler;
    this.loop = loop;
    this.metrics = metrics;
  }

  /** Tells {@code news}, now or at the end of the minute. */
  void tell(Grid grid, News news, Mandate mandate) {
    Told told = toldByCondition.get(news.type());
    Duration now = scheduler.elapsed();
    if (told == null || told.notBefore.compareTo(now) <= 0) {
      toldByCondition.put(news.type(), new Told(news, now.plus(BETWEEN)));
      send(grid, news, mandate);
      return;
    }
    News before = told.last;
    told.last = news;
    if (!told.waiting) {
      told.waiting = true;
      scheduler.schedule(
          told.notBefore.minus(now),
          () -> loop.execute(() -> tellLatest(grid, news.type(), before, mandate)));
    }
  }

  private void tellLatest(Grid grid, String type, News before, Mandate mandate) {
    Told told = toldByCondition.remove(type);
    if (told != null && !told.last.equals(before)) {
      tell(grid, told.last, mandate);
    }
  }

  private void send(Grid grid, News news, Mandate mandate) {
    Instant now = scheduler.clock().instant();
    Loop.letGo(
        sending
            .write(
                ApiRequest.post(
                        ResourceType.EVENT.path(grid.namespace()), event(grid, news, now).toBytes())
                    .query("fieldManager", FieldManagers.STATUS),
                mandate)
            .thenAccept(
                answer -> {
                  metrics.count(
                      EngineMetrics.EVENTS, EngineMetrics.TAG_KIND, grid.kind().type().kind());
                  answer
                      .refusal()
                      .ifPresent(
                          status ->
                              LOG.warn("{}: an event was lost: {}", GridKey.of(grid), status));
                }));
  }

  /** Its name is made of what it says, so that a repeated request is one event. */
  private static Json event(Grid grid, News news, Instant now) {
    String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
    String suffix = "." + Digest.of(grid.uid() + "\n" + news.type() + "\n" + now, 16);
    String prefix =
        grid.name().substring(0, Math.min(grid.name().length(), LONGEST_NAME - suffix.length()));
    return Json.object(
        "apiVersion",
        ResourceType.EVENT.apiVersion(),
        "kind",
        ResourceType.EVENT.kind(),
        "metadata",
        Json.object("name", prefix + suffix, "namespace", grid.namespace()),
        "involvedObject",
        Json.object(
            "apiVersion",
            grid.kind().type().apiVersion(),
            "kind",
            grid.kind().type().kind(),
            "namespace",
            grid.namespace(),
            "name",
            grid.name(),
            "uid",
            grid.uid()),
        "type",
        news.warning() ? "Warning" : "Normal",
        "reason",
        news.reason(),
        "message",
        news.message().substring(0, Math.min(news.message().length(), LONGEST_MESSAGE)),
        "firstTimestamp",
        time,
        "lastTimestamp",
        time,
        "count",
        1,
        "source",
        Json.object("component", COMPONENT),
        "reportingComponent",
        COMPONENT);
  }
}

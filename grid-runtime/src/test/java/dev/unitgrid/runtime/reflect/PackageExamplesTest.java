/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.reflect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.CompactJson;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.codec.ApiStatus;
import dev.unitgrid.runtime.codec.ListPage;
import dev.unitgrid.runtime.codec.ObjectCodec;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.health.Health;
import dev.unitgrid.runtime.health.WatchHealth;
import dev.unitgrid.runtime.metrics.MetricNames;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.queue.Outcome;
import dev.unitgrid.runtime.queue.WorkQueue;
import dev.unitgrid.runtime.store.Index;
import dev.unitgrid.runtime.store.Store;
import dev.unitgrid.runtime.time.Backoff;
import dev.unitgrid.runtime.time.VirtualScheduler;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What the packages' pages show. */
class PackageExamplesTest {
  private final VirtualScheduler scheduler = new VirtualScheduler();
  private final ModelServer transport = new ModelServer(scheduler);

  @Test
  void a_list_is_sent_and_decoded() {
    transport.put("a", 1);
    ObjectCodec<CompactJson> codec =
        ObjectCodec.of(object -> CompactJson.of(object.get("metadata", "labels")));
    ApiRequest list = ApiRequest.get("/api/v1/nodes").query("limit", "500");
    CompletableFuture<ApiResponse> answer = transport.send(list);
    scheduler.advance(Duration.ofSeconds(1));
    ListPage<CompactJson> page = codec.page(answer.join().body());

    assertThat(page.items()).hasSize(1);
    assertThat(page.poisoned()).isEmpty();
    assertThat(ApiStatus.of(ModelServer.refusal(429, "Busy", Map.of("Retry-After", "2"))))
        .returns(Optional.of(Duration.ofSeconds(2)), ApiStatus::retryAfter);
  }

  @Test
  void a_change_travels_from_the_server_through_the_store_to_the_queue() {
    Index<Json> byValue = new Index<>("value", value -> List.of(value.toString()));
    Store<Json> store = new Store<>(List.of(byValue));
    List<ObjectKey> worked = new ArrayList<>();
    WorkQueue<ObjectKey> queue =
        new WorkQueue<>(
            "grids",
            4,
            key -> {
              worked.add(key);
              return CompletableFuture.completedFuture(Outcome.done());
            },
            Backoff.constant(Duration.ofSeconds(1)),
            scheduler,
            Metrics.NOOP);
    store.listen(change -> queue.add(change.key()));
    Reflector<Json> reflector =
        Reflector.<Json>of(
                ResourceType.NODE,
                object -> object.get("value"),
                store,
                transport,
                scheduler,
                new Random(1))
            .metrics(Metrics.NOOP)
            .build();
    assertThat(reflector.state().allowsDeletions()).isFalse();
    reflector.start();
    queue.start();
    transport.put("a", 1);
    scheduler.advance(Duration.ofSeconds(1));
    transport.put("a", 1);
    scheduler.advance(Duration.ofSeconds(1));

    ObjectKey key = new ObjectKey("default", "a");
    assertThat(worked).containsExactly(key);
    assertThat(store.keys(byValue, "1")).containsExactly(key);
    Health health =
        new Health(
            List.of(WatchHealth.of(reflector.type(), "", reflector.state())),
            Optional.empty(),
            Map.of("grids", queue.state()));
    assertThat(health.isReady()).isTrue();
    assertThat(health.problems()).isEmpty();
    assertThat(queue.drain()).isCompleted();
  }

  @Test
  void metrics_that_nobody_keeps_cost_nothing() {
    Metrics metrics = Metrics.NOOP;
    metrics.count(MetricNames.LISTS, MetricNames.TAG_KIND, "Node");
    metrics.time(MetricNames.QUEUE_WAIT, Duration.ZERO);
    int[] reads = {0};
    try (var depth = metrics.gauge(MetricNames.QUEUE_DEPTH, () -> reads[0]++, "queue", "grids")) {
      assertThat(depth).isNotNull();
    }

    assertThat(reads[0]).isZero();
  }
}

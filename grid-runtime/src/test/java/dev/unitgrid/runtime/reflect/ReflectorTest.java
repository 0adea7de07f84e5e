/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.reflect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.Rule;
import dev.unitgrid.runtime.codec.Item;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.codec.ResourceVersion;
import dev.unitgrid.runtime.reflect.ReflectorState.Phase;
import dev.unitgrid.runtime.store.Change;
import dev.unitgrid.runtime.store.Store;
import dev.unitgrid.runtime.time.VirtualScheduler;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ReflectorTest {
  private final VirtualScheduler scheduler = new VirtualScheduler();
  private final ModelServer server = new ModelServer(scheduler);
  private final Store<Json> store = new Store<>();
  private final List<Change<Json>> changes = new ArrayList<>();
  private final Map<String, Integer> counted = new HashMap<>();
  private final Reflector<Json> reflector = reflector(new Random(1));

  private Reflector<Json> reflector(Random random) {
    store.listen(changes::add);
    return Reflector.<Json>of(
            ResourceType.DEPLOYMENT, ReflectorTest::decode, store, server, scheduler, random)
        .metrics(new CountingMetrics(counted))
        .build();
  }

  private static Json decode(Json object) {
    if (object.get("value").equals(Json.of("poison"))) {
      throw new IllegalArgumentException("value is poison");
    }
    return object.get("value");
  }

  @Test
  void the_first_list_is_consistent_and_paged() {
    for (int i = 0; i < 1203; i++) {
      server.put("d-" + i, i);
    }
    start();

    assertThat(store.size()).isEqualTo(1203);
    assertThat(lists()).hasSize(3);
    assertThat(lists()).allSatisfy(list -> assertThat(list.query()).containsEntry("limit", "500"));
    assertThat(lists())
        .noneSatisfy(list -> assertThat(list.query()).containsKey("resourceVersion"));
    assertThat(reflector.state().reached(new ResourceVersion("1303"))).isTrue();
    assertThat(reflector.state().reached(new ResourceVersion("1304"))).isFalse();
  }

  @Test
  void a_watch_asks_for_bookmarks_and_a_length_of_five_to_ten_minutes() {
    start();

    Map<String, String> query = watches().get(0).query();
    assertThat(query).containsEntry("allowWatchBookmarks", "true");
    assertThat(query).containsEntry("resourceVersion", "100");
    assertThat(Integer.parseInt(query.get("timeoutSeconds"))).isBetween(300, 600);
  }

  @Test
  @Rule(2)
  void a_list_that_breaks_on_page_two_delivers_nothing() {
    for (int i = 0; i < 900; i++) {
      server.put("d-" + i, i);
    }
    server.faults =
        new ModelServer.Faults() {
          @Override
          public ApiResponse list(ApiRequest request) {
            return request.query().containsKey("continue")
                ? ModelServer.refusal(500, "InternalError", Map.of())
                : null;
          }
        };
    start();

    assertThat(store.size()).isZero();
    assertThat(reflector.state().synced()).isFalse();
    assertThat(reflector.state().allowsDeletions()).isFalse();
    assertThat(reflector.state().problem().get().code()).isEqualTo(500);

    server.faults = new ModelServer.Faults() {};
    scheduler.advance(Duration.ofMinutes(1));

    assertThat(store.size()).isEqualTo(900);
    assertThat(reflector.state().problem()).isEmpty();
  }

  @Test
  @Rule(2)
  void a_relist_that_breaks_off_deletes_nothing() {
    server.put("a", 1);
    start();
    server.forgetHistory();
    server.changeElsewhere(5);
    server.forgetHistory();
    server.faults =
        new ModelServer.Faults() {
          @Override
          public ApiResponse list(ApiRequest request) {
            byte[] cut = "{\"metadata\":{\"resourceVersion\":\"105\"},\"items\":[".getBytes();
            return new ApiResponse(200, Map.of(), cut);
          }
        };
    server.cut(null);
    scheduler.advance(Duration.ofMinutes(5));

    assertThat(store.size()).isOne();
    assertThat(reflector.state().problem().get().sentence()).contains("breaks off");
  }

  @Test
  void a_watch_that_is_refused_with_410_is_followed_by_a_list() {
    server.put("a", 1);
    start();
    scheduler.advance(Duration.ofSeconds(30));
    server.cutAndChange("a", 2);
    scheduler.advance(Duration.ofSeconds(30));

    assertThat(value("a")).isEqualTo(Json.of(2));
    assertThat(lists()).hasSize(2);
  }

  @Test
  void an_error_410_within_the_stream_is_followed_by_a_list() {
    server.put("a", 1);
    start();
    scheduler.advance(Duration.ofSeconds(30));
    server.say(
        "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\"}}");
    scheduler.advance(Duration.ofSeconds(1));

    assertThat(lists()).hasSize(2);
    assertThat(server.openWatches()).isOne();
  }

  @Test
  void a_truncated_frame_is_followed_by_a_list() {
    start();
    scheduler.advance(Duration.ofSeconds(30));
    server.cut(TransportException.truncatedFrame(17, null));
    scheduler.advance(Duration.ofSeconds(1));

    assertThat(lists()).hasSize(2);
    assertThat(server.openWatches()).isOne();
  }

  @Test
  void a_broken_connection_is_opened_again_from_the_last_version_without_a_list() {
    server.put("a", 1);
    start();
    scheduler.advance(Duration.ofSeconds(30));
    server.cut(new TransportException("connection reset", null));
    server.put("a", 2);
    scheduler.advance(Duration.ofSeconds(5));

    assertThat(value("a")).isEqualTo(Json.of(2));
    assertThat(lists()).hasSize(1);
    assertThat(watches()).hasSize(2);
  }

  @Test
  void watches_that_the_server_keeps_refusing_are_followed_by_a_list() {
    start();
    server.faults =
        new ModelServer.Faults() {
          @Override
          public ApiResponse watch(ApiRequest request) {
            return ModelServer.refusal(500, "InternalError", Map.of());
          }
        };
    server.cut(null);
    scheduler.advance(Duration.ofSeconds(30));

    assertThat(lists()).hasSizeBetween(2, 4);
  }

  @Test
  void a_server_that_is_away_for_minutes_is_asked_for_no_list_when_it_is_back() {
    server.put("a", 1);
    start();
    scheduler.advance(Duration.ofSeconds(30));
    server.away = true;
    server.cut(new TransportException("connection reset", null));
    server.put("a", 2);
    scheduler.advance(Duration.ofMinutes(3));
    server.away = false;
    scheduler.advance(Duration.ofMinutes(1));

    assertThat(value("a")).isEqualTo(Json.of(2));
    assertThat(lists()).hasSize(1);
  }

  @Test
  void a_server_that_ends_each_watch_at_once_is_not_hurried() {
    start();
    for (int i = 0; i < 60; i++) {
      server.cut(null);
      scheduler.advance(Duration.ofSeconds(1));
    }

    assertThat(server.requests).hasSizeLessThan(16);
  }

  @Test
  void the_pause_that_a_busy_server_asks_for_is_kept() {
    server.faults =
        new ModelServer.Faults() {
          @Override
          public ApiResponse list(ApiRequest request) {
            return ModelServer.refusal(429, "TooManyRequests", Map.of("Retry-After", "45"));
          }
        };
    start();
    scheduler.advance(Duration.ofSeconds(44));
    assertThat(lists()).hasSize(1);
    scheduler.advance(Duration.ofSeconds(2));
    assertThat(lists()).hasSize(2);
  }

  @Test
  void the_pause_is_kept_for_a_watch_too_but_not_for_ever() {
    start();
    server.faults =
        new ModelServer.Faults() {
          @Override
          public ApiResponse watch(ApiRequest request) {
            return ModelServer.refusal(503, "Busy", Map.of("Retry-After", "86400"));
          }
        };
    scheduler.advance(Duration.ofSeconds(30));
    server.cut(null);
    scheduler.advance(Duration.ofMinutes(9));
    assertThat(watches()).hasSize(2);
    scheduler.advance(Duration.ofMinutes(2));
    assertThat(watches()).hasSize(3);
  }

  @Test
  void a_page_of_another_version_is_no_page_of_this_list() {
    int[] pages = {0};
    server.faults =
        new ModelServer.Faults() {
          @Override
          public ApiResponse list(ApiRequest request) {
            pages[0]++;
            return pages[0] > 2
                ? null
                : new ApiResponse(
                    200,
                    Map.of(),
                    Json.object(
                            "metadata",
                            Json.object(
                                "resourceVersion",
                                "20" + pages[0],
                                "continue",
                                pages[0] == 1 ? "more" : ""),
                            "items",
                            Json.array(ModelServer.object("default", "p" + pages[0], 90, 1)))
                        .toBytes());
          }
        };
    reflector.start();
    scheduler.advance(Duration.ofMillis(100));

    assertThat(store.size()).isZero();
    assertThat(reflector.state().problem().get().sentence()).contains("version 202 after 201");
  }

  @Test
  void an_object_whose_name_cannot_be_read_keeps_every_absent_one() {
    server.put("a", 1);
    start();
    scheduler.advance(Duration.ofSeconds(30));
    server.faults =
        new ModelServer.Faults() {
          @Override
          public ApiResponse list(ApiRequest request) {
            return new ApiResponse(
                200,
                Map.of(),
                "{\"metadata\":{\"resourceVersion\":\"150\"},\"items\":[{\"metadata\":7}]}"
                    .getBytes());
          }
        };
    server.say("no JSON");
    scheduler.advance(Duration.ofSeconds(30));

    assertThat(value("a")).isEqualTo(Json.of(1));
    assertThat(reflector.state().reached()).isEqualTo(new ResourceVersion("150"));
  }

  @Test
  void a_sink_that_fails_is_given_the_whole_world_again() {
    server.put("a", 1);
    int[] calls = {0};
    List<Replacement<Json>> lists = new ArrayList<>();
    DeltaSink<Json> failing =
        new DeltaSink<>() {
          @Override
          public void replace(Replacement<Json> list) {
            lists.add(list);
          }

          @Override
          public void upsert(Item<Json> item) {
            if (calls[0]++ == 0) {
              throw new IllegalStateException("a bug");
            }
          }

          @Override
          public void remove(ObjectKey key, ResourceVersion version) {}
        };
    Reflector<Json> other =
        Reflector.<Json>of(
                ResourceType.NODE, object -> object, failing, server, scheduler, new Random(1))
            .build();
    other.start();
    scheduler.advance(Duration.ofSeconds(1));
    server.put("a", 2);
    scheduler.advance(Duration.ofMinutes(1));

    assertThat(lists).hasSize(2);
    assertThat(lists.get(1).items().get(0).version()).isEqualTo(new ResourceVersion("102"));
  }

  @Test
  void selectors_and_the_namespace_are_in_every_request() {
    Reflector<Json> other =
        Reflector.<Json>of(
                ResourceType.DEPLOYMENT, object -> object, store, server, scheduler, new Random(1))
            .namespace("edge-a")
            .labelSelector("a=b")
            .fieldSelector("metadata.name=x")
            .build();
    other.start();
    scheduler.advance(Duration.ofSeconds(1));

    assertThat(server.requests)
        .hasSize(2)
        .allSatisfy(
            request -> {
              assertThat(request.path()).isEqualTo("/apis/apps/v1/namespaces/edge-a/deployments");
              assertThat(request.query())
                  .containsEntry("labelSelector", "a=b")
                  .containsEntry("fieldSelector", "metadata.name=x");
            });
  }

  @Test
  void whoever_hears_of_a_state_finds_it_in_the_store() {
    server.put("a", 1);
    List<Integer> sizes = new ArrayList<>();
    Reflector<Json> other =
        Reflector.<Json>of(
                ResourceType.NODE, object -> object, store, server, scheduler, new Random(1))
            .onState(
                state -> {
                  if (state.synced()) {
                    sizes.add(store.size());
                  }
                  throw new IllegalStateException("a bug of the listener");
                })
            .build();
    other.start();
    scheduler.advance(Duration.ofSeconds(1));

    assertThat(sizes).isNotEmpty().allMatch(size -> size == 1);
    assertThat(other.state().phase()).isEqualTo(Phase.WATCHING);
  }

  @Test
  void a_watch_that_went_silent_is_opened_again_without_a_list() {
    server.put("a", 1);
    start();
    server.silence();
    server.put("a", 2);
    scheduler.advance(Reflector.DEFAULT_SILENCE.plusSeconds(2));

    assertThat(value("a")).isEqualTo(Json.of(2));
    assertThat(lists()).hasSize(1);
  }

  @Test
  void two_silent_watches_in_a_row_are_followed_by_a_list() {
    server.bookmarks = false;
    start();
    scheduler.advance(Reflector.DEFAULT_SILENCE.multipliedBy(2).plusSeconds(2));

    assertThat(lists()).hasSize(2);
  }

  @Test
  void bookmarks_keep_a_quiet_watch_open_and_move_its_version() {
    start();
    server.changeElsewhere(50);
    scheduler.advance(Duration.ofMinutes(4));

    assertThat(watches()).hasSize(1);
    assertThat(reflector.state().reached()).isEqualTo(new ResourceVersion("150"));
  }

  @Test
  void one_poisoned_object_costs_itself_only() {
    server.put("a", 1);
    server.put("b", 1);
    start();
    server.put("a", "poison");
    server.put("b", 2);
    scheduler.settle();

    assertThat(value("a")).isEqualTo(Json.of(1));
    assertThat(value("b")).isEqualTo(Json.of(2));
    assertThat(reflector.state().poisoned()).containsOnlyKeys(key("a"));
    assertThat(lists()).hasSize(1);
    assertThat(counted).containsEntry("unitgrid_poisoned_objects_total", 1);

    server.put("a", 3);
    assertThat(value("a")).isEqualTo(Json.of(3));
    assertThat(reflector.state().poisoned()).isEmpty();
  }

  @Test
  @Rule(2)
  void a_poisoned_object_in_a_list_is_not_taken_for_deleted() {
    server.put("a", 1);
    server.put("b", 1);
    start();
    server.put("a", "poison");
    server.delete("b");
    server.say("no JSON");
    scheduler.advance(Duration.ofMinutes(1));

    assertThat(lists()).hasSize(2);
    assertThat(value("a")).isEqualTo(Json.of(1));
    assertThat(store.get(key("b"))).isEmpty();
    assertThat(reflector.state().poisoned()).containsOnlyKeys(key("a"));
  }

  @Test
  void a_missing_crd_or_right_is_named_and_recovered_from() {
    int[] code = {404};
    server.faults =
        new ModelServer.Faults() {
          @Override
          public ApiResponse list(ApiRequest request) {
            return code[0] == 0 ? null : ModelServer.refusal(code[0], "Refused", Map.of());
          }
        };
    start();
    assertThat(reflector.state().problem().get().code()).isEqualTo(404);
    code[0] = 403;
    scheduler.advance(Duration.ofMinutes(1));
    assertThat(reflector.state().problem().get().code()).isEqualTo(403);
    code[0] = 0;
    scheduler.advance(Duration.ofMinutes(1));
    assertThat(reflector.state().problem()).isEmpty();
    assertThat(reflector.state().synced()).isTrue();
  }

  @Test
  @Rule(2)
  void a_restored_backup_stops_deletions_until_a_complete_new_list() {
    server.put("a", 1);
    Map<ObjectKey, Json> backup = server.truth();
    long backupVersion = server.version;
    server.changeElsewhere(1000);
    server.put("b", 1);
    start();
    scheduler.advance(Duration.ofSeconds(30));

    server.restore(backup, backupVersion);
    server.forgetHistory();
    server.forgotten = 5000;
    scheduler.advance(Duration.ofSeconds(20));

    assertThat(reflector.state().rollbackDetected()).isTrue();
    assertThat(reflector.state().allowsDeletions()).isFalse();
    assertThat(store.get(key("b"))).isPresent();

    server.forgotten = backupVersion;
    scheduler.advance(Duration.ofMinutes(4));
    assertThat(reflector.state().allowsDeletions()).isFalse();
    scheduler.advance(Duration.ofMinutes(2));

    assertThat(reflector.state().rollbackDetected()).isFalse();
    assertThat(store.get(key("b"))).isEmpty();
    assertThat(counted).containsEntry("unitgrid_rollbacks_total", 1);
  }

  @Test
  @Rule(2)
  void one_list_of_a_lagging_server_is_refused_and_the_next_one_taken() {
    server.put("a", 1);
    start();
    scheduler.advance(Duration.ofSeconds(30));
    boolean[] lagging = {true};
    server.faults =
        new ModelServer.Faults() {
          @Override
          public ApiResponse list(ApiRequest request) {
            return lagging[0]
                ? new ApiResponse(
                    200,
                    Map.of(),
                    "{\"metadata\":{\"resourceVersion\":\"99\"},\"items\":[]}".getBytes())
                : null;
          }
        };
    server.say("no JSON");
    scheduler.advance(Duration.ofSeconds(10));
    assertThat(reflector.state().rollbackDetected()).isTrue();
    assertThat(store.size()).isOne();

    lagging[0] = false;
    scheduler.advance(Duration.ofSeconds(30));
    assertThat(reflector.state().rollbackDetected()).isFalse();
    assertThat(changes).allSatisfy(change -> assertThat(change.after()).isNotNull());
  }

  @Test
  @Rule(2)
  void an_event_older_than_the_last_one_is_not_delivered_and_stops_deletions() {
    server.put("a", 1);
    server.put("a", 2);
    start();
    scheduler.advance(Duration.ofSeconds(30));
    server.unanswered = true;
    Json old = ModelServer.object("default", "a", 101, 1);
    server.say(Json.object("type", "DELETED", "object", old).toString());
    scheduler.settle();

    assertThat(store.get(key("a"))).isPresent();
    assertThat(reflector.state().allowsDeletions()).isFalse();

    server.unanswered = false;
    scheduler.advance(Duration.ofMinutes(3));
    assertThat(reflector.state().allowsDeletions()).isTrue();
  }

  @Test
  void after_close_nothing_is_heard_and_nothing_waits() {
    start();
    reflector.close();
    server.put("a", 1);
    scheduler.advance(Duration.ofMinutes(30));

    assertThat(store.size()).isZero();
    assertThat(reflector.state().phase()).isEqualTo(Phase.STOPPED);
    assertThat(server.openWatches()).isZero();
    assertThat(server.requests).hasSize(2);
  }

  @Property(tries = 300)
  @Rule(2)
  void whatever_happens_the_store_is_the_truth_in_the_end_and_no_cut_deletes(@ForAll long seed) {
    new Chaos(seed).run();
  }

  private void start() {
    reflector.start();
    scheduler.advance(Duration.ofSeconds(1));
  }

  private Json value(String name) {
    return store.get(key(name)).orElseThrow();
  }

  private static ObjectKey key(String name) {
    return new ObjectKey("default", name);
  }

  private List<ApiRequest> lists() {
    return server.requests.stream().filter(each -> !each.query().containsKey("watch")).toList();
  }

  private List<ApiRequest> watches() {
    return server.requests.stream().filter(each -> each.query().containsKey("watch")).toList();
  }

  /** One run of changes and faults in random order. */
  private static final class Chaos {
    private final ReflectorTest world = new ReflectorTest();
    private final Random random;

    Chaos(long seed) {
      random = new Random(seed);
    }

    void run() {
      int objects = random.nextBoolean() ? random.nextInt(1600) : random.nextInt(20);
      for (int i = 0; i < objects; i++) {
        world.server.put("d-" + i, i);
      }
      world.store.listen(this::check);
      world.server.faults = faults();
      world.server.callsLate = true;
      world.reflector.start();
      for (int i = 0; i < 200; i++) {
        step();
        world.scheduler.advance(Duration.ofMillis(random.nextInt(3000)));
      }
      world.server.faults = new ModelServer.Faults() {};
      world.server.unanswered = false;
      world.server.put("poisoned", "cured");
      world.scheduler.advance(Duration.ofMinutes(15));
      Map<ObjectKey, Json> truth = new TreeMap<>();
      world.server.truth().forEach((key, object) -> truth.put(key, object.get("value")));
      Map<ObjectKey, Json> seen = new TreeMap<>();
      world.store.items().forEach(item -> seen.put(item.key(), item.value()));
      assertThat(seen).isEqualTo(truth);
      assertThat(world.scheduler.thrown()).isEmpty();
    }

    /** An object is dropped only if the server deleted it. */
    private void check(Change<Json> change) {
      if (change.after() == null) {
        assertThat(world.server.history())
            .anyMatch(each -> each.key().equals(change.key()) && each.type().equals("DELETED"));
      }
    }

    private void step() {
      switch (random.nextInt(14)) {
        case 0 -> world.server.cut(null);
        case 1 -> world.server.cut(new TransportException("connection reset", null));
        case 2 -> world.server.cut(TransportException.truncatedFrame(3, null));
        case 3 -> world.server.say("{\"type\":");
        case 4 -> world.server.silence();
        case 5 -> world.server.forgetHistory();
        case 6 -> world.server.changeElsewhere(random.nextInt(100));
        case 7 -> world.server.unanswered = random.nextBoolean();
        case 8 -> world.scheduler.advance(Duration.ofMinutes(random.nextInt(4)));
        case 9 -> world.server.put("poisoned", random.nextBoolean() ? "poison" : "good");
        case 10 -> world.server.delete("d-" + random.nextInt(20));
        default -> world.server.put("d-" + random.nextInt(20), random.nextInt());
      }
    }

    private ModelServer.Faults faults() {
      return new ModelServer.Faults() {
        @Override
        public ApiResponse list(ApiRequest request) {
          return switch (random.nextInt(8)) {
            case 0 -> ModelServer.refusal(429, "TooManyRequests", Map.of("Retry-After", "7"));
            case 1 -> ModelServer.refusal(500, "InternalError", Map.of());
            case 2 -> new ApiResponse(200, Map.of(), "{\"items\":[{},".getBytes());
            default -> null;
          };
        }

        @Override
        public ApiResponse watch(ApiRequest request) {
          return random.nextInt(6) == 0 ? ModelServer.refusal(503, "Busy", Map.of()) : null;
        }
      };
    }
  }
}

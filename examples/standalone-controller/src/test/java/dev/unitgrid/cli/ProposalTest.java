/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.runtime.transport.TransportException;
import dev.unitgrid.runtime.transport.Watch;
import dev.unitgrid.runtime.transport.WatchListener;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProposalTest {
  private static final String PATH = GridKind.DEPLOYMENT_GRID.type().path();

  private final Answers cluster = new Answers();

  @Test
  void a_proposed_grid_takes_the_place_of_the_living_one() {
    cluster.add(page("", live("a", "old"), live("b", "old")));

    List<Json> items = list(new Proposal(cluster, List.of(grid("a", "new"))), "");

    assertThat(items).hasSize(2);
    assertThat(items.get(0).get("spec", "gridUniqKey").asString("")).isEqualTo("new");
    assertThat(items.get(0).get("metadata"))
        .isEqualTo(
            live("a", "old")
                .get("metadata")
                .with("generation", Json.of(5))
                .with("labels", Json.object("live", "1", "file", "1"))
                .with("annotations", Json.emptyObject()));
    assertThat(items.get(0).get("status")).isEqualTo(Json.object("units", 2));
    assertThat(items.get(1)).isEqualTo(live("b", "old"));
  }

  @Test
  void an_unchanged_spec_keeps_its_generation() {
    cluster.add(page("", live("a", "same")));

    assertThat(list(new Proposal(cluster, List.of(grid("a", "same"))), ""))
        .singleElement()
        .satisfies(item -> assertThat(item.get("metadata", "generation").asLong(0)).isEqualTo(4));
  }

  @Test
  void a_null_that_an_apply_drops_is_no_change() {
    Json manifest = grid("a", "same").object();
    Json withNull = manifest.withAt(List.of("spec", "creationTimestamp"), Json.ofNull());
    cluster.add(page("", live("a", "same")));
    ProposedGrid proposed = new ProposedGrid(GridKind.DEPLOYMENT_GRID, withNull, "f.yaml:1");

    assertThat(list(new Proposal(cluster, List.of(proposed)), ""))
        .singleElement()
        .satisfies(
            item -> {
              assertThat(item.get("spec")).isEqualTo(live("a", "same").get("spec"));
              assertThat(item.get("metadata", "generation").asLong(0)).isEqualTo(4);
            });
  }

  @Test
  void a_grid_that_no_page_shows_comes_once_at_the_end() {
    Proposal proposal = new Proposal(cluster, List.of(grid("a", "new"), grid("z", "new")));
    cluster.add(page("more", live("a", "old")));
    cluster.add(page("", live("b", "old")));

    assertThat(names(list(proposal, ""))).containsExactly("a");
    assertThat(names(list(proposal, "more"))).containsExactly("b", "z");
  }

  @Test
  void a_list_of_another_namespace_or_kind_shows_none_of_it() {
    Proposal proposal = new Proposal(cluster, List.of(grid("a", "new")));
    cluster.add(page(""));
    cluster.add(page(""));
    cluster.add(page(""));

    assertThat(items(proposal, GridKind.DEPLOYMENT_GRID.type().path("other"), "")).isEmpty();
    assertThat(items(proposal, GridKind.SERVICE_GRID.type().path(), "")).isEmpty();
    assertThat(names(items(proposal, GridKind.DEPLOYMENT_GRID.type().path("default"), "")))
        .containsExactly("a");
  }

  @Test
  void a_change_of_the_living_grid_does_not_undo_the_proposal() {
    Proposal proposal = new Proposal(cluster, List.of(grid("a", "new")));
    List<Json> heard = new ArrayList<>();
    proposal.watch(ApiRequest.get(PATH).query("watch", "true"), new Ear(heard));

    cluster
        .listener()
        .onFrame(Json.object("type", "MODIFIED", "object", live("a", "old")).toBytes());

    assertThat(heard)
        .singleElement()
        .satisfies(
            event ->
                assertThat(event.get("object", "spec", "gridUniqKey").asString(""))
                    .isEqualTo("new"));
  }

  @Test
  void writes_are_refused_and_never_reach_the_cluster() {
    Proposal proposal = new Proposal(cluster, List.of(grid("a", "new")));

    assertThat(proposal.send(ApiRequest.post(PATH, new byte[0])).join().status()).isEqualTo(405);
    assertThat(proposal.send(ApiRequest.delete(PATH + "/a", new byte[0])).join().status())
        .isEqualTo(405);
    assertThat(cluster.requests).isEmpty();
  }

  @Test
  void a_failed_list_stays_failed() {
    cluster.add(new ApiResponse(404, Map.of(), new byte[0]));

    Proposal proposal = new Proposal(cluster, List.of(grid("a", "new")));

    assertThat(proposal.send(ApiRequest.get(PATH)).join().status()).isEqualTo(404);
  }

  private static List<Json> list(Proposal proposal, String token) {
    return items(proposal, PATH, token);
  }

  private static List<Json> items(Proposal proposal, String path, String token) {
    ApiRequest first = ApiRequest.get(path).query("limit", "1");
    ApiRequest request = token.isEmpty() ? first : first.query("continue", token);
    return Json.parse(proposal.send(request).join().body()).get("items").items();
  }

  private static List<String> names(List<Json> items) {
    return items.stream().map(item -> item.get("metadata", "name").asString("")).toList();
  }

  private static ProposedGrid grid(String name, String key) {
    Json metadata =
        Json.object("name", name, "namespace", "default", "labels", Json.object("file", "1"));
    return new ProposedGrid(
        GridKind.DEPLOYMENT_GRID,
        Json.object("metadata", metadata, "spec", Json.object("gridUniqKey", key)),
        "f.yaml:1");
  }

  private static Json live(String name, String key) {
    Json metadata =
        Json.object(
            "name",
            name,
            "namespace",
            "default",
            "uid",
            "u-" + name,
            "resourceVersion",
            "7",
            "generation",
            4,
            "labels",
            Json.object("live", "1"));
    return Json.object(
        "metadata", metadata,
        "spec", Json.object("gridUniqKey", key),
        "status", Json.object("units", 2));
  }

  private static ApiResponse page(String token, Json... items) {
    Json metadata = Json.object("resourceVersion", "9", "continue", token);
    Json list = Json.object("metadata", metadata, "items", Json.array(items));
    return new ApiResponse(200, Map.of(), list.toBytes());
  }

  private static final class Answers implements ApiTransport {
    final List<ApiRequest> requests = new ArrayList<>();
    private final Deque<ApiResponse> answers = new ArrayDeque<>();
    private final List<WatchListener> listeners = new ArrayList<>();

    void add(ApiResponse answer) {
      answers.add(answer);
    }

    WatchListener listener() {
      return listeners.get(0);
    }

    @Override
    public CompletableFuture<ApiResponse> send(ApiRequest request) {
      requests.add(request);
      return CompletableFuture.completedFuture(answers.remove());
    }

    @Override
    public Watch watch(ApiRequest request, WatchListener listener) {
      listeners.add(listener);
      return () -> {};
    }
  }

  private record Ear(List<Json> heard) implements WatchListener {
    @Override
    public void onOpen() {}

    @Override
    public void onFrame(byte[] frame) {
      heard.add(Json.parse(frame));
    }

    @Override
    public void onRefused(ApiResponse response) {}

    @Override
    public void onClosed(@Nullable TransportException cause) {}
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.truth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.Rule;
import dev.unitgrid.controllers.truth.AuditLog.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the deployed controller writes, as the API server counted it. */
@Tag("control-plane")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WritesTest {
  private static final int UNITS = 20;
  private static final List<String> GRIDS = List.of("a", "b", "c");
  private static final String DEPLOYMENTS = "apps/deployments";
  private static final String LEASES = "coordination.k8s.io/leases";

  /** How much later than another one a request may reach a busy API server. */
  private static final Duration LATENESS = Duration.ofMillis(800);

  private final DeployedPlane deployed = DeployedPlane.start();
  private final RealWorld world = deployed.world();
  private Instant begin = Instant.EPOCH;
  private List<Entry> convergence = List.of();
  private List<Entry> imageChange = List.of();
  private List<Entry> newNode = List.of();
  private List<Entry> idleness = List.of();

  @BeforeAll
  void keep_an_account_of_each_phase() {
    units(UNITS).forEach(unit -> world.nodes(unit, "n-" + unit));
    GRIDS.forEach(grid -> world.apply(Manifest.deploymentGrid(grid, world.key())));
    world.apply(Manifest.deploymentGrid("elsewhere", world.key() + "-elsewhere"));
    begin = Instant.now();
    convergence = phase(world::start);
    imageChange =
        phase(() -> world.apply(Manifest.deploymentGrid("a", world.key()).image("echo:2")));
    newNode = phase(() -> world.nodes("unit-new", "n-new"));
    world.restart();
    settle();
    idleness = whileTheLeaseIsRenewedTwice(this::reportOfNodes);
  }

  private static List<String> units(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(number -> "unit-" + number).toList();
  }

  private List<Entry> phase(Runnable cause) {
    int known = deployed.audit().entries().size();
    cause.run();
    settle();
    return deployed.audit().since(known);
  }

  private void settle() {
    GRIDS.forEach(world::settle);
  }

  private List<Entry> whileTheLeaseIsRenewedTwice(Runnable event) {
    int known = deployed.audit().entries().size();
    event.run();
    world.await(
        "two renewals",
        () ->
            deployed.audit().since(known).stream()
                    .filter(entry -> entry.deed().equals("update " + LEASES))
                    .count()
                >= 2);
    return deployed.audit().since(known);
  }

  private void reportOfNodes() {
    for (String unit : units(UNITS)) {
      world
          .api()
          .mergeSub(
              "kubelet",
              ResourceType.NODE,
              "",
              world.node("n-" + unit),
              "status",
              Json.object("status", Json.object("nodeInfo", Json.object("kernelVersion", "6"))));
    }
  }

  @AfterAll
  void close() throws Exception {
    world.close();
    deployed.close();
  }

  @Test
  @Rule({1, 14, 26})
  void three_grids_of_twenty_units_are_sixty_creates_and_each_name_is_answered_201_once() {
    Set<String> names = new HashSet<>();
    GRIDS.forEach(grid -> units(UNITS).forEach(unit -> names.add(grid + "-" + unit)));
    List<Entry> writes = toChildren(convergence);
    assertThat(writes)
        .hasSize(GRIDS.size() * UNITS)
        .allMatch(entry -> entry.deed().equals("create " + DEPLOYMENTS))
        .allMatch(entry -> entry.code() == 201);
    assertThat(writes).extracting(Entry::name).containsExactlyInAnyOrderElementsOf(names);
  }

  private static List<Entry> toChildren(List<Entry> entries) {
    return entries.stream()
        .filter(Entry::isWrite)
        .filter(
            entry ->
                Set.of(DEPLOYMENTS, "apps/statefulsets", "services").contains(entry.resource()))
        .toList();
  }

  @Test
  @Rule(26)
  void no_request_meets_a_conflict_or_is_forbidden() {
    assertThat(all())
        .filteredOn(entry -> !entry.isTo(LEASES))
        .isNotEmpty()
        .noneMatch(entry -> Set.of(403L, 409L, 422L).contains(entry.code()));
  }

  private List<Entry> all() {
    List<Entry> all = new ArrayList<>(convergence);
    all.addAll(imageChange);
    all.addAll(newNode);
    all.addAll(idleness);
    return all;
  }

  @Test
  @Rule(26)
  void the_status_of_a_grid_is_written_once_a_second_at_most() {
    Map<String, List<Instant>> writes =
        all().stream()
            .filter(entry -> entry.deed().equals("patch superedge.io/deploymentgrids/status"))
            .collect(
                Collectors.groupingBy(
                    Entry::name, Collectors.mapping(Entry::received, Collectors.toList())));
    assertThat(writes).containsOnlyKeys("a", "b", "c", "elsewhere");
    writes.forEach(WritesTest::assertSecondsApart);
  }

  private static void assertSecondsApart(String grid, List<Instant> writes) {
    List<Instant> sorted = writes.stream().sorted().toList();
    for (int from = 0; from < sorted.size(); from++) {
      for (int to = from + 1; to < sorted.size(); to++) {
        assertThat(Duration.between(sorted.get(from), sorted.get(to)))
            .as("writes %s to %s of the status of %s", from, to, grid)
            .isGreaterThanOrEqualTo(Duration.ofSeconds(to - from).minus(LATENESS));
      }
    }
  }

  @Test
  @Rule(26)
  void a_grid_has_one_event_for_each_condition_and_minute_at_most() {
    long minutes = Duration.between(begin, Instant.now()).toMinutes() + 1;
    for (String grid : GRIDS) {
      List<Json> events =
          world.list(ResourceType.EVENT).stream().filter(event -> isAbout(event, grid)).toList();
      int conditions = world.grid(grid).get("status", "conditions").items().size();
      assertThat(events).isNotEmpty().hasSizeLessThanOrEqualTo((int) minutes * conditions);
    }
  }

  private static boolean isAbout(Json event, String grid) {
    return event.get("involvedObject", "kind").equals(Json.of("DeploymentGrid"))
        && event.get("involvedObject", "name").equals(Json.of(grid));
  }

  @Test
  @Rule(6)
  void nothing_is_ever_written_to_a_grid_but_its_status() {
    assertThat(all())
        .filteredOn(Entry::isWrite)
        .extracting(Entry::resource)
        .containsOnly(DEPLOYMENTS, "superedge.io/deploymentgrids/status", "events", LEASES);
    GRIDS.forEach(
        grid ->
            assertThat(world.grid(grid).get("metadata", "generation"))
                .isEqualTo(Json.of(grid.equals("a") ? 2 : 1)));
  }

  @Test
  @Rule({14, 16})
  void one_image_changed_is_a_patch_for_each_unit_and_no_other_write_to_children() {
    assertThat(toChildren(imageChange))
        .hasSize(UNITS)
        .allMatch(entry -> entry.deed().equals("patch " + DEPLOYMENTS))
        .allMatch(entry -> entry.code() == 200);
    assertThat(toChildren(imageChange))
        .extracting(Entry::name)
        .containsExactlyInAnyOrderElementsOf(
            units(UNITS).stream().map(unit -> "a-" + unit).toList());
  }

  @Test
  @Rule({1, 14})
  void a_node_in_a_new_unit_is_one_create_for_each_grid_with_its_key() {
    assertThat(toChildren(newNode))
        .allMatch(entry -> entry.deed().equals("create " + DEPLOYMENTS))
        .allMatch(entry -> entry.code() == 201);
    assertThat(toChildren(newNode))
        .extracting(Entry::name)
        .containsExactlyInAnyOrder("a-unit-new", "b-unit-new", "c-unit-new");
  }

  @Test
  @Rule({16, 26})
  void after_a_restart_and_while_nodes_report_nothing_is_written_but_the_lease() {
    assertThat(idleness)
        .filteredOn(Entry::isWrite)
        .isNotEmpty()
        .allMatch(entry -> entry.deed().equals("update " + LEASES));
    assertThat(world.writes()).allMatch(write -> write.request().path().contains("/leases/"));
  }
}

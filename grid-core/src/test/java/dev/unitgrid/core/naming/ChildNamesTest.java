/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.naming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableSortedSet;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Digest;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Children;
import dev.unitgrid.core.Grids;
import dev.unitgrid.core.Rule;
import dev.unitgrid.core.child.ObservedChild;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChildNamesTest {
  @Test
  @Rule(10)
  void a_child_is_called_by_its_grid_and_its_unit() {
    ChildNames names = names(grid("deploymentgrid-demo"), "beijing", "guangzhou");
    assertThat(names.of("beijing")).isEqualTo("deploymentgrid-demo-beijing");
    assertThat(names.of("guangzhou")).isEqualTo("deploymentgrid-demo-guangzhou");
    assertThat(names.living("beijing")).isEmpty();
  }

  @Test
  @Rule(10)
  void a_service_is_called_by_its_grid() {
    assertThat(names(Grids.serviceGrid(), "").of("")).isEqualTo("servicegrid-demo-svc");
  }

  @Test
  void a_unit_that_was_not_asked_for_has_no_name() {
    ChildNames names = names(grid("g"), "beijing");
    assertThatThrownBy(() -> names.of("guangzhou"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("guangzhou");
  }

  @ParameterizedTest
  @Rule(10)
  @CsvSource({
    "DEPLOYMENT_GRID, g, 1, true",
    "DEPLOYMENT_GRID, g, a.b, true",
    "DEPLOYMENT_GRID, g.h, a, true",
    "DEPLOYMENT_GRID, g, Beijing, false",
    "DEPLOYMENT_GRID, g, a_b, false",
    "DEPLOYMENT_GRID, g, a.-b, false",
    "STATEFUL_SET_GRID, g, 1, true",
    "STATEFUL_SET_GRID, 1g, 1, true",
    "STATEFUL_SET_GRID, g, a.b, false",
    "STATEFUL_SET_GRID, g.h, a, false",
    "STATEFUL_SET_GRID, g, Beijing, false"
  })
  void a_name_is_plain_exactly_where_it_is_legal(
      GridKind kind, String grid, String unit, boolean plain) {
    String name = names(grid(kind, grid), unit).of(unit);
    if (plain) {
      assertThat(name).isEqualTo(grid + "-" + unit);
    } else {
      assertThat(name).endsWith("-" + Digest.of(grid + "\n" + unit, 8)).matches("[a-z0-9-]+");
    }
  }

  @Test
  @Rule(10)
  void the_hash_of_a_name_is_part_of_the_api() {
    assertThat(names(Grids.deploymentGrid(), "a_b").of("a_b"))
        .isEqualTo("deploymentgrid-demo-a-b-bocqeuy5");
    assertThat(LabelValue.of("topology.kubernetes.io/zone"))
        .isEqualTo("topology.kubernetes.io-zone-2jv2hjwe");
  }

  @Test
  @Rule(10)
  void an_illegal_name_stays_readable() {
    assertThat(names(grid("g"), "a_B").of("a_B")).startsWith("g-a-b-").hasSize(14);
    assertThat(names(grid("g"), "a_.B").of("a_.B")).startsWith("g-a-b-").hasSize(14);
    assertThat(names(grid("g"), "a_").of("a_")).startsWith("g-a-").hasSize(12);
  }

  @Test
  @Rule(10)
  void a_statefulset_leaves_room_for_its_revision_label() {
    Grid grid = grid(GridKind.STATEFUL_SET_GRID, "g".repeat(50));
    ChildNames names = names(grid, "a", "aa");
    assertThat(names.of("a")).isEqualTo("g".repeat(50) + "-a").hasSize(52);
    assertThat(names.of("aa")).matches("g{43}-[a-z2-7]{8}").hasSize(52);
  }

  @Test
  @Rule(10)
  void a_deployment_leaves_room_for_the_names_of_its_replicasets() {
    Grid grid = grid("g".repeat(240));
    ChildNames names = names(grid, "a", "aa");
    assertThat(names.of("a")).hasSize(242).endsWith("-a");
    assertThat(names.of("aa")).matches("g{233}-[a-z2-7]{8}");
  }

  @ParameterizedTest
  @Rule(10)
  @CsvSource({"1a, a-svc-", "1.2, svc-", "a.b, a-b-svc-"})
  void a_service_begins_with_a_letter(String grid, String start) {
    String name = names(grid(GridKind.SERVICE_GRID, grid), "").of("");
    assertThat(name).isEqualTo(start + Digest.of(grid + "\n", 8));
  }

  @Test
  @Rule(10)
  void a_service_has_at_most_63_characters() {
    Grid fits = grid(GridKind.SERVICE_GRID, "g".repeat(59));
    Grid over = grid(GridKind.SERVICE_GRID, "g".repeat(60));
    assertThat(names(fits, "").of("")).isEqualTo("g".repeat(59) + "-svc");
    assertThat(names(over, "").of("")).matches("g{54}-[a-z2-7]{8}").hasSize(63);
  }

  @Test
  @Rule(10)
  void a_living_child_keeps_its_name_whatever_its_form() {
    Grid grid = grid("g");
    ObservedChild hashed = child(grid, "g-beijing-abcdefgh", "location", "beijing");
    ChildNames names = ChildNames.of(grid, Set.of("beijing"), List.of(hashed), List.of());
    assertThat(names.of("beijing")).isEqualTo("g-beijing-abcdefgh");
    assertThat(names.living("beijing")).contains(hashed);
  }

  @Test
  @Rule({10, 11})
  void a_child_made_by_superedge_keeps_its_name() {
    Grid grid = Grids.deploymentGrid();
    ObservedChild child =
        Children.observed(ResourceType.DEPLOYMENT, Children.bySuperEdge(grid, "beijing"));
    ChildNames names = ChildNames.of(grid, Set.of("beijing"), List.of(child), List.of());
    assertThat(names.living("beijing")).contains(child);
  }

  @Test
  @Rule(22)
  void a_child_of_an_earlier_unit_key_is_changed_in_place() {
    Grid grid = grid("g");
    ObservedChild old = child(grid, "g-beijing", "zone", "beijing");
    assertThat(ChildNames.of(grid, Set.of("beijing"), List.of(old), List.of()).living("beijing"))
        .contains(old);
  }

  @Test
  @Rule(22)
  void a_child_of_the_own_key_comes_before_one_of_an_earlier_key() {
    Grid grid = grid("g");
    ObservedChild old = child(grid, "g-a", "zone", "a");
    ObservedChild own = child(grid, "g-a-hashed", "location", "a");
    for (List<ObservedChild> children : List.of(List.of(old, own), List.of(own, old))) {
      assertThat(ChildNames.of(grid, Set.of("a"), children, List.of()).of("a"))
          .isEqualTo("g-a-hashed");
    }
  }

  @Test
  void a_child_that_stays_comes_before_one_that_goes() {
    Grid grid = grid("g");
    ObservedChild going = deleting(grid, "g-a", "location", "a");
    ObservedChild staying = child(grid, "g-a-hashed", "location", "a");
    for (List<ObservedChild> children : List.of(List.of(going, staying), List.of(staying, going))) {
      assertThat(ChildNames.of(grid, Set.of("a"), children, List.of()).living("a"))
          .contains(staying);
    }
  }

  @Test
  void of_two_children_of_a_unit_the_first_by_name_counts() {
    Grid grid = grid("g");
    ObservedChild first = child(grid, "g-a", "location", "a");
    ObservedChild second = child(grid, "g-b", "location", "a");
    for (List<ObservedChild> children : List.of(List.of(first, second), List.of(second, first))) {
      assertThat(ChildNames.of(grid, Set.of("a"), children, List.of()).living("a")).contains(first);
    }
  }

  @Test
  @Rule(12)
  void of_two_grids_that_meet_the_longer_name_has_the_plain_form() {
    Grid shorter = grid("a");
    Grid longer = grid("a-b");
    ChildNames names =
        ChildNames.of(shorter, Set.of("b-c", "c"), List.of(), List.of(neighbour("a-b", "c")));
    ChildNames others =
        ChildNames.of(longer, Set.of("c"), List.of(), List.of(neighbour("a", "b-c", "c")));
    assertThat(others.of("c")).isEqualTo("a-b-c");
    assertThat(names.of("b-c")).isEqualTo("a-b-c-" + Digest.of("a\nb-c", 8));
    assertThat(names.of("c")).isEqualTo("a-c");
  }

  @Test
  @Rule(12)
  void grids_whose_units_do_not_meet_are_called_plainly() {
    ChildNames names =
        ChildNames.of(grid("a"), Set.of("b-c"), List.of(), List.of(neighbour("a-b", "d", "b-c")));
    assertThat(names.of("b-c")).isEqualTo("a-b-c");
  }

  @Test
  @Rule(12)
  void the_child_that_lives_keeps_the_plain_name() {
    Grid shorter = grid("a");
    ObservedChild living = child(shorter, "a-b-c", "location", "b-c");
    ObservedChild seenByLonger = owned("a-b-c", "DeploymentGrid", "a");
    assertThat(
            ChildNames.of(shorter, Set.of("b-c"), List.of(living), List.of(neighbour("a-b", "c")))
                .of("b-c"))
        .isEqualTo("a-b-c");
    assertThat(
            ChildNames.of(
                    grid("a-b"), Set.of("c"), List.of(seenByLonger), List.of(neighbour("a", "b-c")))
                .of("c"))
        .isEqualTo("a-b-c-" + Digest.of("a-b\nc", 8));
  }

  @Test
  @Rule(12)
  void a_foreign_holder_changes_no_name_because_it_is_a_conflict_to_report() {
    List<Neighbour> neighbours = List.of(neighbour("a", "b-c"));
    Grid grid = grid("a-b");
    for (ObservedChild holder :
        List.of(
            Children.uncontrolled(ResourceType.DEPLOYMENT, "a-b-c", Json.emptyObject()),
            owned("a-b-c", "StatefulSetGrid", "a"),
            owned("a-b-c", "DeploymentGrid", "gone"),
            Children.controlled(
                ResourceType.DEPLOYMENT,
                "a-b-c",
                Children.owner("DeploymentGrid", "a", "x")
                    .with("apiVersion", Json.of("example.com/v1"))))) {
      assertThat(ChildNames.of(grid, Set.of("c"), List.of(holder), neighbours).of("c"))
          .isEqualTo("a-b-c");
    }
  }

  @Test
  void a_unit_that_spells_out_the_hashed_name_of_another_gives_way() {
    String hash = Digest.of("g\nA", 8);
    ChildNames names = names(grid("g"), "A", "a-" + hash);
    assertThat(names.of("A")).isEqualTo("g-a-" + hash);
    assertThat(names.of("a-" + hash)).startsWith("g-a-" + hash + "-");
  }

  @Property(tries = 300)
  @Rule({10, 12})
  void names_of_a_grid_are_distinct_legal_and_independent_of_order(
      @ForAll("units") List<String> units, @ForAll("kinds") GridKind kind, @ForAll long seed) {
    Grid grid = grid(kind, "a-b");
    List<String> shuffled = new ArrayList<>(units);
    Collections.shuffle(shuffled, new Random(seed));
    ChildNames names = names(grid, units.toArray(String[]::new));
    ChildNames again = names(grid, shuffled.toArray(String[]::new));
    Set<String> given = new HashSet<>();
    for (String unit : units) {
      assertThat(names.of(unit)).isEqualTo(again.of(unit)).startsWith("a-b-");
      assertThat(NameForm.of(kind).isLegal(names.of(unit))).isTrue();
      assertThat(given.add(names.of(unit))).isTrue();
    }
  }

  @Property(tries = 300)
  @Rule(12)
  void two_grids_that_know_of_each_other_never_choose_one_name(
      @ForAll("units") List<String> units, @ForAll("units") List<String> others) {
    Grid shorter = grid("a");
    Grid longer = grid("a-b");
    ChildNames names =
        ChildNames.of(
            shorter,
            Set.copyOf(units),
            List.of(),
            List.of(new Neighbour("a-b", ImmutableSortedSet.copyOf(others))));
    ChildNames othersNames =
        ChildNames.of(
            longer,
            Set.copyOf(others),
            List.of(),
            List.of(new Neighbour("a", ImmutableSortedSet.copyOf(units))));
    Set<String> given = new HashSet<>(units.stream().map(names::of).toList());
    assertThat(others.stream().map(othersNames::of)).noneMatch(given::contains);
  }

  @Provide
  Arbitrary<List<String>> units() {
    return Arbitraries.strings()
        .withChars("abcAB-_.1")
        .ofMinLength(1)
        .ofMaxLength(5)
        .filter(value -> value.matches("[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?"))
        .list()
        .uniqueElements()
        .ofMaxSize(8);
  }

  @Provide
  Arbitrary<GridKind> kinds() {
    return Arbitraries.of(GridKind.DEPLOYMENT_GRID, GridKind.STATEFUL_SET_GRID);
  }

  private static ChildNames names(Grid grid, String... units) {
    return ChildNames.of(grid, Set.of(units), List.of(), List.of());
  }

  private static Grid grid(String name) {
    return grid(GridKind.DEPLOYMENT_GRID, name);
  }

  private static Grid grid(GridKind kind, String name) {
    return Grids.of(kind, name, Grids.spec("location", Grids.deployment()));
  }

  private static Neighbour neighbour(String name, String... units) {
    return new Neighbour(name, ImmutableSortedSet.copyOf(units));
  }

  private static ObservedChild owned(String name, String kind, String owner) {
    return Children.controlled(
        ResourceType.DEPLOYMENT, name, Children.owner(kind, owner, "another-uid"));
  }

  private static ObservedChild child(Grid grid, String name, String key, String unit) {
    return Children.observed(ResourceType.DEPLOYMENT, object(grid, name, key, unit));
  }

  private static ObservedChild deleting(Grid grid, String name, String key, String unit) {
    return Children.observed(
        ResourceType.DEPLOYMENT,
        object(grid, name, key, unit)
            .withAt(List.of("metadata", "deletionTimestamp"), Json.of("2026-11-01T00:00:00Z")));
  }

  private static Json object(Grid grid, String name, String key, String unit) {
    return Json.object(
        "metadata",
        Json.object(
            "name",
            name,
            "annotations",
            Children.annotations(grid.name(), key, unit),
            "ownerReferences",
            Json.array(Children.owner(grid.kind().type().kind(), grid.name(), grid.uid()))));
  }
}

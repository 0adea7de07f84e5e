/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.naming;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.ObservedChild.Owner;
import dev.unitgrid.core.child.Problem;
import java.util.Optional;

/**
 * Whose an object is (RULE 11): the uid of the owner that controls it decides, then the annotations
 * that hold full values; labels never. A value.
 */
public sealed interface ChildIdentity {
  /**
   * The grid controls it.
   *
   * @param unitKey the unit key that it was made for; another than the grid's after a change of
   *     {@code gridUniqKey} (RULE 22)
   * @param unit its unit; empty for a Service
   */
  record Ours(String unitKey, String unit) implements ChildIdentity {}

  /**
   * The grid controls it, but its unit cannot be said: SuperEdge made it, and its name and its node
   * selector disagree. It stays as it is.
   *
   * @param problem a {@code UnitMismatch}
   */
  record Mismatched(Problem problem) implements ChildIdentity {}

  /**
   * Nobody controls it, and its annotations name the grid and one of its units; adopted only when
   * the user says so (RULE 12).
   *
   * @param unitKey the unit key in its annotations
   * @param unit the unit in its annotations
   */
  record Orphan(String unitKey, String unit) implements ChildIdentity {}

  /**
   * Somebody else's.
   *
   * @param holder who has it, to be read after "is held by"
   */
  record Foreign(String holder) implements ChildIdentity {}

  /** Whose {@code child} is, seen from {@code grid}. */
  static ChildIdentity of(Grid grid, ObservedChild child) {
    if (child.controller().isEmpty()) {
      return uncontrolled(grid, child);
    }
    Owner controller = child.controller().get();
    if (!controller.uid().equals(grid.uid())) {
      return new Foreign(controller.kind() + " " + controller.name());
    }
    Optional<String> unit = Optional.ofNullable(child.annotations().get(Annotations.UNIT));
    if (unit.isPresent() || !grid.kind().isWorkload()) {
      String key = child.annotations().get(Annotations.UNIT_KEY);
      return new Ours(key == null ? labelledKey(grid, child) : key, unit.orElse(""));
    }
    return madeBySuperEdge(grid, child);
  }

  private static ChildIdentity uncontrolled(Grid grid, ObservedChild child) {
    String named = child.annotations().getOrDefault(Annotations.GRID, "");
    String key = child.annotations().get(Annotations.UNIT_KEY);
    String unit = child.annotations().getOrDefault(Annotations.UNIT, "");
    if (named.equals(grid.name()) && key != null && unit.isEmpty() != grid.kind().isWorkload()) {
      return new Orphan(key, unit);
    }
    return new Foreign(
        named.isEmpty()
            ? "a " + child.type().kind() + " without a controller"
            : "an orphaned " + child.type().kind() + " of the grid " + named);
  }

  /**
   * What a child says of itself where its grid is not at hand: whose it is says the owner that
   * controls it, and for which unit its own metadata.
   *
   * @param kind the kind of grids that its controller must be of
   * @param child the live object
   * @return {@link Ours} or {@link Mismatched} if a grid of that kind controls it
   */
  static Optional<Owned> ofOwned(GridKind kind, Json child) {
    return controller(child)
        .filter(owner -> owner.get("kind").asString("").equals(kind.type().kind()))
        .filter(owner -> owner.get("apiVersion").asString("").startsWith(GridKind.GROUP + "/"))
        .map(owner -> owner.get("name").asString(""))
        .map(grid -> new Owned(grid, ofOwned(kind, grid, child)));
  }

  /**
   * A child without its grid.
   *
   * @param grid the name of the grid that controls it
   * @param identity {@link Ours} or {@link Mismatched}
   */
  record Owned(String grid, ChildIdentity identity) {}

  private static Optional<Json> controller(Json child) {
    return child.get("metadata", "ownerReferences").items().stream()
        .filter(owner -> owner.get("controller").asBoolean(false))
        .findFirst();
  }

  private static ChildIdentity ofOwned(GridKind kind, String grid, Json child) {
    Json metadata = child.get("metadata");
    String label = metadata.get("labels", Labels.GRID_UNIQ_KEY).asString("");
    String key = metadata.get("annotations", Annotations.UNIT_KEY).asString(label);
    String unit = metadata.get("annotations", Annotations.UNIT).asString("");
    if (!unit.isEmpty() || !kind.isWorkload()) {
      return new Ours(key, unit);
    }
    String name = metadata.get("name").asString("");
    return madeBySuperEdge(grid, key, kind.childType().kind(), name, child);
  }

  private static ChildIdentity madeBySuperEdge(Grid grid, ObservedChild child) {
    return madeBySuperEdge(
        grid.name(),
        labelledKey(grid, child),
        child.type().kind(),
        child.name(),
        child.live().json());
  }

  /**
   * SuperEdge leaves the unit in two places that users can edit: the name, which cannot be cut
   * safely, and the node selector.
   */
  private static ChildIdentity madeBySuperEdge(
      String grid, String key, String kind, String name, Json child) {
    String unit = child.get("spec", "template", "spec", "nodeSelector", key).asString("");
    String expected = grid + "-" + unit;
    if (!unit.isEmpty() && name.equals(expected)) {
      return new Ours(key, unit);
    }
    return new Mismatched(
        Problem.blocking(
            unit,
            ConditionTypes.UNIT_MISMATCH,
            kind
                + " "
                + name
                + (unit.isEmpty()
                    ? " has no node selector for " + key
                    : " selects nodes of " + key + "=" + unit + " and should be named " + expected)
                + ": correct its node selector, or delete it"));
  }

  /** SuperEdge labels a child with the key of its day; the grid's may be another by now. */
  private static String labelledKey(Grid grid, ObservedChild child) {
    String label = child.labels().getOrDefault(Labels.GRID_UNIQ_KEY, "");
    String own = grid.spec().gridUniqKey();
    return label.isEmpty() || label.equals(LabelValue.of(own)) ? own : label;
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.Grid;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.Problem;
import dev.unitgrid.core.naming.ChildIdentity;
import dev.unitgrid.core.naming.ChildMetadata;
import dev.unitgrid.core.plan.Action.Adopt;
import java.util.Comparator;
import java.util.Optional;

/** Names that somebody else holds, and orphans that may come home (RULE 12). */
final class NameConflicts {
  private static final String ORPHANS = "orphans";

  private final Grid grid;
  private final Census census;

  NameConflicts(Grid grid, Census census) {
    this.grid = grid;
    this.census = census;
  }

  /** What keeps the child of {@code verdict} from being created, if anything does. */
  Optional<Verdict> about(Verdict verdict) {
    Optional<ObservedChild> orphan = adoptable(verdict);
    if (orphan.isPresent()) {
      return Optional.of(verdict.then(adoption(orphan.get())));
    }
    return Optional.ofNullable(census.byName().get(verdict.childName()))
        .map(holder -> verdict.and(problem(verdict.unit(), holder)));
  }

  private Optional<ObservedChild> adoptable(Verdict verdict) {
    if (!ORPHANS.equals(grid.annotations().get(Annotations.ADOPT))) {
      return Optional.empty();
    }
    return census.byName().values().stream()
        .filter(child -> !child.deleting() && isOrphanOf(child, verdict.unit()))
        .min(NameConflicts.preferring(verdict.childName()));
  }

  private static Comparator<ObservedChild> preferring(String name) {
    return Comparator.<ObservedChild, Boolean>comparing(child -> !child.name().equals(name))
        .thenComparing(ObservedChild::name);
  }

  private boolean isOrphanOf(ObservedChild child, String unit) {
    return census.identityOf(child.name()).orElseThrow() instanceof ChildIdentity.Orphan orphan
        && orphan.unit().equals(unit);
  }

  private Adopt adoption(ObservedChild orphan) {
    return new Adopt(
        Targets.of(orphan), ChildMetadata.owner(grid), "it is an orphan of this grid and unit");
  }

  private Problem problem(String unit, ObservedChild holder) {
    ChildIdentity identity = census.identityOf(holder.name()).orElseThrow();
    if (identity instanceof ChildIdentity.Mismatched mismatched) {
      return Problem.blocking(
          unit, mismatched.problem().condition(), mismatched.problem().message());
    }
    return Problem.blocking(
        unit,
        ConditionTypes.NAME_CONFLICT,
        "the name " + holder.name() + " is held by " + sentence(holder, identity));
  }

  private String sentence(ObservedChild holder, ChildIdentity identity) {
    if (holder.deleting()) {
      return "a " + holder.type().kind() + " that is being deleted: it is waited for";
    }
    if (identity instanceof ChildIdentity.Orphan) {
      return "an orphaned "
          + holder.type().kind()
          + " of this grid: annotate the grid with "
          + Annotations.ADOPT
          + "="
          + ORPHANS
          + " to adopt it, or delete it";
    }
    if (identity instanceof ChildIdentity.Ours ours) {
      return "this grid's child of the unit " + ours.unit();
    }
    String owner = ((ChildIdentity.Foreign) identity).holder();
    return isFormerGrid(holder)
        ? "a child of a deleted grid of this name, which the garbage collector removes"
        : owner + ": rename this grid, or delete that object";
  }

  /** A grid that was deleted and made again has another uid; its old children are going. */
  private boolean isFormerGrid(ObservedChild holder) {
    return holder
        .controller()
        .filter(owner -> owner.kind().equals(grid.kind().type().kind()))
        .filter(owner -> owner.apiVersion().equals(grid.kind().type().apiVersion()))
        .filter(owner -> owner.name().equals(grid.name()))
        .isPresent();
  }
}

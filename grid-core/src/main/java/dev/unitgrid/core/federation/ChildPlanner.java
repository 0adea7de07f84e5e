/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.federation;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.Labels;
import dev.unitgrid.core.child.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** A child's side: one grid of its own for each copy (RULES 34, 35, 37). */
public final class ChildPlanner {
  /** No event tells that the lists may be believed again. */
  private static final Duration DISTRUST = Duration.ofSeconds(30);

  private final ObservedCopy observed;
  private final ImmutableList.Builder<Problem> problems = ImmutableList.builder();

  private ChildPlanner(ObservedCopy observed) {
    this.observed = observed;
  }

  /**
   * What is to be done for one copy. A pure function: once a plan has been carried out, the next
   * one asks for less, and soon for nothing.
   */
  public static ChildPlan plan(ObservedCopy observed) {
    return new ChildPlanner(observed).plan();
  }

  private ChildPlan plan() {
    if (observed.copy().isEmpty()) {
      return absent(orphan(observed.locals()));
    }
    FederatedGrid copy = observed.copy().get();
    return held(copy.deleting() ? only(letGo(copy)) : keep(copy));
  }

  private ChildPlan absent(Optional<ChildAction> orphaned) {
    boolean waits = orphaned.isPresent() && !observed.absenceTrusted();
    return waits
        ? new ChildPlan(
            Optional.empty(), Optional.empty(), Optional.of(observed.now().plus(DISTRUST)))
        : held(only(orphaned));
  }

  private static ChildPlan only(Optional<ChildAction> action) {
    return new ChildPlan(action, Optional.empty(), Optional.empty());
  }

  /** A write that failed is not repeated at once. */
  private ChildPlan held(ChildPlan plan) {
    Optional<Instant> retryAt =
        observed
            .failure()
            .map(ObservedSource.Failure::retryAt)
            .filter(observed.now()::isBefore)
            .filter(any -> plan.action().isPresent());
    return retryAt.isPresent() ? new ChildPlan(Optional.empty(), plan.status(), retryAt) : plan;
  }

  /** Nobody said that what was made of the copy should end: it goes on, and says so (RULE 35). */
  private Optional<ChildAction> orphan(List<FederatedGrid> locals) {
    return locals.stream()
        .filter(local -> local.isMadeByChild() && !local.isOrphaned() && !local.deleting())
        .filter(local -> !observed.otherCopies().contains(local.copyName()))
        .findFirst()
        .map(local -> new ChildAction.Orphan(local, observed.now()));
  }

  private Optional<ChildAction> letGo(FederatedGrid copy) {
    if (!copy.isHeld()) {
      return Optional.empty();
    }
    boolean ends = copy.isDeletionIntended() && copy.isSound();
    Optional<ChildAction> first = ends ? delete(copy) : orphan(madeOf(copy));
    boolean waits = ends && !madeOf(copy).isEmpty();
    return waits ? first : first.or(() -> Optional.of(new ChildAction.Release(copy, ends)));
  }

  private Optional<ChildAction> delete(FederatedGrid copy) {
    return madeOf(copy).stream()
        .filter(local -> !local.deleting())
        .findFirst()
        .map(ChildAction.Delete::new);
  }

  /** What another copy has taken over in the meantime is not this one's any more. */
  private List<FederatedGrid> madeOf(FederatedGrid copy) {
    return observed.locals().stream()
        .filter(FederatedGrid::isMadeByChild)
        .filter(local -> local.copyName().equals(copy.name()))
        .filter(
            local ->
                copy.sourceUid().isEmpty()
                    || local.sourceUid().isEmpty()
                    || local.sourceUid().equals(copy.sourceUid()))
        .toList();
  }

  private ChildPlan keep(FederatedGrid copy) {
    if (!copy.isCopy() || !copy.isSound()) {
      problems.add(
          Problem.blocking(
              "",
              ConditionTypes.INVALID_COPY,
              "the labels "
                  + Labels.DIS
                  + " and "
                  + Labels.TARGET_NAMESPACE
                  + " and the annotations of its source do not say together that this is a copy and"
                  + " what for; the parent puts them back, else delete it"));
      return told(copy, Optional.empty(), Optional.empty(), false);
    }
    Optional<FederatedGrid> local = atTarget(copy);
    if (!observed.targetNamespaces().allow(copy.targetNamespace())) {
      problems.add(
          Problem.blocking(
              "",
              ConditionTypes.TARGET_NAMESPACE,
              "the namespace "
                  + copy.targetNamespace()
                  + " is not for grids from the parent cluster; allow it with --target-namespaces of"
                  + " the child, or move the grid"));
      return told(copy, local.filter(this::isOurs), Optional.empty(), false);
    }
    if (local.isPresent() && !isOurs(local.get())) {
      problems.add(conflict(local.get()));
      return told(copy, Optional.empty(), Optional.empty(), false);
    }
    Optional<ChildAction> strayed = orphan(elsewhere(copy));
    if (strayed.isPresent()) {
      return told(copy, local, strayed, false);
    }
    return local.isPresent() ? change(copy, local.get()) : create(copy);
  }

  private Optional<FederatedGrid> atTarget(FederatedGrid copy) {
    return observed.locals().stream().filter(local -> isAtTarget(local, copy)).findFirst();
  }

  /** What was made of it before it was for another namespace. */
  private List<FederatedGrid> elsewhere(FederatedGrid copy) {
    return observed.locals().stream().filter(local -> !isAtTarget(local, copy)).toList();
  }

  private static boolean isAtTarget(FederatedGrid local, FederatedGrid copy) {
    return local.namespace().equals(copy.targetNamespace())
        && local.name().equals(copy.sourceName());
  }

  private boolean isOurs(FederatedGrid local) {
    boolean holdsIt =
        !observed.otherCopies().contains(local.copyName())
            || observed.copy().filter(copy -> copy.name().equals(local.copyName())).isPresent();
    return local.isMadeByChild() && holdsIt;
  }

  private static Problem conflict(FederatedGrid local) {
    String place = local.kind().type().kind() + " " + local.namespace() + "/" + local.name();
    return Problem.blocking(
        "",
        ConditionTypes.NAME_CONFLICT,
        local.isMadeByChild()
            ? place + " of this cluster was made of the copy " + local.copyName()
            : place
                + " of this cluster is not of the parent's making, and is left alone; delete or"
                + " rename it");
  }

  private ChildPlan create(FederatedGrid copy) {
    if (!observed.keyHasNodes()) {
      return told(copy, Optional.empty(), Optional.empty(), true);
    }
    return attempt(
        copy,
        Optional.empty(),
        copy.isHeld() ? new ChildAction.Create(wish(copy, Optional.empty())) : hold(copy));
  }

  private static ChildAction hold(FederatedGrid copy) {
    return new ChildAction.Hold(copy);
  }

  private ChildPlan change(FederatedGrid copy, FederatedGrid local) {
    if (local.deleting()) {
      return told(copy, Optional.of(local), Optional.empty(), false);
    }
    if (!copy.isHeld()) {
      return told(copy, Optional.of(local), Optional.of(hold(copy)), false);
    }
    Wish wish = wish(copy, Optional.of(local));
    boolean settled =
        wish.isMetBy(local)
            || wish.answeredWith(local).equals(observed.answered().get(local.uid()));
    return settled
        ? told(copy, Optional.of(local), Optional.empty(), true)
        : attempt(copy, Optional.of(local), new ChildAction.Change(local, wish));
  }

  /** If it failed before, the copy says why. */
  private ChildPlan attempt(FederatedGrid copy, Optional<FederatedGrid> local, ChildAction action) {
    observed.failure().ifPresent(failed -> problems.add(problem(copy, failed)));
    return told(copy, local, Optional.of(action), false);
  }

  private static Problem problem(FederatedGrid copy, ObservedSource.Failure failure) {
    boolean namespaceMissing =
        failure.code() == 404
            && failure.message().contains("namespaces \"" + copy.targetNamespace() + "\"");
    return namespaceMissing
        ? Problem.blocking(
            "",
            ConditionTypes.TARGET_NAMESPACE,
            "the namespace "
                + copy.targetNamespace()
                + " is not there; create it, or start the child with --create-namespaces")
        : Problem.blocking("", ConditionTypes.WRITE_FAILED, failure.message());
  }

  private ChildPlan told(
      FederatedGrid copy,
      Optional<FederatedGrid> local,
      Optional<ChildAction> action,
      boolean settled) {
    ImmutableList<Problem> all = problems.build();
    boolean moreComesSoon = action.isPresent() || local.filter(ChildPlanner::isNew).isPresent();
    return new ChildPlan(
        action,
        all.isEmpty() && moreComesSoon
            ? Optional.empty()
            : Optional.of(CopyStatus.of(copy, local, all, settled, observed.now())),
        Optional.empty());
  }

  /** The engine of this cluster has not looked at it yet. */
  private static boolean isNew(FederatedGrid local) {
    return local.status().isZero();
  }

  private Wish wish(FederatedGrid copy, Optional<FederatedGrid> local) {
    return new Wish(
        copy.kind(),
        copy.targetNamespace(),
        copy.sourceName(),
        labels(copy),
        annotations(copy, local),
        copy.carried());
  }

  /** A grid that is carried on no more, and no copy (RULE 34). */
  private static ImmutableSortedMap<String, String> labels(FederatedGrid copy) {
    ImmutableSortedMap.Builder<String, String> labels = ImmutableSortedMap.naturalOrder();
    copy.labels().entrySet().stream()
        .filter(label -> !label.getKey().equals(Labels.FED) && !label.getKey().equals(Labels.DIS))
        .forEach(labels::put);
    return labels.buildOrThrow();
  }

  /**
   * What an administrator of this cluster annotates stays; what came from the copy goes with it.
   */
  private ImmutableSortedMap<String, Optional<String>> annotations(
      FederatedGrid copy, Optional<FederatedGrid> local) {
    ImmutableSortedMap.Builder<String, Optional<String>> annotations =
        ImmutableSortedMap.naturalOrder();
    TreeSet<String> passed = new TreeSet<>(Wish.PASSED_ON);
    passed.retainAll(copy.annotations().keySet());
    List<String> passedBefore =
        local.stream()
            .map(grid -> grid.annotations().getOrDefault(Annotations.PASSED_ON, ""))
            .flatMap(names -> List.of(names.split(",")).stream())
            .toList();
    for (String name : Wish.PASSED_ON) {
      if (passed.contains(name) || passedBefore.contains(name)) {
        annotations.put(name, Optional.ofNullable(copy.annotations().get(name)));
      }
    }
    Optional<String> names =
        passed.isEmpty() ? Optional.empty() : Optional.of(String.join(",", passed));
    return annotations
        .put(Annotations.PASSED_ON, names)
        .put(Annotations.COPY, Optional.of(observed.clusterNamespace() + "/" + copy.name()))
        .put(Annotations.SOURCE_NAMESPACE, Optional.of(copy.sourceNamespace()))
        .put(Annotations.SOURCE_NAME, Optional.of(copy.sourceName()))
        .put(Annotations.SOURCE_UID, Optional.of(copy.sourceUid()).filter(uid -> !uid.isEmpty()))
        .put(Annotations.ORPHANED_SINCE, Optional.empty())
        .buildOrThrow();
  }
}

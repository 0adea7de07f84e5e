/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.federation;

import com.google.common.base.CharMatcher;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.json.Digest;
import dev.unitgrid.core.child.Problem;
import dev.unitgrid.core.naming.ToolLabels;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parent's side: one copy of a source in each cluster namespace (RULES 34, 35, 37). */
public final class ParentPlanner {
  /** The namespace of the plan for what does not say whose copy it is. */
  public static final String NOBODY = "";

  private static final int HASH = 8;
  private static final int LONGEST_NAME = 253;

  /** No event tells that the lists may be believed again. */
  private static final Duration DISTRUST = Duration.ofSeconds(30);

  private final ObservedSource observed;
  private final Optional<FederatedGrid> source;
  private final ImmutableList.Builder<ParentAction> actions = ImmutableList.builder();
  private final ImmutableList.Builder<Problem> problems = ImmutableList.builder();
  private Optional<Instant> nextCheckAt = Optional.empty();

  private ParentPlanner(ObservedSource observed) {
    this.observed = observed;
    this.source = observed.source().filter(grid -> !grid.deleting());
  }

  /**
   * What is to be done for one source. A pure function: once a plan has been carried out, the next
   * one asks for less, and soon for nothing.
   */
  public static ParentPlan plan(ObservedSource observed) {
    ParentPlanner planner = new ParentPlanner(observed);
    observed.clusters().stream()
        .sorted(Comparator.comparing(ClusterView::namespace))
        .forEach(planner::decide);
    return new ParentPlan(planner.actions.build(), planner.problems.build(), planner.nextCheckAt);
  }

  private void decide(ClusterView cluster) {
    List<FederatedGrid> copies = copies(cluster);
    if (cluster.terminating()) {
      abandon(cluster);
    } else if (mayAct(cluster)) {
      List<FederatedGrid> stale = copies.stream().filter(copy -> !isCurrent(copy)).toList();
      List<FederatedGrid> current = copies.stream().filter(this::isCurrent).toList();
      stale.forEach(this::letGo);
      current.stream().limit(1).forEach(this::keep);
      current.stream().skip(1).forEach(this::drop);
      if (copies.isEmpty()) {
        source.ifPresent(grid -> create(grid, cluster));
      }
    }
  }

  private List<FederatedGrid> copies(ClusterView cluster) {
    List<FederatedGrid> copies =
        cluster.grids().stream()
            .filter(grid -> isBound(grid) || saysSo(grid))
            .sorted(
                Comparator.comparing((FederatedGrid copy) -> !isPlain(copy))
                    .thenComparing(FederatedGrid::name))
            .toList();
    return copies.isEmpty() ? cluster.grids().stream().filter(this::isByName).toList() : copies;
  }

  /** Bound to this very source, whatever a hand made of the other marks. */
  private boolean isBound(FederatedGrid grid) {
    return source
        .filter(
            found -> grid.sourceSeal().equals(found.seal()) || grid.sourceUid().equals(found.uid()))
        .isPresent();
  }

  /** A copy that SuperEdge made is known by its name and the namespace that it is for. */
  private boolean saysSo(FederatedGrid grid) {
    return grid.isMarked()
        && grid.isSound()
        && grid.sourceNamespace().equals(observed.namespace())
        && grid.sourceName().equals(observed.name());
  }

  /** A hand took all marks away by which it was told whose copy it is. */
  private boolean isByName(FederatedGrid grid) {
    boolean unbound = grid.sourceUid().isEmpty() && grid.sourceSeal().isEmpty();
    boolean fits =
        grid.targetNamespace().isEmpty() || grid.targetNamespace().equals(observed.namespace());
    return source.isPresent()
        && grid.isMarked()
        && unbound
        && fits
        && (isPlain(grid) || grid.name().equals(hashedName(observed.namespace(), observed.name())));
  }

  private boolean isPlain(FederatedGrid copy) {
    return copy.name().equals(observed.name());
  }

  private boolean isCurrent(FederatedGrid copy) {
    return isBound(copy) || (source.isPresent() && copy.sourceUid().isEmpty());
  }

  /** Nothing is created or deleted in it; what a lost child holds is freed in the end (RULE 35). */
  private void abandon(ClusterView cluster) {
    if (cluster.givenUp()) {
      cluster.grids().stream()
          .filter(copy -> copy.deleting() && copy.isHeld())
          .filter(copy -> observed.namespace().equals(NOBODY) ? !isAnybodys(copy) : saysSo(copy))
          .forEach(copy -> actions.add(new ParentAction.Strip(copy)));
    }
  }

  /** Whether what {@code copy} says of its source can be believed. */
  public static boolean isAnybodys(FederatedGrid copy) {
    return copy.isSound() && !copy.sourceNamespace().equals(NOBODY);
  }

  private boolean mayAct(ClusterView cluster) {
    ObservedSource.Failure failure = observed.failures().get(cluster.namespace());
    if (failure == null) {
      return true;
    }
    problems.add(
        Problem.blocking(cluster.namespace(), ConditionTypes.WRITE_FAILED, failure.message()));
    boolean due = !observed.now().isBefore(failure.retryAt());
    if (!due) {
      lookAgainAt(failure.retryAt());
    }
    return due;
  }

  private void lookAgainAt(Instant instant) {
    nextCheckAt = Optional.of(nextCheckAt.filter(instant::isAfter).orElse(instant));
  }

  /** The intent comes first: without it a child keeps what it has (RULE 35). */
  private void letGo(FederatedGrid copy) {
    if (copy.sourceUid().isEmpty()) {
      return; // swept by uid only (RULE 34): the name alone may be that of another source's copy
    }
    if (source.isPresent()) {
      problems.add(
          Problem.note(
              copy.namespace(),
              ConditionTypes.WAITING_FOR_RELEASE,
              "the copy of an earlier grid of this name is still there; this one is copied as soon"
                  + " as the cluster has let it go"));
    }
    if (copy.deleting() && copy.isDeletionIntended()) {
      return;
    }
    if (!observed.deletionsTrusted()) {
      lookAgainAt(observed.now().plus(DISTRUST));
      return;
    }
    if (!copy.isDeletionIntended()) {
      actions.add(new ParentAction.IntendDeletion(copy));
    } else {
      actions.add(new ParentAction.Delete(copy));
    }
  }

  private void keep(FederatedGrid copy) {
    if (copy.deleting()) {
      problems.add(
          Problem.note(
              copy.namespace(),
              ConditionTypes.WAITING_FOR_RELEASE,
              "the copy is being deleted; it is made again as soon as the cluster has let it go"));
      return;
    }
    source.ifPresent(
        grid -> {
          Wish wish = wish(grid, copy.namespace(), copy.name());
          boolean settled =
              wish.isMetBy(copy)
                  || wish.answeredWith(copy).equals(observed.answered().get(copy.uid()));
          if (!settled) {
            actions.add(new ParentAction.Change(copy, wish));
          }
        });
  }

  /** A second copy of one source, without an intent: the child keeps its grid for the other one. */
  private void drop(FederatedGrid copy) {
    if (copy.deleting() || copy.isDeletionIntended()) {
      return;
    }
    if (observed.deletionsTrusted()) {
      actions.add(new ParentAction.Delete(copy));
    } else {
      lookAgainAt(observed.now().plus(DISTRUST));
    }
  }

  private void create(FederatedGrid grid, ClusterView cluster) {
    Optional<FederatedGrid> holder = cluster.grids().stream().filter(this::isPlain).findFirst();
    if (holder.filter(other -> !other.isMarked()).isPresent()) {
      problems.add(
          Problem.blocking(
              cluster.namespace(),
              ConditionTypes.NAME_CONFLICT,
              "the namespace "
                  + cluster.namespace()
                  + " has a "
                  + grid.kind().type().kind()
                  + " "
                  + grid.name()
                  + " that is no copy; delete or rename it"));
      return;
    }
    boolean yields =
        holder.isPresent()
            || observed.rivals().stream().anyMatch(rival -> rival.compareTo(grid.namespace()) < 0);
    actions.add(
        new ParentAction.Create(
            wish(
                grid,
                cluster.namespace(),
                yields ? hashedName(observed.namespace(), observed.name()) : grid.name())));
  }

  /** The legal name of a copy whose source's own name is another source's copy's. */
  public static String hashedName(String namespace, String name) {
    String hash = Digest.of(namespace + "\n" + name, HASH);
    String cut = name.substring(0, Math.min(name.length(), LONGEST_NAME - HASH - 1));
    return CharMatcher.anyOf(".-").trimTrailingFrom(cut) + "-" + hash;
  }

  private static Wish wish(FederatedGrid source, String cluster, String name) {
    return new Wish(
        source.kind(), cluster, name, labels(source), annotations(source), source.carried());
  }

  private static ImmutableSortedMap<String, String> labels(FederatedGrid source) {
    ImmutableSortedMap.Builder<String, String> labels = ImmutableSortedMap.naturalOrder();
    source.labels().entrySet().stream()
        .filter(label -> !ToolLabels.contain(label.getKey()))
        .forEach(labels::put);
    return labels
        .put(Labels.FED, "yes")
        .put(Labels.DIS, "yes")
        .put(Labels.TARGET_NAMESPACE, source.namespace())
        .buildOrThrow();
  }

  private static ImmutableSortedMap<String, Optional<String>> annotations(FederatedGrid source) {
    ImmutableSortedMap.Builder<String, Optional<String>> annotations =
        ImmutableSortedMap.naturalOrder();
    for (String passed : Wish.PASSED_ON) {
      annotations.put(passed, Optional.ofNullable(source.annotations().get(passed)));
    }
    Map<String, String> marks =
        Map.of(
            Annotations.SOURCE_NAMESPACE, source.namespace(),
            Annotations.SOURCE_NAME, source.name(),
            Annotations.SOURCE_UID, source.uid(),
            Annotations.SOURCE_SEAL, source.seal(),
            Annotations.SOURCE_GENERATION, Long.toString(source.generation()));
    marks.forEach((key, value) -> annotations.put(key, Optional.of(value)));
    return annotations.put(Annotations.DELETE_INTENT, Optional.empty()).buildOrThrow();
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.GridStatus.RecentlyDeleted;
import dev.unitgrid.api.json.Digest;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The brake on deletions for emptiness (RULE 21): a third of a grid's children a day, but one while
 * others remain and never the last. A deletion that was remembered and not carried out yet has its
 * place already; so a plan that was interrupted goes on where it stopped.
 *
 * @param released children that may go
 * @param blocked children that must wait
 * @param digest what the grid is annotated with to let exactly {@code blocked} go
 * @param limit how many may go in a day
 * @param last whether only one child lives, so that the number of a day does not matter
 * @param nextCheckAt when the day of a past deletion ends, if anything waits for it
 */
record Brake(
    ImmutableList<Candidate> released,
    ImmutableList<Candidate> blocked,
    String digest,
    int limit,
    boolean last,
    Optional<Instant> nextCheckAt) {
  /** Recorded times are cut to seconds: a second more makes it a whole day. */
  static final Duration DAY = Duration.ofHours(24).plusSeconds(1);

  private static final int DIGEST_LENGTH = 16;
  private static final String LAST_STAYS = "a grid's last child never goes by itself";

  /**
   * A child that is to be deleted for emptiness.
   *
   * @param child the child
   * @param unit its unit
   * @param due since when it is to be deleted
   * @param deselected whether the unit has nodes, and is only not selected any more
   */
  record Candidate(ObservedChild child, String unit, Instant due, boolean deselected) {
    static final Comparator<Candidate> LONGEST_DUE_FIRST =
        Comparator.comparing(Candidate::due).thenComparing(Candidate::unit);

    String uid() {
      return child.uid();
    }
  }

  /**
   * Which of {@code candidates} may go.
   *
   * @param living units of the grid's children that live, the candidates' among them
   * @param deleted what was deleted in the last day, or is remembered as about to be
   * @param allowed the grid's annotation {@code unitgrid.dev/allow-deletion}, or empty
   */
  static Brake decide(
      List<Candidate> candidates,
      ImmutableList<String> living,
      List<RecentlyDeleted> deleted,
      String allowed) {
    Set<String> remembered =
        deleted.stream().map(RecentlyDeleted::uid).collect(Collectors.toUnmodifiableSet());
    List<Candidate> released = new ArrayList<>();
    List<Candidate> waiting = new ArrayList<>();
    for (Candidate candidate : candidates.stream().sorted(Candidate.LONGEST_DUE_FIRST).toList()) {
      (remembered.contains(candidate.uid()) ? released : waiting).add(candidate);
    }
    int limit = limit(living, deleted);
    boolean last = living.size() == 1;
    int free = Math.min(limit - deleted.size(), living.size() - released.size() - 1);
    int let = Math.max(0, Math.min(free, waiting.size()));
    released.addAll(waiting.subList(0, let));
    List<Candidate> blocked = waiting.subList(let, waiting.size());
    String digest = digest(blocked);
    if (blocked.isEmpty() || digest.equals(allowed)) {
      released.addAll(blocked);
      return new Brake(
          ImmutableList.copyOf(released),
          ImmutableList.of(),
          digest,
          limit,
          last,
          Optional.empty());
    }
    return new Brake(
        ImmutableList.copyOf(released),
        ImmutableList.copyOf(blocked),
        digest,
        limit,
        last,
        deleted.stream().map(past -> past.deletedAt().plus(DAY)).min(Instant::compareTo));
  }

  /**
   * What was deleted counts as a child, unless its unit has one again: so a slow loss is caught,
   * and a unit that comes and goes does not make room for others.
   */
  private static int limit(ImmutableList<String> living, List<RecentlyDeleted> deleted) {
    int children =
        Stream.concat(living.stream(), deleted.stream().map(RecentlyDeleted::unit))
            .collect(ImmutableSet.toImmutableSet())
            .size();
    return Math.max(1, children / 3);
  }

  private static String digest(List<Candidate> blocked) {
    return Digest.of(
        blocked.stream().map(Candidate::uid).sorted().collect(Collectors.joining("\n")),
        DIGEST_LENGTH);
  }

  /** What users read while something is blocked. */
  Optional<Problem> problem() {
    if (blocked.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Problem.blocking(
            "",
            ConditionTypes.DELETION_BLOCKED,
            whoWouldGo()
                + ", but "
                + (last
                    ? LAST_STAYS
                    : "only " + limit + " may go in 24 hours, and never the last one")
                + "; "
                + remedy()
                + ", or annotate the grid with "
                + Annotations.ALLOW_DELETION
                + "="
                + digest));
  }

  private String whoWouldGo() {
    List<String> units = blocked.stream().map(Candidate::unit).sorted().toList();
    String what = emptyOnly() ? "empty unit" : deselectedOnly() ? "deselected unit" : "unit";
    return Words.plural(units.size(), what)
        + " ("
        + Words.list(units)
        + ") would lose "
        + (units.size() == 1 ? "its child" : "their children");
  }

  private String remedy() {
    return emptyOnly()
        ? "label the nodes again"
        : deselectedOnly() ? "select the units again" : "label the nodes or select the units again";
  }

  private boolean emptyOnly() {
    return blocked.stream().noneMatch(Candidate::deselected);
  }

  private boolean deselectedOnly() {
    return blocked.stream().allMatch(Candidate::deselected);
  }
}

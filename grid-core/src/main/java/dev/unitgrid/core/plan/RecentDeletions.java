/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.GridStatus.RecentlyDeleted;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What {@code status.recentlyDeleted} remembers (RULE 21). It is written before a child is deleted,
 * so an entry may be about a child that still lives.
 */
final class RecentDeletions {
  private static final Comparator<RecentlyDeleted> ORDER =
      Comparator.comparing(RecentlyDeleted::deletedAt)
          .thenComparing(RecentlyDeleted::unit)
          .thenComparing(RecentlyDeleted::uid);

  private RecentDeletions() {}

  /**
   * The entries of the last day that still count: all but those about a child that is wanted again.
   */
  static ImmutableList<RecentlyDeleted> counting(
      List<RecentlyDeleted> entries, Predicate<String> isWanted, Instant now) {
    return entries.stream()
        .filter(entry -> entry.deletedAt().plus(Brake.DAY).isAfter(now))
        .filter(entry -> !isWanted.test(entry.uid()))
        .collect(ImmutableList.toImmutableList());
  }

  /** {@code counting} and what {@code verdicts} delete {@code now}, which may be a second try. */
  static ImmutableList<RecentlyDeleted> with(
      List<RecentlyDeleted> counting, List<Verdict> verdicts, Instant now) {
    List<RecentlyDeleted> deleted =
        verdicts.stream()
            .filter(RecentDeletions::deletes)
            .flatMap(verdict -> entry(verdict, now).stream())
            .toList();
    List<String> uids = deleted.stream().map(RecentlyDeleted::uid).toList();
    return Stream.concat(
            counting.stream().filter(entry -> !uids.contains(entry.uid())), deleted.stream())
        .sorted(ORDER)
        .collect(ImmutableList.toImmutableList());
  }

  private static boolean deletes(Verdict verdict) {
    return verdict.actions().stream().anyMatch(Action.Delete.class::isInstance);
  }

  private static Optional<RecentlyDeleted> entry(Verdict verdict, Instant now) {
    return verdict
        .living()
        .map(child -> new RecentlyDeleted(verdict.unit(), child.name(), child.uid(), now));
  }

  /** When the first of {@code entries} is forgotten. */
  static Optional<Instant> nextForgottenAt(List<RecentlyDeleted> entries) {
    return entries.stream().map(entry -> entry.deletedAt().plus(Brake.DAY)).min(Instant::compareTo);
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.Condition;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridStatus;
import dev.unitgrid.controllers.internal.Slots;
import dev.unitgrid.core.child.ImmutableObservedChild;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.ObservedChild.Correction;
import dev.unitgrid.core.child.ObservedChild.Verified;
import dev.unitgrid.core.plan.UnitPlan;
import dev.unitgrid.core.template.UnknownFields;
import dev.unitgrid.runtime.codec.ResourceVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What this process knows of one grid beyond its caches: what the API server answered or deleted
 * before the watches showed it, who holds names without being watched, what we wrote last and what
 * failed. Confined to the loop. All of it may be lost: a restart costs comparisons and reads, no
 * writes.
 */
final class GridMemory {
  private static final Duration CORRECTIONS_COUNT_FOR = Duration.ofMinutes(30);

  /** No cache ever tells of an object that was deleted before it was shown. */
  private static final Duration ANSWERS_COUNT_FOR = Duration.ofSeconds(30);

  final Slots slots;
  final UnitFailures failures;

  private final Set<String> busyUnits = new HashSet<>();
  private Set<String> busyWhenObserved = Set.of();
  private boolean knowsFailures;
  private final Map<String, ObservedChild> answeredByName = new HashMap<>();
  private final Map<String, Holder> holdersByName = new HashMap<>();
  private final Map<String, LastWrite> lastWritesByUid = new HashMap<>();
  private final Map<String, Verified> verifiedByUid = new HashMap<>();
  private final Set<String> deletedUids = new HashSet<>();
  private final Set<String> livedNames = new HashSet<>();
  private UnknownFields unknownFields = UnknownFields.NONE;
  private @Nullable GridView answeredGrid;

  /** An object that no watch of ours shows, and when to look again. */
  private record Holder(ObservedChild child, Instant lookAgainAt) {}

  private record LastWrite(String digest, String hash, ImmutableList<Correction> corrections) {}

  GridMemory(Slots slots, UnitFailures failures) {
    this.slots = slots;
    this.failures = failures;
  }

  /** Every write of a plan was answered: what fails is known from here on. */
  void tried() {
    knowsFailures = true;
  }

  /**
   * Whether a plan would call a grid mended that was not, because what failed before this process
   * began is not known yet.
   */
  boolean mayForget(Grid grid) {
    return !knowsFailures
        && GridStatus.parse(grid.status())
            .condition(ConditionTypes.DEGRADED)
            .filter(Condition::isTrue)
            .isPresent();
  }

  /**
   * What is observed now will be planned from: of units that are busy with an earlier plan it shows
   * a world that ends before their writes do.
   */
  void observed() {
    busyWhenObserved = Set.copyOf(busyUnits);
  }

  /** Whether a unit may be written now from what was {@link #observed}; it is busy from here on. */
  boolean begins(String unit) {
    return !busyWhenObserved.contains(unit) && busyUnits.add(unit);
  }

  /** A unit that {@link #begins began} may be written again. */
  void ends(String unit) {
    busyUnits.remove(unit);
  }

  /** The API server refused these fields of a child. */
  void refused(UnknownFields fields) {
    unknownFields = unknownFields.and(fields);
  }

  /** Whether the API server refused fields of a child. */
  boolean knowsRefusedFields() {
    return !unknownFields.isEmpty();
  }

  /** What the API server refused; forgotten once it is known to be of another version. */
  UnknownFields unknownFields(String serverVersion) {
    unknownFields = unknownFields.ofServer(serverVersion);
    return unknownFields;
  }

  /** The API server answered a write with this child: it is known before a watch shows it. */
  void answered(ObservedChild child) {
    answeredByName.put(child.name(), child);
  }

  /** The API server answered a status write with this grid. */
  void answered(GridView grid) {
    answeredGrid = grid;
  }

  /** The newer one of what the cache shows and what the API server answered. */
  GridView newest(GridView cached) {
    GridView answered = answeredGrid;
    return answered != null
            && answered.grid().uid().equals(cached.grid().uid())
            && isOlder(cached.grid().resourceVersion(), answered.grid().resourceVersion())
        ? answered
        : cached;
  }

  /**
   * The API server answered our create or apply with this child: from now on this is what we wrote,
   * whatever it says (RULE 16). Answers to other writes are not: they may carry foreign drift.
   */
  void wrote(ObservedChild child, ImmutableList<String> drift, Instant now) {
    answered(child);
    List<Correction> corrections = new ArrayList<>(recentCorrections(child.uid(), now));
    if (!drift.isEmpty()) {
      corrections.add(new Correction(now, drift));
    }
    lastWritesByUid.put(
        child.uid(),
        new LastWrite(
            child.digest(),
            child.annotations().getOrDefault(Annotations.HASH, ""),
            ImmutableList.copyOf(corrections)));
  }

  /** The API server took our deletion; the watch has yet to show it. */
  void deleted(String uid) {
    deletedUids.add(uid);
    answeredByName.values().removeIf(child -> child.uid().equals(uid));
  }

  /** What the planner found out about a living child, to spare it the comparison (RULE 16). */
  void verified(UnitPlan unit) {
    unit.living()
        .ifPresent(
            child ->
                unit.verified()
                    .ifPresentOrElse(
                        found -> verifiedByUid.put(child.uid(), found),
                        () -> verifiedByUid.remove(child.uid())));
  }

  /** Somebody holds a name that we wanted. */
  void held(ObservedChild holder, Instant lookAgainAt) {
    holdersByName.put(holder.name(), new Holder(holder, lookAgainAt));
  }

  /** The holder could not be read: it is believed to hold on. */
  void stillHeld(String name, Instant lookAgainAt) {
    holdersByName.computeIfPresent(name, (any, holder) -> new Holder(holder.child(), lookAgainAt));
  }

  /** Nobody holds the name any more. */
  void released(String name) {
    holdersByName.remove(name);
  }

  /** Names whose holders are to be read again. */
  ImmutableList<String> namesToLookAt(Instant now) {
    return holdersByName.entrySet().stream()
        .filter(entry -> !entry.getValue().lookAgainAt().isAfter(now))
        .map(Map.Entry::getKey)
        .sorted()
        .collect(ImmutableList.toImmutableList());
  }

  /** When what is known from answers alone is to be held to the caches or to a read again. */
  Optional<Instant> nextLook(Instant now) {
    Stream<Instant> holders = holdersByName.values().stream().map(Holder::lookAgainAt);
    Stream<Instant> answers =
        answeredByName.isEmpty() ? Stream.of() : Stream.of(now.plus(ANSWERS_COUNT_FOR));
    return Stream.concat(holders, answers).min(Instant::compareTo);
  }

  /**
   * Forgets answers that the cache has overtaken. A child that was answered and that the cache does
   * not have although it has seen that version was deleted since; so this comes before the cache is
   * read.
   */
  void forgetAnswers(Predicate<ObservedChild> overtaken) {
    answeredByName.values().removeIf(overtaken);
  }

  /**
   * The children as far as anybody knows.
   *
   * @param cached what the caches show, read after {@link #forgetAnswers}
   */
  ImmutableList<ObservedChild> known(Iterable<ObservedChild> cached, Instant now) {
    Map<String, ObservedChild> byName = new LinkedHashMap<>();
    cached.forEach(child -> byName.put(child.name(), child));
    answeredByName.forEach((name, answered) -> byName.merge(name, answered, GridMemory::newer));
    holdersByName.keySet().removeAll(byName.keySet());
    holdersByName.values().forEach(holder -> byName.put(holder.child().name(), holder.child()));
    livedNames.addAll(byName.keySet());
    forgetAllBut(byName.values());
    return byName.values().stream()
        .map(child -> withMemory(child, now))
        .collect(ImmutableList.toImmutableList());
  }

  /** Whether an object of this name was ever {@link #known}. */
  boolean hasLived(String name) {
    return livedNames.contains(name);
  }

  private static ObservedChild newer(ObservedChild cached, ObservedChild answered) {
    return isOlder(cached.resourceVersion(), answered.resourceVersion()) ? answered : cached;
  }

  private static boolean isOlder(String version, String other) {
    return new ResourceVersion(version).isOlderThan(new ResourceVersion(other));
  }

  private void forgetAllBut(Iterable<ObservedChild> living) {
    Set<String> uids = new HashSet<>();
    living.forEach(child -> uids.add(child.uid()));
    deletedUids.retainAll(uids);
    lastWritesByUid.keySet().retainAll(uids);
    verifiedByUid.keySet().retainAll(uids);
  }

  private ObservedChild withMemory(ObservedChild child, Instant now) {
    ImmutableObservedChild.Builder known =
        ImmutableObservedChild.builder()
            .from(child)
            .deleting(child.deleting() || deletedUids.contains(child.uid()))
            .verified(Optional.ofNullable(verifiedByUid.get(child.uid())));
    LastWrite last = lastWritesByUid.get(child.uid());
    if (last != null) {
      known
          .lastWriteDigest(last.digest())
          .lastWriteHash(last.hash())
          .corrections(recentCorrections(child.uid(), now));
    }
    return known.build();
  }

  private ImmutableList<Correction> recentCorrections(String uid, Instant now) {
    LastWrite last = lastWritesByUid.get(uid);
    if (last == null) {
      return ImmutableList.of();
    }
    return last.corrections().stream()
        .filter(correction -> correction.at().plus(CORRECTIONS_COUNT_FOR).isAfter(now))
        .collect(ImmutableList.toImmutableList());
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api;

import dev.unitgrid.api.json.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The status of a grid as a value (RULE 25), and the one place of its field names. Immutable.
 *
 * @param observedGeneration the generation from which every unit's child was planned; 0 before
 * @param units how many units the grid has
 * @param readyUnits how many of them have an available child
 * @param emptyUnits how many children stand for units without a node
 * @param conditions what holds, by type
 * @param worstUnits at most {@value #MOST_WORST_UNITS} units that need a look
 * @param recentlyDeleted children that were deleted for emptiness in the last day (RULE 21)
 * @param observedUnitSelector the unit selector by which deselected units were last told apart
 *     (RULE 4); absent before, and for ServiceGrids
 * @param clusters the clusters that a grid is distributed over, by name; empty for other grids
 * @param states by unit: its child's status, whole or in part; empty for ServiceGrids
 */
public record GridStatus(
    long observedGeneration,
    int units,
    int readyUnits,
    int emptyUnits,
    List<Condition> conditions,
    List<WorstUnit> worstUnits,
    List<RecentlyDeleted> recentlyDeleted,
    Optional<UnitSelector> observedUnitSelector,
    List<Cluster> clusters,
    Map<String, Json> states) {
  /** The most that {@link #worstUnits} holds. */
  public static final int MOST_WORST_UNITS = 10;

  /** The name of the field {@link #observedGeneration}. */
  public static final String OBSERVED_GENERATION = "observedGeneration";

  /** The name of the field {@link #units}. */
  public static final String UNITS = "units";

  /** The name of the field {@link #readyUnits}. */
  public static final String READY_UNITS = "readyUnits";

  /** The name of the field {@link #emptyUnits}. */
  public static final String EMPTY_UNITS = "emptyUnits";

  /** The name of the field {@link #conditions}. */
  public static final String CONDITIONS = "conditions";

  /** The name of the field {@link #worstUnits}. */
  public static final String WORST_UNITS = "worstUnits";

  /** The name of the field {@link #recentlyDeleted}. */
  public static final String RECENTLY_DELETED = "recentlyDeleted";

  /** The name of the field {@link #observedUnitSelector}. */
  public static final String OBSERVED_UNIT_SELECTOR = "observedUnitSelector";

  /** The name of the field {@link #clusters}. */
  public static final String CLUSTERS = "clusters";

  /** The name of the field {@link #states}. */
  public static final String STATES = "states";

  /** The status of a grid that nobody has looked at yet. */
  public static final GridStatus EMPTY =
      new GridStatus(
          0, 0, 0, 0, List.of(), List.of(), List.of(), Optional.empty(), List.of(), Map.of());

  /**
   * A unit that needs a look.
   *
   * @param unit its name
   * @param reason one word in CamelCase, as a condition has it
   * @param message a sentence for people
   */
  public record WorstUnit(String unit, String reason, String message) {
    /** The name of the field {@link #unit}. */
    public static final String UNIT = "unit";

    /** The name of the field {@link #reason}. */
    public static final String REASON = "reason";

    /** The name of the field {@link #message}. */
    public static final String MESSAGE = "message";

    static WorstUnit parse(Json item) {
      return new WorstUnit(
          item.get(UNIT).asString(""),
          item.get(REASON).asString(""),
          item.get(MESSAGE).asString(""));
    }

    Json toJson() {
      return Json.object(UNIT, unit, REASON, reason, MESSAGE, message);
    }
  }

  /**
   * A child that was deleted because its unit was empty.
   *
   * @param unit the unit's name
   * @param child the child's name
   * @param uid the child's uid: a child that lives again under its name is another one
   * @param deletedAt when; whole seconds
   */
  public record RecentlyDeleted(String unit, String child, String uid, Instant deletedAt) {
    /** The name of the field {@link #unit}. */
    public static final String UNIT = "unit";

    /** The name of the field {@link #child}. */
    public static final String CHILD = "child";

    /** The name of the field {@link #uid}. */
    public static final String UID = "uid";

    /** The name of the field {@link #deletedAt}, RFC 3339. */
    public static final String DELETED_AT = "deletedAt";

    /** Cuts {@code deletedAt} to whole seconds. */
    public RecentlyDeleted {
      deletedAt = deletedAt.truncatedTo(ChronoUnit.SECONDS);
    }

    static RecentlyDeleted parse(Json item) {
      return new RecentlyDeleted(
          item.get(UNIT).asString(""),
          item.get(CHILD).asString(""),
          item.get(UID).asString(""),
          Condition.instant(item.get(DELETED_AT)));
    }

    Json toJson() {
      return Json.object(UNIT, unit, CHILD, child, UID, uid, DELETED_AT, deletedAt.toString());
    }
  }

  /**
   * What one cluster tells of a grid that is distributed (RULE 36).
   *
   * @param name its namespace in the parent cluster
   * @param units how many units it has
   * @param readyUnits how many of them have an available child
   * @param observedGeneration the generation of the source that it acts upon; 0 before
   * @param reachable whether it renews its lease
   * @param since since when it is reachable, or is not; whole seconds, by the parent's clock
   */
  public record Cluster(
      String name,
      int units,
      int readyUnits,
      long observedGeneration,
      boolean reachable,
      Instant since) {
    /** The name of the field {@link #name}. */
    public static final String NAME = "name";

    /** The name of the field {@link #reachable}. */
    public static final String REACHABLE = "reachable";

    /** The name of the field {@link #since}, RFC 3339. */
    public static final String SINCE = "since";

    /** Cuts {@code since} to whole seconds. */
    public Cluster {
      since = since.truncatedTo(ChronoUnit.SECONDS);
    }

    static Cluster parse(Json item) {
      return new Cluster(
          item.get(NAME).asString(""),
          count(item.get(UNITS)),
          count(item.get(READY_UNITS)),
          item.get(OBSERVED_GENERATION).asLong(0),
          item.get(REACHABLE).asBoolean(false),
          Condition.instant(item.get(SINCE)));
    }

    Json toJson() {
      return Json.object(
          NAME,
          name,
          UNITS,
          units,
          READY_UNITS,
          readyUnits,
          OBSERVED_GENERATION,
          observedGeneration,
          REACHABLE,
          reachable,
          SINCE,
          since.toString());
    }
  }

  /** The status of a grid that is not distributed. */
  public GridStatus(
      long observedGeneration,
      int units,
      int readyUnits,
      int emptyUnits,
      List<Condition> conditions,
      List<WorstUnit> worstUnits,
      List<RecentlyDeleted> recentlyDeleted,
      Optional<UnitSelector> observedUnitSelector,
      Map<String, Json> states) {
    this(
        observedGeneration,
        units,
        readyUnits,
        emptyUnits,
        conditions,
        worstUnits,
        recentlyDeleted,
        observedUnitSelector,
        List.of(),
        states);
  }

  /** Copies the collections. */
  public GridStatus {
    conditions = List.copyOf(conditions);
    worstUnits = List.copyOf(worstUnits);
    recentlyDeleted = List.copyOf(recentlyDeleted);
    clusters = List.copyOf(clusters);
    states = Collections.unmodifiableMap(new LinkedHashMap<>(states));
  }

  /** The value of the field {@code status}; what is missing or cannot be read is empty or 0. */
  public static GridStatus parse(Json status) {
    return new GridStatus(
        status.get(OBSERVED_GENERATION).asLong(0),
        count(status.get(UNITS)),
        count(status.get(READY_UNITS)),
        count(status.get(EMPTY_UNITS)),
        list(status.get(CONDITIONS), Condition::parse),
        list(status.get(WORST_UNITS), WorstUnit::parse),
        list(status.get(RECENTLY_DELETED), RecentlyDeleted::parse),
        unitSelector(status.get(OBSERVED_UNIT_SELECTOR)),
        list(status.get(CLUSTERS), Cluster::parse),
        status.get(STATES).fields());
  }

  /**
   * This status as the API has it. The counts are always there; a list or map without an entry is
   * not.
   */
  public Json toJson() {
    Map<String, Json> fields = new LinkedHashMap<>();
    fields.put(OBSERVED_GENERATION, Json.of(observedGeneration));
    fields.put(UNITS, Json.of(units));
    fields.put(READY_UNITS, Json.of(readyUnits));
    fields.put(EMPTY_UNITS, Json.of(emptyUnits));
    putUnlessEmpty(fields, CONDITIONS, array(conditions, Condition::toJson));
    putUnlessEmpty(fields, WORST_UNITS, array(worstUnits, WorstUnit::toJson));
    putUnlessEmpty(fields, RECENTLY_DELETED, array(recentlyDeleted, RecentlyDeleted::toJson));
    observedUnitSelector.ifPresent(
        selector -> fields.put(OBSERVED_UNIT_SELECTOR, selector.toJson()));
    putUnlessEmpty(fields, CLUSTERS, array(clusters, Cluster::toJson));
    putUnlessEmpty(fields, STATES, Json.object(states));
    return Json.object(fields);
  }

  /** The condition of {@code type}, if there is one. */
  public Optional<Condition> condition(String type) {
    return conditions.stream().filter(condition -> condition.type().equals(type)).findFirst();
  }

  /**
   * Since when the condition of {@code type} has {@code status}, if it has it now.
   *
   * @param now if it is another one here, or there is none
   */
  public Instant since(String type, Condition.Status status, Instant now) {
    return condition(type)
        .filter(old -> old.status() == status)
        .map(Condition::lastTransitionTime)
        .orElse(now);
  }

  private static Optional<UnitSelector> unitSelector(Json selector) {
    try {
      return selector.isObject() ? Optional.of(UnitSelector.parse(selector)) : Optional.empty();
    } catch (IllegalArgumentException writtenByHand) {
      return Optional.empty();
    }
  }

  private static int count(Json number) {
    return (int) Math.max(0, Math.min(Integer.MAX_VALUE, number.asLong(0)));
  }

  private static <T> List<T> list(Json items, Function<Json, T> parse) {
    return items.items().stream().map(parse).toList();
  }

  private static <T> Json array(List<T> items, Function<T, Json> toJson) {
    return Json.array(items.stream().map(toJson).toList());
  }

  private static void putUnlessEmpty(Map<String, Json> fields, String name, Json value) {
    if (!value.isZero()) {
      fields.put(name, value);
    }
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code metadata.managedFields} of a live object: who owns which field paths. Immutable and
 * thread-safe.
 */
public final class ManagedFields {
  private static final String APPLY = "Apply";

  private final List<Json> entries;

  private ManagedFields(List<Json> entries) {
    this.entries = List.copyOf(entries);
  }

  /** The entries of the array {@code managedFields}; anything else is an object without any. */
  public static ManagedFields of(Json managedFields) {
    return new ManagedFields(managedFields.items());
  }

  /** The managed fields of a whole object. */
  public static ManagedFields ofObject(Json live) {
    return of(live.get("metadata", "managedFields"));
  }

  /** The array, as the API has it. */
  public Json toJson() {
    return Json.array(entries);
  }

  /**
   * Whether {@code manager} has an entry of {@code operation} ({@code Apply} or {@code Update}) for
   * the object itself, not for a subresource.
   */
  public boolean hasEntry(String manager, String operation) {
    return entries.stream()
        .anyMatch(
            entry ->
                isOf(entry, Set.of(manager))
                    && operation.equals(entry.get("operation").asString("")));
  }

  /**
   * The managers whose entries name {@code path} itself, or something below it, in the order of the
   * entries; entries of subresources count.
   *
   * @param path names of {@code fieldsV1}, e.g. {@code f:spec}, {@code f:replicas}
   */
  public List<String> owners(String... path) {
    return entries.stream()
        .filter(entry -> entry.get("fieldsV1").find(path).isPresent())
        .map(ManagedFields::manager)
        .distinct()
        .toList();
  }

  /**
   * The manager that wrote last among those that own a path of {@code fields}, other than {@code
   * except}.
   *
   * @param fields a set of paths as {@code managedFields} has it, e.g. of {@link
   *     Schema#differingFields}
   */
  public Optional<String> lastWriter(Json fields, Collection<String> except) {
    if (fields.fields().isEmpty()) {
      return Optional.empty();
    }
    return entries.stream()
        .filter(entry -> !except.contains(manager(entry)))
        .filter(entry -> FieldSet.meet(entry.get("fieldsV1"), fields))
        .max(Comparator.comparing(ManagedFields::time))
        .map(ManagedFields::manager);
  }

  /**
   * Whether {@link #merged} would change something: some entry of {@code managers} is not yet the
   * one {@code Apply} entry of {@code into}.
   */
  public boolean needsMerge(String into, Collection<String> managers) {
    return !merged(into, managers).toJson().equals(toJson());
  }

  /**
   * The list in which {@code into} has one {@code Apply} entry that owns all that it and {@code
   * managers} own, whatever their operation, and their entries are gone (RULES 14, 19). Entries of
   * subresources, of other API versions than the first of them, and of everybody else stay as they
   * are. Itself if there is nothing to merge.
   *
   * <p>Written with a test of the resource version, this changes neither generation nor pods, and
   * the next apply of {@code into} drops every path that it does not name.
   */
  public ManagedFields merged(String into, Collection<String> managers) {
    List<Json> ours = new ArrayList<>();
    List<Json> others = new ArrayList<>();
    for (Json entry : entries) {
      boolean taken =
          (isOf(entry, managers) || isOf(entry, Set.of(into)))
              && (ours.isEmpty() || sameVersion(entry, ours.get(0)));
      (taken ? ours : others).add(entry);
    }
    if (ours.isEmpty()) {
      return this;
    }
    List<Json> merged = new ArrayList<>(List.of(union(into, ours)));
    merged.addAll(others);
    return ours.size() == 1 && ours.get(0).equals(merged.get(0)) ? this : new ManagedFields(merged);
  }

  private static Json union(String into, List<Json> entries) {
    Json fields =
        entries.stream()
            .map(entry -> entry.get("fieldsV1"))
            .reduce(Json.emptyObject(), FieldSet::union);
    Json latest = entries.stream().max(Comparator.comparing(ManagedFields::time)).orElseThrow();
    Map<String, Json> union = new LinkedHashMap<>();
    union.put("manager", Json.of(into));
    union.put("operation", Json.of(APPLY));
    union.put("apiVersion", entries.get(0).get("apiVersion"));
    latest.find("time").ifPresent(time -> union.put("time", time));
    union.put("fieldsType", Json.of("FieldsV1"));
    union.put("fieldsV1", fields);
    return Json.object(union);
  }

  private static boolean isOf(Json entry, Collection<String> managers) {
    return managers.contains(manager(entry)) && entry.get("subresource").isZero();
  }

  private static boolean sameVersion(Json entry, Json other) {
    return entry.get("apiVersion").equals(other.get("apiVersion"));
  }

  private static String manager(Json entry) {
    return entry.get("manager").asString("");
  }

  private static Instant time(Json entry) {
    try {
      return OffsetDateTime.parse(entry.get("time").asString("")).toInstant();
    } catch (DateTimeParseException none) {
      return Instant.EPOCH;
    }
  }
}

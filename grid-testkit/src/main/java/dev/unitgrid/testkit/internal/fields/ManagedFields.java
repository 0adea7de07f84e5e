/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.fields;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.schema.Schema;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who owns which field of an object: the list {@code metadata.managedFields}, kept as the real
 * server keeps it. Mutable, one thread.
 */
public final class ManagedFields {
  private static final FieldSet NEVER_OWNED = neverOwned();

  /** What makes an entry one: a manager's updates and its applies are two. */
  public record Owner(String manager, String operation, String apiVersion, String subresource) {
    /** Whether it applies. */
    public boolean applies() {
      return operation.equals("Apply");
    }

    /** What decides the order of conflicts: as the real server's, the text of an entry. */
    private String identifier() {
      return String.join(
          "\",",
          manager,
          operation,
          applies() ? "" : apiVersion,
          // Without one the entry ends, by a letter that comes after the comma.
          subresource.isEmpty() ? "}" : subresource);
    }

    String print() {
      String quoted = "\"" + manager + "\"";
      if (!subresource.isEmpty()) {
        quoted += " with subresource \"" + subresource + "\"";
      }
      return applies() ? quoted : quoted + " using " + apiVersion;
    }
  }

  private record Entry(FieldSet fields, String time) {}

  private final Map<Owner, Entry> entries = new LinkedHashMap<>();

  /**
   * The entries of {@code object}.
   *
   * @throws FieldsException if one cannot be read
   */
  public static ManagedFields of(JsonObject object) {
    ManagedFields fields = new ManagedFields();
    for (JsonObject entry : Trees.objects(object, "metadata", "managedFields")) {
      if (entry.isEmpty()) {
        continue;
      }
      Owner owner =
          new Owner(
              Trees.string(entry, "manager"),
              Trees.string(entry, "operation"),
              Trees.string(entry, "apiVersion"),
              Trees.string(entry, "subresource"));
      if (!owner.operation().equals("Apply") && !owner.operation().equals("Update")) {
        throw new FieldsException("invalid operation: \"" + owner.operation() + "\"");
      }
      FieldSet set = FieldSet.parse(Trees.object(entry, "fieldsV1"));
      if (!set.isEmpty()) {
        fields.entries.put(owner, new Entry(set, Trees.string(entry, "time")));
      }
    }
    return fields;
  }

  /**
   * The entries that an update starts from: those that it brings, else the live ones. One empty
   * entry takes them all away.
   */
  public static ManagedFields ofUpdate(JsonObject live, JsonObject next) {
    List<JsonObject> brought = Trees.objects(next, "metadata", "managedFields");
    if (brought.size() == 1 && brought.get(0).isEmpty()) {
      return new ManagedFields();
    }
    ManagedFields fields = brought.isEmpty() ? new ManagedFields() : of(next);
    return fields.isEmpty() ? of(live) : fields;
  }

  /** The fields of {@code said} that {@code live} has as they are said, as conflicts print them. */
  public static Set<String> kept(JsonObject said, JsonObject live, Schema schema) {
    Comparison comparison = Comparison.of(said, live, schema);
    FieldSet kept =
        Typed.fieldsOf(said, schema)
            .difference(comparison.changed())
            .difference(comparison.removed());
    return kept.paths().stream().map(Steps::print).collect(Collectors.toSet());
  }

  /** Whether nobody owns anything. */
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Forgets what is owned in another version. */
  public void keepOnly(String apiVersion) {
    entries.keySet().removeIf(owner -> !owner.apiVersion().equals(apiVersion));
  }

  /** Writes the entries into {@code object}, in the server's order. */
  public void writeTo(JsonObject object) {
    JsonObject metadata = Trees.child(object, "metadata");
    metadata.remove("managedFields");
    if (entries.isEmpty()) {
      return;
    }
    List<Map.Entry<Owner, Entry>> sorted = new ArrayList<>(entries.entrySet());
    sorted.sort(
        Comparator.comparing((Map.Entry<Owner, Entry> e) -> e.getKey().operation())
            .thenComparing(e -> e.getValue().time())
            .thenComparing(e -> e.getKey().manager())
            .thenComparing(e -> e.getKey().apiVersion())
            .thenComparing(e -> e.getKey().subresource()));
    JsonArray array = new JsonArray();
    sorted.forEach(e -> array.add(toJson(e.getKey(), e.getValue())));
    metadata.add("managedFields", array);
  }

  private static JsonObject toJson(Owner owner, Entry entry) {
    JsonObject json =
        Trees.objectOf(
            "manager",
            owner.manager(),
            "operation",
            owner.operation(),
            "apiVersion",
            owner.apiVersion());
    if (!entry.time().isEmpty()) {
      json.addProperty("time", entry.time());
    }
    json.addProperty("fieldsType", "FieldsV1");
    json.add("fieldsV1", entry.fields().toJson());
    if (!owner.subresource().isEmpty()) {
      json.addProperty("subresource", owner.subresource());
    }
    return json;
  }

  /**
   * Records that {@code owner} changed {@code before} to {@code after} by a POST, PUT or patch.
   *
   * @param reset fields that this resource or subresource never takes from a request
   */
  public void update(
      JsonObject before, JsonObject after, Schema schema, Owner owner, String now, Reset reset) {
    Comparison comparison = Comparison.of(bare(before), bare(after), schema);
    FieldSet changed = reset.keep(comparison.changed().without(NEVER_OWNED));
    FieldSet removed = reset.keep(comparison.removed());
    takeAway(owner, changed, removed);
    FieldSet mine = fieldsOf(owner).difference(removed).union(changed);
    if (mine.isEmpty()) {
      entries.remove(owner);
    } else if (!changed.isEmpty()) {
      entries.put(owner, new Entry(mine, now));
    } else {
      entries.computeIfPresent(owner, (same, entry) -> new Entry(mine, entry.time()));
    }
  }

  /**
   * The same as the real server does it: an update of an object that nobody owns anything of
   * changes no ownership, nor does one that leaves a list without its keys.
   */
  public void updateIfTyped(
      JsonObject before, JsonObject after, Schema schema, Owner owner, String now, Reset reset) {
    boolean created = Trees.string(before, "metadata", "uid").isEmpty();
    if (!created && isEmpty()) {
      return;
    }
    Map<Owner, Entry> kept = new LinkedHashMap<>(entries);
    try {
      update(before, after, schema, owner, now, reset);
    } catch (FieldsException untyped) {
      entries.clear();
      entries.putAll(kept);
    }
  }

  /**
   * Applies {@code config} to {@code live} for {@code owner}; the result is a new tree.
   *
   * @throws ConflictException if another manager owns a field with another value and {@code force}
   *     is false
   */
  public JsonObject apply(
      JsonObject live,
      JsonObject config,
      Schema schema,
      Owner owner,
      boolean force,
      String now,
      Reset reset) {
    Map<Owner, Entry> kept = new LinkedHashMap<>(entries);
    try {
      return applied(live, config, schema, owner, force, now, reset);
    } catch (ConflictException conflict) {
      entries.clear();
      entries.putAll(kept);
      throw conflict;
    }
  }

  private JsonObject applied(
      JsonObject live,
      JsonObject config,
      Schema schema,
      Owner owner,
      boolean force,
      String now,
      Reset reset) {
    JsonObject bareLive = bare(live);
    JsonObject bareConfig = bare(config);
    JsonObject merged = Typed.merge(bareLive, bareConfig, schema);
    FieldSet last = fieldsOf(owner);
    FieldSet named = Typed.fieldsOf(bareConfig, schema);
    FieldSet set = reset.keep(named.without(NEVER_OWNED));
    Entry previous = entries.get(owner);
    // While it is pruned an object's name is its applier's, so that metadata stays.
    entries.put(owner, new Entry(named, now));
    JsonObject result = last.isEmpty() ? merged : prune(merged, last, schema);
    entries.put(owner, new Entry(set, now));
    Comparison comparison = Comparison.of(bareLive, result, schema);
    FieldSet changed = reset.keep(comparison.changed().without(NEVER_OWNED));
    if (!force) {
      refuseConflicts(owner, changed);
    }
    takeAway(owner, changed, reset.keep(comparison.removed()));
    if (set.isEmpty()) {
      entries.remove(owner);
    } else if (bareLive.equals(result)) {
      // What changes nothing has the time of what did, or none.
      entries.put(owner, new Entry(set, previous == null ? "" : previous.time()));
    }
    return result;
  }

  /**
   * A field goes if its applier named it before and does not now, and nobody else owns it; what is
   * within such a field and belongs to others stays.
   */
  private JsonObject prune(JsonObject merged, FieldSet last, Schema schema) {
    if (everythingIsOwned(last)) {
      return merged;
    }
    FieldSet lastNamed = Typed.withNamedFields(last, schema);
    JsonObject pruned = Typed.remove(merged, lastNamed, schema);
    FieldSet owned = new FieldSet();
    for (Entry entry : entries.values()) {
      owned = owned.union(entry.fields());
    }
    FieldSet mergedFields = named(merged, schema);
    FieldSet kept = named(pruned, schema).union(Typed.withNamedFields(owned, schema));
    JsonObject withOwned = Typed.remove(merged, mergedFields.difference(kept), schema);
    FieldSet gone = mergedFields.difference(named(withOwned, schema)).intersection(lastNamed);
    return Typed.remove(merged, gone, schema);
  }

  /** The common case, and much cheaper to find out than what is left after pruning. */
  private boolean everythingIsOwned(FieldSet last) {
    FieldSet left = last;
    for (Entry entry : entries.values()) {
      left = left.difference(entry.fields());
    }
    return left.isEmpty();
  }

  private static FieldSet named(JsonObject object, Schema schema) {
    return Typed.withNamedFields(Typed.fieldsOf(object, schema), schema);
  }

  private void takeAway(Owner owner, FieldSet changed, FieldSet removed) {
    for (Owner other : List.copyOf(entries.keySet())) {
      Entry entry = entries.get(other);
      if (other.equals(owner) || entry == null) {
        continue;
      }
      FieldSet left = entry.fields().difference(changed).difference(removed);
      if (left.isEmpty()) {
        entries.remove(other);
      } else {
        entries.put(other, new Entry(left, entry.time()));
      }
    }
  }

  private void refuseConflicts(Owner owner, FieldSet changed) {
    Map<String, List<String>> conflicts = new LinkedHashMap<>();
    entries.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(owner))
        .sorted(Comparator.comparing(entry -> entry.getKey().identifier()))
        .forEach(
            entry -> {
              List<String> paths =
                  entry.getValue().fields().intersection(changed).paths().stream()
                      .map(Steps::print)
                      .toList();
              if (!paths.isEmpty()) {
                conflicts.put(entry.getKey().print(), paths);
              }
            });
    if (!conflicts.isEmpty()) {
      throw new ConflictException(conflicts);
    }
  }

  private FieldSet fieldsOf(Owner owner) {
    return Optional.ofNullable(entries.get(owner)).map(Entry::fields).orElseGet(FieldSet::new);
  }

  private static JsonObject bare(JsonObject object) {
    JsonElement managed = Trees.at(object, "metadata", "managedFields");
    if (managed == null) {
      return object;
    }
    JsonObject copy = new JsonObject();
    object.entrySet().forEach(entry -> copy.add(entry.getKey(), entry.getValue()));
    JsonObject metadata = new JsonObject();
    Trees.object(object, "metadata")
        .entrySet()
        .forEach(
            entry -> {
              if (!entry.getKey().equals("managedFields")) {
                metadata.add(entry.getKey(), entry.getValue());
              }
            });
    copy.add("metadata", metadata);
    return copy;
  }

  private static FieldSet neverOwned() {
    FieldSet set = new FieldSet();
    set.insert(List.of("f:apiVersion"));
    set.insert(List.of("f:kind"));
    for (String name :
        List.of(
            "name",
            "namespace",
            "creationTimestamp",
            "selfLink",
            "uid",
            "clusterName",
            "generation",
            "managedFields",
            "resourceVersion")) {
      set.insert(List.of("f:metadata", "f:" + name));
    }
    return set;
  }

  /** Which fields a resource or subresource takes from a request at all. */
  public record Reset(List<String> never) {
    FieldSet keep(FieldSet set) {
      FieldSet gone = new FieldSet();
      never.forEach(name -> gone.insert(List.of("f:" + name)));
      return withoutMetadataItself(set.without(gone));
    }

    private static FieldSet withoutMetadataItself(FieldSet set) {
      set.members().remove("f:metadata");
      return set;
    }
  }
}

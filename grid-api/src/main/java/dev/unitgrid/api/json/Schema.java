/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the API server knows about the fields of one kind of child, and the two questions that it
 * answers: is a rendered object a subset of a live one (RULE 16), and which field paths does it
 * name (RULE 14)? Immutable and thread-safe.
 */
public final class Schema {
  /** Where the server records no ownership, or does not let an apply of the object set it. */
  private static final List<String> UNOWNED_METADATA =
      List.of(
          "name",
          "namespace",
          "uid",
          "resourceVersion",
          "generation",
          "creationTimestamp",
          "selfLink",
          "managedFields");

  private final SchemaNode root;

  private Schema(SchemaNode root) {
    this.root = root;
  }

  /** Read once, on first use. */
  private static final class Known {
    private static final SchemaReading READING = SchemaReading.ofResource();
    private static final Schema DEPLOYMENT = new Schema(READING.type("Deployment"));
    private static final Schema STATEFUL_SET = new Schema(READING.type("StatefulSet"));
    private static final Schema SERVICE = new Schema(READING.type("Service"));
  }

  /** Of apps/v1 Deployments. */
  public static Schema deployment() {
    return Known.DEPLOYMENT;
  }

  /** Of apps/v1 StatefulSets. */
  public static Schema statefulSet() {
    return Known.STATEFUL_SET;
  }

  /** Of v1 Services. */
  public static Schema service() {
    return Known.SERVICE;
  }

  /**
   * Whether everything that {@code rendered} says is so in {@code live}. Quantities and
   * int-or-strings are compared by value, a rendered null, empty or zero value equals an absent
   * one, lists go by their keys (in the rendered order; others' items may stand between), sets by
   * membership; atomic values must be the same whole, save what the server defaults inside them.
   * {@code apiVersion} and {@code kind} are not compared: items of lists come without.
   */
  public boolean covers(Json live, Json rendered) {
    return compare(live, rendered).isEmpty();
  }

  /**
   * Where {@link #covers} fails, in the order of {@code rendered}, each as {@code path: live ->
   * rendered}, e.g. {@code spec.template.spec.containers[name=echo].image: "a" -> "b"}. Long values
   * are cut.
   */
  public List<String> differences(Json live, Json rendered) {
    return compare(live, rendered).stream().map(Comparison.Difference::text).toList();
  }

  /**
   * The field paths of {@link #differences} as a {@code fieldsV1} set: what to ask {@link
   * ManagedFields#lastWriter} for.
   */
  public Json differingFields(Json live, Json rendered) {
    return compare(live, rendered).stream()
        .map(difference -> FieldSet.ofPath(difference.place().names()))
        .reduce(Json.emptyObject(), FieldSet::union);
  }

  /**
   * The set of field paths that an apply of {@code rendered} owns, in the form of {@code fieldsV1}:
   * items of lists by their keys, atomic values as one path.
   */
  public Json fields(Json rendered) {
    return FieldSet.of(root, owned(rendered));
  }

  /** {@link #fields}, each path as one line, sorted. */
  public List<String> paths(Json rendered) {
    return FieldSet.lines(fields(rendered));
  }

  /**
   * The digest of {@link #fields}: two objects have the same one exactly if a change from one to
   * the other drops no path and adds none.
   */
  public String pathsDigest(Json rendered) {
    return fields(rendered).digest();
  }

  /**
   * {@code object} without what says nothing at any depth: nulls, empty lists, and empty maps of
   * the user's naming such as labels. An empty object that chooses, such as {@code emptyDir: {}},
   * stays. Generated models write the former for every field that was never set.
   */
  public Json withoutEmpties(Json object) {
    return Empties.without(root, object);
  }

  /**
   * {@code object} without the nulls of fields that the server knows: it reads them as absent. A
   * null under a name of the user's, such as a label, is an empty text to it, and stays; so do
   * nulls among the items of a list, and whatever a field holds that is not known here.
   */
  public Json withoutNulls(Json object) {
    return Empties.withoutNulls(root, object);
  }

  private List<Comparison.Difference> compare(Json live, Json rendered) {
    return Comparison.of(root, live, rendered.without("apiVersion").without("kind"));
  }

  private static Json owned(Json rendered) {
    Map<String, Json> fields = new LinkedHashMap<>(rendered.fields());
    fields.remove("apiVersion");
    fields.remove("kind");
    fields.remove("status");
    Json metadata = rendered.get("metadata");
    for (String name : UNOWNED_METADATA) {
      metadata = metadata.without(name);
    }
    fields.remove("metadata");
    if (!metadata.fields().isEmpty()) {
      fields.put("metadata", metadata);
    }
    return Json.object(fields);
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.federation;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.Finalizers;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.GridSpec;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.json.CompactJson;
import dev.unitgrid.api.json.Digest;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.template.Templates;

/**
 * A grid as far as it is carried from cluster to cluster: a source, a copy, or what a child made of
 * a copy. Immutable.
 *
 * @param kind which of the three
 * @param namespace its namespace
 * @param name its name
 * @param uid its uid
 * @param resourceVersion its version
 * @param generation counts changes of the spec
 * @param labels its labels
 * @param annotations its annotations
 * @param finalizers what holds it
 * @param deleting whether it has a deletion timestamp
 * @param unitKey the node label whose values name the units; empty if the spec has none
 * @param spec its spec
 * @param carried its spec as it is carried on: without the templates that would be pruned where it
 *     arrives, or the next copy would bring them back (RULE 6)
 * @param status its status
 */
public record FederatedGrid(
    GridKind kind,
    String namespace,
    String name,
    String uid,
    String resourceVersion,
    long generation,
    ImmutableMap<String, String> labels,
    ImmutableMap<String, String> annotations,
    ImmutableSet<String> finalizers,
    boolean deleting,
    String unitKey,
    CompactJson spec,
    CompactJson carried,
    Json status) {
  private static final String YES = "yes";
  private static final int SEAL = 16;

  /** The grid that {@code object} says. */
  public static FederatedGrid decode(GridKind kind, Json object) {
    Json metadata = object.get("metadata");
    Json spec = object.get("spec");
    return new FederatedGrid(
        kind,
        metadata.get("namespace").asString(""),
        metadata.get("name").asString(""),
        metadata.get("uid").asString(""),
        metadata.get("resourceVersion").asString(""),
        metadata.get("generation").asLong(0),
        ImmutableMap.copyOf(metadata.get("labels").asStrings()),
        ImmutableMap.copyOf(metadata.get("annotations").asStrings()),
        metadata.get("finalizers").items().stream()
            .map(finalizer -> finalizer.asString(""))
            .collect(ImmutableSet.toImmutableSet()),
        !metadata.get("deletionTimestamp").isNull(),
        spec.get("gridUniqKey").asString(""),
        CompactJson.of(spec),
        CompactJson.of(pruned(spec)),
        object.get("status"));
  }

  private static Json pruned(Json spec) {
    Json pruned = spec;
    for (String unused : Templates.unused(GridSpec.parse(spec))) {
      pruned = pruned.with("templatePool", pruned.get("templatePool").without(unused));
    }
    return pruned;
  }

  /** Whether users want it in all clusters; a copy is never copied again (RULE 34). */
  public boolean isSource() {
    return Copies.isSource(labels, annotations);
  }

  /** Whether it says that it is a copy, and for which namespace. */
  public boolean isCopy() {
    return isSet(Labels.DIS) && !label(Labels.TARGET_NAMESPACE).isEmpty();
  }

  /** Whether anything says that it is a copy: what bears no mark at all is somebody else's. */
  public boolean isMarked() {
    return isSet(Labels.DIS)
        || labels.containsKey(Labels.TARGET_NAMESPACE)
        || annotations.containsKey(Annotations.SOURCE_UID)
        || annotations.containsKey(Annotations.SOURCE_SEAL)
        || isHeld();
  }

  /** Of a source: what binds its copies to it, whatever a hand makes of their other marks. */
  public String seal() {
    return seal(namespace, name, uid);
  }

  /** Of a copy: the seal of its source; empty if SuperEdge made it. */
  public String sourceSeal() {
    return annotations.getOrDefault(Annotations.SOURCE_SEAL, "");
  }

  /**
   * Of a copy: whether what it says of its source fits together. If not, a hand edited it, and
   * nothing is done for what it says (RULE 34).
   */
  public boolean isSound() {
    boolean sealed =
        sourceSeal().isEmpty()
            || sourceSeal().equals(seal(sourceNamespace(), sourceName(), sourceUid()));
    return sealed && (targetNamespace().isEmpty() || targetNamespace().equals(sourceNamespace()));
  }

  private static String seal(String namespace, String name, String uid) {
    return Digest.of(namespace + "\n" + name + "\n" + uid, SEAL);
  }

  /**
   * Whether a child cluster made it: with UnitGrid, or with SuperEdge, whose grids say so by a
   * label only.
   */
  public boolean isMadeByChild() {
    return annotations.containsKey(Annotations.COPY)
        || label(Labels.TARGET_NAMESPACE).equals(namespace);
  }

  /** Of a copy or what was made of it: the namespace of its source. */
  public String sourceNamespace() {
    return annotations.getOrDefault(Annotations.SOURCE_NAMESPACE, label(Labels.TARGET_NAMESPACE));
  }

  /** Of a copy: the namespace of a child cluster that it is for. */
  public String targetNamespace() {
    return label(Labels.TARGET_NAMESPACE);
  }

  /** Of a copy or what was made of it: the name of its source; SuperEdge knows no other name. */
  public String sourceName() {
    return annotations.getOrDefault(Annotations.SOURCE_NAME, name);
  }

  /** Of a copy or what was made of it: the uid of its source; empty if SuperEdge made it. */
  public String sourceUid() {
    return annotations.getOrDefault(Annotations.SOURCE_UID, "");
  }

  /** Of a copy: the generation of its source; its own if SuperEdge made it. */
  public long sourceGeneration() {
    String text = annotations.getOrDefault(Annotations.SOURCE_GENERATION, "");
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException notWrittenByUs) {
      return generation;
    }
  }

  /** Of what a child made: the name of the copy that it was made of. */
  public String copyName() {
    String copy = annotations.getOrDefault(Annotations.COPY, name);
    return copy.substring(copy.indexOf('/') + 1);
  }

  /** Of a copy: whether the parent wrote that it wants this very copy's end (RULE 35). */
  public boolean isDeletionIntended() {
    return uid.equals(annotations.get(Annotations.DELETE_INTENT));
  }

  /** Of a copy: whether a child holds it. */
  public boolean isHeld() {
    return finalizers.contains(Finalizers.CHILD);
  }

  /** Of what a child made: whether its copy is gone, and that is written down. */
  public boolean isOrphaned() {
    return annotations.containsKey(Annotations.ORPHANED_SINCE);
  }

  /** The same grid, being deleted. */
  public FederatedGrid withDeleting() {
    return new FederatedGrid(
        kind,
        namespace,
        name,
        uid,
        resourceVersion,
        generation,
        labels,
        annotations,
        finalizers,
        true,
        unitKey,
        spec,
        carried,
        status);
  }

  String label(String name) {
    return labels.getOrDefault(name, "");
  }

  private boolean isSet(String label) {
    return YES.equals(labels.get(label));
  }
}

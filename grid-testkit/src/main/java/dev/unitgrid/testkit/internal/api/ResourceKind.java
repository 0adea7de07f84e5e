/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import dev.unitgrid.testkit.internal.cel.SchemaRules;
import dev.unitgrid.testkit.internal.schema.Schema;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A kind that is served.
 *
 * @param builtIn whether a Go type is behind it on the real server
 * @param status whether it has the subresource {@code status}
 * @param scalePaths where the subresource {@code scale} finds what it shows; empty without one
 * @param rules the rules in CEL that its objects keep; empty without any
 * @param deprecation what a client that uses this version is warned of; empty for nothing
 * @param stored the version that its objects are stored in; empty if it is this one
 */
public record ResourceKind(
    String group,
    String version,
    String kind,
    String plural,
    String singular,
    List<String> shortNames,
    boolean namespaced,
    boolean builtIn,
    boolean status,
    Optional<ScalePaths> scalePaths,
    Supplier<Schema> schemas,
    Optional<SchemaRules> rules,
    String deprecation,
    Optional<Stored> stored) {
  /** A version that objects are stored in: as in objects, and what they keep there. */
  public record Stored(String apiVersion, Schema schema) {}

  /** Paths of fields, such as {@code .spec.replicas}; the selector's may be empty. */
  public record ScalePaths(String specReplicas, String statusReplicas, String selector) {}

  /** Whether it has the subresource {@code scale}. */
  public boolean scale() {
    return scalePaths.isPresent();
  }

  /** {@code plural.group}: its name in messages. */
  public String resource() {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  /** Its name in the store: {@link #resource}, but that of the core group for every event. */
  public String storage() {
    return isEventOfItsGroup() ? EventVersions.STORAGE : resource();
  }

  /** Whether it is an event, which is stored as the core group has it, in its own group. */
  boolean isEventOfItsGroup() {
    return builtIn && group.equals(EventVersions.GROUP);
  }

  /** As in objects. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** The schema. */
  public Schema schema() {
    return schemas.get();
  }

  boolean is(String group, String kind) {
    return this.group.equals(group) && this.kind.equals(kind);
  }
}

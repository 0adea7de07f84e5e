/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.child;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.CompactJson;
import dev.unitgrid.api.json.Json;
import java.util.Optional;
import org.immutables.value.Value;

/**
 * A live Deployment, StatefulSet or Service as caches keep it: what the planner reads and nothing
 * else. Made by {@link #decode}; the two fields of memory are added by whoever remembers.
 * Immutable.
 */
@Value.Immutable
public interface ObservedChild {
  /**
   * The child that {@code object} is, as the API server sends it.
   *
   * @param type Deployment, StatefulSet or Service
   */
  static ObservedChild decode(ResourceType type, Json object) {
    return ChildDecoding.decode(type, object);
  }

  /** Its type: Deployment, StatefulSet or Service. */
  ResourceType type();

  /** Its namespace. */
  String namespace();

  /** Its name. */
  String name();

  /** Its uid. */
  String uid();

  /** Its version when it was observed. */
  String resourceVersion();

  /** Counts changes of its spec; 0 for a Service. */
  long generation();

  /** Its {@code spec.replicas}; 1 where it says none, as the API server has it. */
  @Value.Default
  default long replicas() {
    return 1;
  }

  /** Whether it has a deletion timestamp. */
  boolean deleting();

  /** Its labels. */
  ImmutableMap<String, String> labels();

  /** Its annotations. */
  ImmutableMap<String, String> annotations();

  /** The owner that controls it, if any. */
  Optional<Owner> controller();

  /** Metadata (labels, annotations, owner references) and spec; no managed fields, no status. */
  CompactJson live();

  /** The digest of spec, labels, our annotations and owner references, as of RULE 16. */
  String digest();

  /** Who owns its fields. */
  Ownership ownership();

  /** What its controller reports. */
  ChildStatus status();

  /**
   * The {@link #digest()} of the response of our last write, if this process made one (RULE 16).
   */
  Optional<String> lastWriteDigest();

  /**
   * The {@code unitgrid.dev/hash} of our last rendering that the API server took, if this process
   * wrote one: tells a change of the grid from somebody who overwrites us whole (RULE 16).
   */
  Optional<String> lastWriteHash();

  /** What the last plan of this process found out about it, if it was {@code converged}. */
  Optional<Verified> verified();

  /** Corrections of drift that this process made in the last half hour, oldest first (RULE 16). */
  ImmutableList<Correction> corrections();

  /**
   * An owner reference with {@code controller: true}.
   *
   * @param apiVersion the owner's
   * @param kind the owner's
   * @param name the owner's
   * @param uid the owner's
   */
  record Owner(String apiVersion, String kind, String name, String uid) {}

  /**
   * What {@code metadata.managedFields} says, without the fields themselves; entries for
   * subresources do not count, save that an autoscaler, which writes to {@code scale}, may be the
   * last one.
   *
   * @param created whether fields are still in the {@code Update} entry of our POST (RULE 14)
   * @param applied whether we have an {@code Apply} entry
   * @param ownsReplicas whether an entry of ours owns {@code spec.replicas}
   * @param managers the names of all managers with an entry
   * @param lastOther the manager, not ours, that wrote last
   */
  record Ownership(
      boolean created,
      boolean applied,
      boolean ownsReplicas,
      ImmutableList<String> managers,
      Optional<String> lastOther) {
    /** Nothing is known. */
    public static final Ownership NONE =
        new Ownership(false, false, false, ImmutableList.of(), Optional.empty());
  }

  /**
   * That a child was found to be what its grid says; holds as long as neither changes, so that
   * nothing needs to be rendered or compared again. Kept in memory only.
   *
   * @param grid the digest of all that the grid's children are rendered from
   * @param digest the {@link #digest()} of the child
   * @param notes what was merged or overruled in it
   */
  record Verified(String grid, String digest, ImmutableList<Problem> notes) {}

  /**
   * One correction of drift.
   *
   * @param at when it was applied
   * @param paths the differing paths
   */
  record Correction(java.time.Instant at, ImmutableList<String> paths) {}
}

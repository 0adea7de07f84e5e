/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.federation;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.unitgrid.api.GridKind;
import java.time.Instant;
import java.util.Optional;
import org.immutables.value.Value;

/** All that a child's work on one copy depends on; taken from complete lists only. Immutable. */
@Value.Immutable
public interface ObservedCopy {
  /** The copy's kind. */
  GridKind kind();

  /** The copy's namespace in the parent cluster. */
  String clusterNamespace();

  /** The copy; empty if there is none of that name. */
  Optional<FederatedGrid> copy();

  /**
   * The grids of this cluster that were made of the copy, by what they say, and whatever grid has
   * the place that the copy is for.
   */
  ImmutableList<FederatedGrid> locals();

  /**
   * Names of other living copies in the cluster namespace that grids of {@link #locals()} were made
   * of.
   */
  ImmutableList<String> otherCopies();

  /** Whether a node of this cluster carries the copy's unit key. */
  boolean keyHasNodes();

  /** Where the parent may put grids. */
  @Value.Default
  default TargetNamespaces targetNamespaces() {
    return TargetNamespaces.ALL;
  }

  /** What the API server made of wishes, by the uid of the local grid. */
  ImmutableMap<String, Wish.Answered> answered();

  /** The last write to the local grid, if it failed. */
  Optional<ObservedSource.Failure> failure();

  /** Whether the absence of a copy may be believed: only if the lists are complete (RULE 35). */
  @Value.Default
  default boolean absenceTrusted() {
    return true;
  }

  /** The time. */
  Instant now();
}

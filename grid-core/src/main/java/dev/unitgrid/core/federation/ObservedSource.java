/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.federation;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.unitgrid.api.GridKind;
import java.time.Instant;
import java.util.Optional;
import org.immutables.value.Value;

/** All that the copies of one source depend on; taken from complete lists only. Immutable. */
@Value.Immutable
public interface ObservedSource {
  /** The source's kind. */
  GridKind kind();

  /** The source's namespace. */
  String namespace();

  /** The source's name. */
  String name();

  /** The source; empty if there is none, or none that users want in other clusters. */
  Optional<FederatedGrid> source();

  /** All cluster namespaces. */
  ImmutableList<ClusterView> clusters();

  /** The namespaces of other sources of this kind and name: they meet in the copies' names. */
  ImmutableSet<String> rivals();

  /** What the API server made of wishes, by the copy's uid. */
  ImmutableMap<String, Wish.Answered> answered();

  /** The last failed write in each cluster namespace. Gone after a success. */
  ImmutableMap<String, Failure> failures();

  /** Whether copies may be deleted: only if the lists are complete (RULE 34). */
  @Value.Default
  default boolean deletionsTrusted() {
    return true;
  }

  /** The time. */
  Instant now();

  /**
   * A write that failed.
   *
   * @param code the HTTP status; 0 if there was no answer
   * @param message the API server's own words
   * @param retryAt not before this
   */
  record Failure(int code, String message, Instant retryAt) {}
}

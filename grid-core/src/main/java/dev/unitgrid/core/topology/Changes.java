/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;

/**
 * What changes for the clients of a node. The changes belong together: a client that sees some of
 * them without the others may see a Service without endpoints.
 *
 * @param slices the slices that look different now, none twice, in a stable order
 * @param services the Services whose endpoints, or which of them are shown, changed: what is made
 *     of all slices of a Service, such as Endpoints, must be made anew
 * @param <K> how the caller names slices
 */
public record Changes<K>(ImmutableList<Slice<K>> slices, ImmutableSet<ServiceName> services) {
  /**
   * A slice that looks different now.
   *
   * @param key the slice
   * @param service whose endpoints it holds
   * @param shown what is shown of its newest version
   */
  public record Slice<K>(K key, ServiceName service, Shown shown) {}

  /** Whether no client notices anything. */
  public boolean isEmpty() {
    return slices.isEmpty() && services.isEmpty();
  }
}

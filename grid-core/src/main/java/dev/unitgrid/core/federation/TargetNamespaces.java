/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.federation;

import com.google.common.collect.ImmutableSet;
import java.util.Optional;

/**
 * The namespaces of a child cluster that a parent may put grids into (RULE 37): never {@code
 * kube-system}. Immutable.
 */
public final class TargetNamespaces {
  /** All but {@code kube-system}. */
  public static final TargetNamespaces ALL = new TargetNamespaces(Optional.empty());

  private static final String NEVER = "kube-system";

  private final Optional<ImmutableSet<String>> names;

  private TargetNamespaces(Optional<ImmutableSet<String>> names) {
    this.names = names;
  }

  /** Only these; {@code kube-system} is not made one of them by being named. */
  public static TargetNamespaces only(Iterable<String> names) {
    return new TargetNamespaces(Optional.of(ImmutableSet.copyOf(names)));
  }

  /** Whether {@code namespace} is one. */
  public boolean allow(String namespace) {
    return !namespace.equals(NEVER) && names.filter(some -> !some.contains(namespace)).isEmpty();
  }
}

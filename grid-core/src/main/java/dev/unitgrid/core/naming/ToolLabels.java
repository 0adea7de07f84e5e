/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.naming;

import com.google.common.collect.ImmutableSet;
import dev.unitgrid.api.Labels;

/**
 * Labels of grids that children must not have, because tools take what carries them for their own
 * and prune it, or because they are about the grid alone (RULE 13).
 */
public final class ToolLabels {
  private static final ImmutableSet<String> NAMES =
      ImmutableSet.of(Labels.FED, Labels.DIS, Labels.TARGET_NAMESPACE);
  private static final ImmutableSet<String> DOMAINS =
      ImmutableSet.of("applyset.kubernetes.io", "argocd.argoproj.io", "kapp.k14s.io");
  private static final String FLUX = ".toolkit.fluxcd.io";

  private ToolLabels() {}

  /** Whether {@code name} is such a label. */
  public static boolean contain(String name) {
    int slash = name.indexOf('/');
    String domain = slash < 0 ? "" : name.substring(0, slash);
    return NAMES.contains(name) || DOMAINS.contains(domain) || domain.endsWith(FLUX);
  }
}

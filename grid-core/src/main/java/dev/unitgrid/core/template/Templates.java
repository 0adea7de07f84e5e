/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.template;

import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Sets;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.GridSpec;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.child.Problem;
import java.util.HashSet;
import java.util.Set;

/**
 * Which template a unit uses, which ones nobody uses, and what server-side apply would refuse of
 * one (RULES 5, 6, 8). Templates are lossless: fields that no model knows stay (RULE 7).
 */
public final class Templates {
  private Templates() {}

  /**
   * The template of {@code unit}: {@code templates[unit]}, else {@code defaultTemplateName}; empty
   * or {@code default} means {@code spec.template} (RULE 5).
   */
  public static ResolvedTemplate resolve(GridSpec spec, String unit) {
    String name = spec.templates().getOrDefault(unit, spec.defaultTemplateName());
    if (isDefault(name)) {
      return specTemplate(spec, unit);
    }
    Json template = spec.templatePool().getOrDefault(name, Json.ofNull());
    if (template.isObject()) {
      return new ResolvedTemplate.Found(name, template);
    }
    String namedBy =
        spec.templates().containsKey(unit) ? "spec.templates." + unit : "spec.defaultTemplateName";
    return new ResolvedTemplate.Unknown(
        Problem.blocking(
            unit,
            ConditionTypes.UNKNOWN_TEMPLATE,
            namedBy
                + " names the template \""
                + name
                + "\", which spec.templatePool does not have"));
  }

  /** A grid may have pool templates only, as long as every unit names one. */
  private static ResolvedTemplate specTemplate(GridSpec spec, String unit) {
    if (spec.template().isObject()) {
      return new ResolvedTemplate.Found(GridSpec.DEFAULT_TEMPLATE, spec.template());
    }
    return new ResolvedTemplate.Unknown(
        Problem.blocking(
            unit,
            ConditionTypes.UNKNOWN_TEMPLATE,
            "spec.template is missing, and no template of spec.templatePool is named for the unit"));
  }

  /**
   * The names in {@code templatePool} that {@code autoDeleteUnusedTemplate} removes: those that
   * neither {@code templates} nor {@code defaultTemplateName} names; none unless it is on (RULE 6).
   */
  public static ImmutableSortedSet<String> unused(GridSpec spec) {
    if (!spec.autoDeleteUnusedTemplate()) {
      return ImmutableSortedSet.of();
    }
    Set<String> used = new HashSet<>(spec.templates().values());
    used.add(spec.defaultTemplateName());
    return ImmutableSortedSet.copyOf(Sets.difference(spec.templatePool().keySet(), used));
  }

  /**
   * {@code template} without the duplicates that server-side apply refuses (RULE 8).
   *
   * @param template the spec of a Deployment or StatefulSet
   * @param unit the unit that a problem is about
   */
  public static NormalisedTemplate normalise(Json template, String unit) {
    return new Normalisation().of(template, unit);
  }

  private static boolean isDefault(String name) {
    return name.isEmpty() || name.equals(GridSpec.DEFAULT_TEMPLATE);
  }
}

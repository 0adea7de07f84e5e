/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Sets;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.core.child.Problem;
import dev.unitgrid.core.plan.Action.PruneTemplates;
import dev.unitgrid.core.template.Templates;
import java.util.Optional;

/** Templates that nothing names, if the grid wants them removed (RULE 6). */
final class Pruning {
  private Pruning() {}

  /** One verdict about the grid itself: its unit is the empty one. */
  static Verdict of(Observed observed) {
    ImmutableSortedSet<String> unused = Templates.unused(observed.grid().spec());
    ImmutableList<String> held =
        Sets.intersection(unused, observed.heldTemplates()).immutableCopy().asList();
    ImmutableList<String> removed =
        Sets.difference(unused, observed.heldTemplates()).immutableCopy().asList();
    Verdict verdict = Verdict.of("", "", Optional.empty());
    Verdict known = held.isEmpty() ? verdict : verdict.and(problem(held));
    return removed.isEmpty()
        ? known
        : known.then(new PruneTemplates(removed, "no unit uses " + Words.list(removed)));
  }

  private static Problem problem(ImmutableList<String> held) {
    return Problem.note(
        "",
        ConditionTypes.TEMPLATES_HELD,
        "unused but kept, because another manager applies them: "
            + Words.list(held)
            + "; remove them there");
  }
}

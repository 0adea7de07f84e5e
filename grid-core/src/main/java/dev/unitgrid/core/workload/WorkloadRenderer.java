/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.workload;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.Problem;
import dev.unitgrid.core.child.Rendering;
import dev.unitgrid.core.naming.ChildMetadata;
import dev.unitgrid.core.template.NormalisedTemplate;
import dev.unitgrid.core.template.ResolvedTemplate;
import dev.unitgrid.core.template.StrippedTemplate;
import dev.unitgrid.core.template.Templates;
import dev.unitgrid.core.template.UnknownFields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Deployment or StatefulSet of a unit as it should be: the unit's template, lossless (RULE 7),
 * on the unit's nodes (RULE 9), with the unit's labels (RULE 13), in a way that restarts no pod of
 * a living child for anything but a changed template (RULE 19). It depends on the grid, the unit
 * and the living child, on no other unit.
 */
public final class WorkloadRenderer {
  private static final String OUR_DOMAIN = "unitgrid.dev/";

  private WorkloadRenderer() {}

  /** Renders the child of {@code unit} where the API server has not refused any field yet. */
  public static Rendering render(
      Grid grid, String unit, String childName, Optional<ObservedChild> living) {
    return render(grid, unit, childName, living, UnknownFields.NONE);
  }

  /**
   * Renders the child of {@code unit}.
   *
   * @param grid a DeploymentGrid or a StatefulSetGrid
   * @param unit the unit
   * @param childName the child's name
   * @param living the child that lives, to keep what must not change; empty for a new one, and to
   *     ask what a recreated one would be
   * @param unknownFields those that the API server has refused, beside those that {@code living}
   *     remembers: they are left out
   */
  public static Rendering render(
      Grid grid,
      String unit,
      String childName,
      Optional<ObservedChild> living,
      UnknownFields unknownFields) {
    ResolvedTemplate resolved = Templates.resolve(grid.spec(), unit);
    if (resolved instanceof ResolvedTemplate.Unknown unknown) {
      return new Rendering.Impossible(unknown.problem());
    }
    WorkloadKind kind = WorkloadKind.of(grid.kind());
    StrippedTemplate stripped =
        unknownFields
            .andOf(living)
            .strippedFrom(cleaned(kind, ((ResolvedTemplate.Found) resolved).template()));
    Json template = stripped.template();
    Optional<Problem> reserved = usesReservedLabels(template, unit);
    if (reserved.isPresent()) {
      return new Rendering.Impossible(reserved.get());
    }
    NormalisedTemplate normalised = Templates.normalise(template, unit);
    if (normalised instanceof NormalisedTemplate.Refused refused) {
      return new Rendering.Impossible(refused.problem());
    }
    return new Drawing(
            grid, unit, childName, kind, stripped, (NormalisedTemplate.Applicable) normalised)
        .draw(living.map(child -> LiveWorkload.of(kind, child)));
  }

  /**
   * A status is no part of a spec. A null is what no field is: tools write and drop it at will, and
   * a null number of replicas that is applied would own the field and reset it to 1 (RULE 15).
   */
  private static Json cleaned(WorkloadKind kind, Json template) {
    Json cleaned = template.without("status").withoutAt(List.of("template", "status"));
    return kind.schema().withoutNulls(Json.object("spec", cleaned)).get("spec");
  }

  private static Optional<Problem> usesReservedLabels(Json template, String unit) {
    ImmutableList.Builder<String> used = ImmutableList.builder();
    used.addAll(template.get("template", "metadata", "labels").fields().keySet());
    used.addAll(template.get("selector", "matchLabels").fields().keySet());
    for (Json expression : template.get("selector", "matchExpressions").items()) {
      used.add(expression.get("key").asString(""));
    }
    return used.build().stream()
        .filter(label -> label.startsWith(OUR_DOMAIN))
        .findFirst()
        .map(
            label ->
                Problem.blocking(
                    unit,
                    ConditionTypes.INVALID_TEMPLATE,
                    "the template uses the label "
                        + label
                        + ": labels of unitgrid.dev are added to pods and selectors for you"));
  }

  /** One unit's child while it is put together. */
  private record Drawing(
      Grid grid,
      String unit,
      String childName,
      WorkloadKind kind,
      StrippedTemplate stripped,
      NormalisedTemplate.Applicable normalised) {

    Rendering draw(Optional<LiveWorkload> live) {
      UnitMarks marks = UnitMarks.of(grid, unit);
      Json wanted = marks.onNodes(normalised.template());
      boolean merged = !normalised.merges().isEmpty();
      if (merged
          && live.isPresent()
          && live.get().waitsWithDuplicates(marks.onNodes(stripped.template()), marks)) {
        return new Rendering.Impossible(waiting());
      }
      RenderVersion version =
          live.map(child -> child.versionFor(wanted, marks)).orElse(RenderVersion.current());
      Json pods = version.podsOf(wanted, marks, live.map(LiveWorkload::spec).orElse(Json.ofNull()));
      Json spec =
          live.flatMap(child -> child.selectorInsteadOf(pods.get("selector"), marks))
              .map(selector -> pods.with("selector", selector))
              .orElseGet(() -> marks.onSelector(pods));
      return Rendering.Rendered.of(
          body(spec, RenderStamp.of(version, wanted)), notes(spec, marks, live.isPresent()));
    }

    private Json body(Json spec, RenderStamp stamp) {
      return Json.object(
          "apiVersion",
          kind.type().apiVersion(),
          "kind",
          kind.type().kind(),
          "metadata",
          ChildMetadata.of(grid, unit, childName, annotations(stamp)),
          "spec",
          spec);
    }

    private Map<String, String> annotations(RenderStamp stamp) {
      Map<String, String> annotations = new LinkedHashMap<>(stripped.unknown().annotation());
      annotations.put(Annotations.RENDER, stamp.text());
      return annotations;
    }

    private ImmutableList<Problem> notes(Json spec, UnitMarks marks, boolean lives) {
      ImmutableList.Builder<Problem> notes = ImmutableList.builder();
      notes.addAll(stripped.notes(unit));
      if (!normalised.merges().isEmpty()) {
        notes.add(
            normalisation(
                "the last of equal ones is used: " + String.join(", ", normalised.merges())));
      }
      Json overruled =
          normalised.template().get("template", "spec", "nodeSelector", marks.unitKey());
      if (!overruled.isNull() && !overruled.equals(Json.of(unit))) {
        notes.add(
            normalisation(
                "the template's node selector "
                    + marks.unitKey()
                    + "="
                    + overruled.asString(overruled.toString())
                    + " is overruled by the unit's"));
      }
      if (lives && !marks.areIn(spec.get("selector"))) {
        notes.add(
            Problem.note(
                unit,
                ConditionTypes.SHARED_SELECTOR,
                childName + " keeps the selector it was made with, which other units share"));
      }
      return notes.build();
    }

    private Problem normalisation(String message) {
      return Problem.note(unit, ConditionTypes.TEMPLATE_NORMALIZED, message);
    }

    private Problem waiting() {
      return normalisation(
          childName
              + " stays as it is until its template changes, because merging duplicates would"
              + " restart its pods: "
              + String.join(", ", normalised.merges()));
    }
  }
}

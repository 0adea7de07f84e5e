/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.Condition;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.GridStatus;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.child.Problem;
import dev.unitgrid.core.plan.Action.Apply;
import dev.unitgrid.core.plan.Action.Create;
import dev.unitgrid.core.plan.Action.Delete;
import dev.unitgrid.core.plan.Action.PruneTemplates;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A plan for people to read before it is carried out. Each child that changes is one line: a sign
 * ({@code +} is made, {@code ~} changed, {@code -} deleted, {@code !} is a problem), its kind and
 * name, its unit, and why; a change says whether it restarts pods and shows a unified diff. A line
 * with {@code #} is a notice: it asks for nothing. Equal plans give equal text.
 */
public final class Preview {
  private static final List<String> BOOKKEEPING = List.of(Annotations.HASH, Annotations.RENDER);

  /** Conditions of a grid as a whole that keep nothing from being as the grid says. */
  private static final Set<String> NOTICES =
      Set.of(ConditionTypes.PAUSED, ConditionTypes.STATUS_TRUNCATED, ConditionTypes.TEMPLATES_HELD);

  private Preview() {}

  /** One line of a preview. */
  private record Line(
      char sign,
      String what,
      String unit,
      String reason,
      Optional<Boolean> restartsPods,
      ImmutableList<String> diff) {
    String text() {
      String effect =
          restartsPods.map(restarts -> restarts ? " (restarts pods)" : " (in place)").orElse("");
      String place = unit.isEmpty() ? "" : " unit " + unit;
      String head = sign + " " + what + place + ": " + reason + effect;
      return Stream.concat(Stream.of(head), diff.stream().map(line -> "    " + line))
          .collect(Collectors.joining("\n"));
    }

    Json json() {
      Map<String, Json> fields = new LinkedHashMap<>();
      fields.put("sign", Json.of(String.valueOf(sign)));
      fields.put("object", Json.of(what));
      fields.put("unit", Json.of(unit));
      fields.put("reason", Json.of(reason));
      restartsPods.ifPresent(restarts -> fields.put("restartsPods", Json.of(restarts)));
      if (!diff.isEmpty()) {
        fields.put("diff", Json.array(diff.stream().map(Json::of).toList()));
      }
      return Json.object(fields);
    }
  }

  /** The plan as text, with a summary as its last line; ends with a line break. */
  public static String text(Plan plan) {
    List<Line> lines = lines(plan);
    return Stream.concat(lines.stream().map(Line::text), Stream.of(summary(plan, lines)))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** The plan as {@code {changes: [{sign, object, unit, reason, ...}], summary: {...}}}. */
  public static Json json(Plan plan) {
    List<Line> lines = lines(plan);
    return Json.object(
        "changes",
        Json.array(lines.stream().map(Line::json).toList()),
        "summary",
        Json.object(
            "create", count(lines, '+'),
            "change", count(lines, '~'),
            "restartPods", restarts(lines),
            "delete", count(lines, '-'),
            "problems", count(lines, '!'),
            "notices", count(lines, '#'),
            "unchanged", unchanged(plan)));
  }

  /** Whether there is nothing to write and no problem; notices do not count. */
  public static boolean isWell(Plan plan) {
    return plan.isEmpty() && count(lines(plan), '!') == 0;
  }

  private static String summary(Plan plan, List<Line> lines) {
    long notices = count(lines, '#');
    return count(lines, '+')
        + " to create, "
        + count(lines, '~')
        + " to change ("
        + restarts(lines)
        + " with restarts of pods), "
        + count(lines, '-')
        + " to delete, "
        + unchanged(plan)
        + " unchanged, "
        + Words.plural((int) count(lines, '!'), "problem")
        + (notices == 0 ? "" : ", " + Words.plural((int) notices, "notice"));
  }

  private static long count(List<Line> lines, char sign) {
    return lines.stream().filter(line -> line.sign() == sign).count();
  }

  private static long restarts(List<Line> lines) {
    return lines.stream().filter(line -> line.restartsPods().orElse(false)).count();
  }

  private static long unchanged(Plan plan) {
    return plan.units().stream()
        .filter(unit -> unit.living().isPresent() && unit.actions().isEmpty())
        .count();
  }

  private static List<Line> lines(Plan plan) {
    List<Line> lines = new ArrayList<>();
    for (UnitPlan unit : plan.units()) {
      change(unit).ifPresent(lines::add);
      unit.problems().forEach(problem -> lines.add(problem(problem)));
    }
    for (Action action : plan.gridActions()) {
      lines.add(ofGrid(action));
    }
    lines.addAll(conditions(plan));
    return lines;
  }

  private static Optional<Line> change(UnitPlan unit) {
    if (unit.actions().isEmpty()) {
      return Optional.empty();
    }
    // The last action is what the others prepare.
    Action action = unit.actions().get(unit.actions().size() - 1);
    if (action instanceof Create create) {
      return Optional.of(
          line('+', create.type().kind(), unit, create, Optional.empty(), ImmutableList.of()));
    }
    String kind = unit.living().map(child -> child.type().kind()).orElse("");
    if (action instanceof Delete delete) {
      return Optional.of(line('-', kind, unit, delete, Optional.empty(), ImmutableList.of()));
    }
    boolean restarts = action instanceof Apply apply && apply.restartsPods();
    return Optional.of(line('~', kind, unit, action, Optional.of(restarts), diff(unit, action)));
  }

  private static Line line(
      char sign,
      String kind,
      UnitPlan unit,
      Action action,
      Optional<Boolean> restartsPods,
      ImmutableList<String> diff) {
    return new Line(
        sign, kind + "/" + unit.childName(), unit.unit(), action.reason(), restartsPods, diff);
  }

  private static ImmutableList<String> diff(UnitPlan unit, Action action) {
    if (!(action instanceof Apply) || unit.living().isEmpty() || unit.rendered().isEmpty()) {
      return ImmutableList.of();
    }
    Json rendered = comparable(unit.rendered().get().body());
    boolean dropsFields = RenderedHash.changesFields(unit.living().get(), unit.rendered().get());
    Json live = comparable(unit.living().get().live().json());
    Json seen =
        Json.object(
            "metadata", new Projection(false).of(live.get("metadata"), rendered.get("metadata")),
            "spec", new Projection(dropsFields).of(live.get("spec"), rendered.get("spec")));
    return UnifiedDiff.of(YamlText.lines(seen), YamlText.lines(rendered));
  }

  /** Digests of what is shown anyway are noise. */
  private static Json comparable(Json object) {
    Json metadata = object.get("metadata").without("name").without("namespace");
    Json annotations = metadata.get("annotations");
    for (String name : BOOKKEEPING) {
      annotations = annotations.without(name);
    }
    return Json.object(
        "metadata", metadata.with("annotations", annotations), "spec", object.get("spec"));
  }

  private static Line problem(Problem problem) {
    return new Line(
        problem.blocking() ? '!' : '#',
        problem.condition(),
        problem.unit(),
        problem.message(),
        Optional.empty(),
        ImmutableList.of());
  }

  private static Line ofGrid(Action action) {
    String what =
        action instanceof PruneTemplates prune
            ? "spec.templatePool of " + Words.list(prune.names())
            : "the grid";
    return new Line('~', what, "", action.reason(), Optional.of(false), ImmutableList.of());
  }

  /** What the grid as a whole has to say, apart from what its units said already. */
  private static List<Line> conditions(Plan plan) {
    Set<String> said =
        plan.units().stream()
            .flatMap(unit -> unit.problems().stream())
            .map(Problem::condition)
            .collect(Collectors.toSet());
    said.addAll(List.of(ConditionTypes.READY, ConditionTypes.PROGRESSING, ConditionTypes.DEGRADED));
    return GridStatus.parse(plan.status()).conditions().stream()
        .filter(condition -> condition.isTrue() && !said.contains(condition.type()))
        .map(Preview::line)
        .toList();
  }

  private static Line line(Condition condition) {
    return new Line(
        NOTICES.contains(condition.type()) ? '#' : '!',
        condition.type(),
        "",
        condition.message(),
        Optional.empty(),
        ImmutableList.of());
  }
}

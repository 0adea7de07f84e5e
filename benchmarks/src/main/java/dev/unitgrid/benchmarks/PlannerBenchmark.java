/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.child.ImmutableObservedChild;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.nodeunit.NodeUnits;
import dev.unitgrid.core.nodeunit.ObservedNode;
import dev.unitgrid.core.plan.Action;
import dev.unitgrid.core.plan.GridPlanner;
import dev.unitgrid.core.plan.ImmutableObserved;
import dev.unitgrid.core.plan.Observed;
import dev.unitgrid.core.plan.Plan;
import dev.unitgrid.core.plan.UnitPlan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One plan of a grid of 1,000 units: at first, after a restart, and when nothing changed. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PlannerBenchmark {
  private static final int UNITS = 1_000;
  private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");

  private final Observed empty = observed(ImmutableList.of());
  private Observed restarted = empty;
  private Observed settled = empty;

  /** Children as the API server would show them, then what a first look at them found out. */
  @Setup
  public void settle() {
    List<ObservedChild> children = new ArrayList<>();
    for (UnitPlan unit : GridPlanner.plan(empty).units()) {
      children.add(living(((Action.Create) unit.actions().get(0)).body(), children.size()));
    }
    restarted = observed(children);
    Plan first = requireQuiet(GridPlanner.plan(restarted));
    settled = observed(first.units().stream().map(PlannerBenchmark::verified).toList());
    requireQuiet(GridPlanner.plan(settled));
  }

  /** Nothing lives: everything is rendered. */
  @Benchmark
  public Plan planOfNewGrid() {
    return GridPlanner.plan(empty);
  }

  /** All children live, and this process knows none of them: everything is compared. */
  @Benchmark
  public Plan planAfterRestart() {
    return GridPlanner.plan(restarted);
  }

  /** All children live and are known. */
  @Benchmark
  public Plan planOfSettledGrid() {
    return GridPlanner.plan(settled);
  }

  private static Observed observed(List<ObservedChild> children) {
    List<ObservedNode> nodes = new ArrayList<>();
    for (int i = 0; i < UNITS; i++) {
      nodes.add(ObservedNode.of("node-" + i, ImmutableMap.of("location", "site-" + i)));
    }
    Json grid = Grids.grid(1, 2, "echo:1");
    return ImmutableObserved.builder()
        .grid(
            Grid.parse(
                GridKind.DEPLOYMENT_GRID,
                grid.with(
                    "metadata",
                    grid.get("metadata")
                        .with("uid", Json.of("grid"))
                        .with("generation", Json.of(1)))))
        .putUnits("location", NodeUnits.of("location", nodes))
        .children(children)
        .now(NOW)
        .build();
  }

  private static ObservedChild living(Json body, int i) {
    Json created =
        Json.object(
            "manager",
            "unitgrid",
            "operation",
            "Update",
            "apiVersion",
            "apps/v1",
            "fieldsType",
            "FieldsV1",
            "fieldsV1",
            Json.object("f:spec", Json.object("f:replicas", Json.emptyObject())));
    Json metadata =
        body.get("metadata")
            .with("uid", Json.of("child-" + i))
            .with("resourceVersion", Json.of(Integer.toString(i + 1)))
            .with("generation", Json.of(1))
            .with("managedFields", Json.array(created));
    return ObservedChild.decode(ResourceType.DEPLOYMENT, body.with("metadata", metadata));
  }

  private static ObservedChild verified(UnitPlan unit) {
    return ImmutableObservedChild.builder()
        .from(unit.living().orElseThrow())
        .verified(unit.verified())
        .build();
  }

  private static Plan requireQuiet(Plan plan) {
    if (plan.units().size() != UNITS
        || !plan.units().stream().allMatch(unit -> unit.converged() && unit.actions().isEmpty())) {
      throw new IllegalStateException("a settled grid has nothing to do");
    }
    return plan;
  }
}

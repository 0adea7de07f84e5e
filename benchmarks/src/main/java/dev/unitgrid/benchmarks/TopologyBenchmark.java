/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import dev.unitgrid.core.topology.Changes;
import dev.unitgrid.core.topology.IncrementalFilter;
import dev.unitgrid.core.topology.SliceRenderer;
import dev.unitgrid.core.topology.SliceShape;
import dev.unitgrid.core.topology.Topology;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The endpoint proxy's filter: Services of 50 endpoints each over 100 nodes in 10 units, seen from
 * a node of the first unit. Each call is one change; calls take turns between two states.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TopologyBenchmark {
  private static final int LOCAL = 0;
  private static final int OF_THE_UNIT = 5;
  private static final int OF_ANOTHER_UNIT = 45;

  /** How many Services there are, each with one slice. */
  @Param({"1000", "10000"})
  public int services;

  private final IncrementalFilter<Integer> filter = new IncrementalFilter<>(LiveSlices.node(LOCAL));
  private final byte[][] there = {
    LiveSlices.slice(0, OF_ANOTHER_UNIT), LiveSlices.slice(0, OF_ANOTHER_UNIT + 1)
  };
  private final byte[][] here = {
    LiveSlices.slice(0, OF_THE_UNIT), LiveSlices.slice(0, OF_THE_UNIT + 1)
  };
  private final SliceShape[] shapes = {SliceShape.read(there[0]), SliceShape.read(there[1])};
  private int turn;

  /** Fills the filter. */
  @Setup
  public void fill() {
    for (int node = 0; node < LiveSlices.NODES; node++) {
      filter.node(LiveSlices.node(node), LiveSlices.labels(node, 0));
    }
    Topology.Reading keys = new Topology.Reading.Stated(Topology.within(List.of("location")));
    for (int service = 0; service < services; service++) {
      filter.service(LiveSlices.service(service), keys);
      filter.slice(service, SliceShape.read(LiveSlices.slice(service, -1)));
    }
  }

  /** An endpoint of another unit gets ready or unready: the filter alone. */
  @Benchmark
  public Changes<Integer> filterAChangeInAnotherUnit() {
    return filter.slice(0, shapes[next()]);
  }

  /** The same from the bytes of the slice. */
  @Benchmark
  public Changes<Integer> readAndFilterAChangeInAnotherUnit() {
    return filter.slice(0, SliceShape.read(there[next()]));
  }

  /** An endpoint of the unit gets ready or unready: from bytes to bytes. */
  @Benchmark
  public byte[] renderAChangeInTheUnit() {
    byte[] raw = here[next()];
    Changes<Integer> changes = filter.slice(0, SliceShape.read(raw));
    return SliceRenderer.render(raw, changes.slices().get(0).shown(), "1790000000000000");
  }

  /** A node moves from one other unit to another. */
  @Benchmark
  public Changes<Integer> filterANodeThatMovesBetweenOtherUnits() {
    return filter.node(LiveSlices.node(50), LiveSlices.labels(50, next()));
  }

  /** A node moves into the unit or out of it: half of the slices have an endpoint there. */
  @Benchmark
  public Changes<Integer> filterANodeThatMovesIntoTheUnit() {
    return filter.node(LiveSlices.node(90), LiveSlices.labels(90, next()));
  }

  /** The local node moves: all slices look different. */
  @Benchmark
  public Changes<Integer> filterTheLocalNodeThatMoves() {
    return filter.node(LiveSlices.node(LOCAL), LiveSlices.labels(LOCAL, next()));
  }

  private int next() {
    turn ^= 1;
    return turn;
  }
}

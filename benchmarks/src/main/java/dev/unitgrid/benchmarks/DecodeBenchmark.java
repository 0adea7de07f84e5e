/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.nodeunit.ObservedNode;
import dev.unitgrid.runtime.codec.ObjectCodec;
import dev.unitgrid.runtime.codec.WatchEvent;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One watch frame of a Deployment and of a Node; the floor is Gson's tree of the same bytes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecodeBenchmark {
  private final byte[] deployment = frame(LiveObjects.deployment(1));
  private final byte[] node = frame(LiveObjects.node(1));
  private final ObjectCodec<ObservedChild> children =
      ObjectCodec.of(object -> ObservedChild.decode(ResourceType.DEPLOYMENT, object));
  private final ObjectCodec<ObservedNode> nodes =
      ObjectCodec.of(
          object ->
              ObservedNode.of(
                  object.get("metadata", "name").asString(""),
                  object.get("metadata", "labels").asStrings()));

  /** The floor: bytes to a tree of Gson. */
  @Benchmark
  public JsonElement floorGsonTreeOfDeployment() {
    return JsonParser.parseString(new String(deployment, StandardCharsets.UTF_8));
  }

  /** Bytes to what the planner reads, digests and compact bytes included. */
  @Benchmark
  public WatchEvent<ObservedChild> decodeDeployment() {
    return children.event(deployment);
  }

  /** Bytes of a heartbeat to a name and labels. */
  @Benchmark
  public WatchEvent<ObservedNode> decodeNode() {
    return nodes.event(node);
  }

  private static byte[] frame(Json object) {
    return Json.object("type", "MODIFIED", "object", object).toBytes();
  }
}

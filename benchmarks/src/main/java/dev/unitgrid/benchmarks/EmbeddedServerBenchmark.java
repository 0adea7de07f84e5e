/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.TestCluster;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Requests of one thread to the embedded API server, without a network and with the simulated
 * controllers paused: what the server's own rules cost.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgs = "-XX:+UseSerialGC")
public class EmbeddedServerBenchmark {
  private static final int DEPLOYMENTS = 100;

  @SuppressWarnings("NullAway.Init") // JMH calls start() first
  private TestCluster cluster;

  private int turn;

  /** A new server with some Deployments. */
  @Setup(Level.Iteration)
  public void start() {
    cluster = TestCluster.start();
    cluster.server().pauseControllers(true);
    for (int i = 0; i < DEPLOYMENTS; i++) {
      cluster.apply(deployment(i, "echo:0"));
    }
  }

  /** Leaves nothing. */
  @TearDown(Level.Iteration)
  public void stop() {
    cluster.close();
  }

  /** A server-side apply that changes an image. */
  @Benchmark
  public Json applyThatChanges() {
    turn++;
    return cluster.apply(deployment(turn % DEPLOYMENTS, "echo:" + turn));
  }

  /** A server-side apply that changes nothing. */
  @Benchmark
  public Json applyThatChangesNothing() {
    turn++;
    return cluster.apply(deployment(turn % DEPLOYMENTS, "echo:0"));
  }

  static Json deployment(int number, String image) {
    return deployment(number, image, "beijing");
  }

  static Json deployment(int number, String image, String location) {
    Json labels = Json.object("app", "echo-" + number);
    return Json.object(
        "apiVersion",
        "apps/v1",
        "kind",
        "Deployment",
        "metadata",
        Json.object("name", "demo-" + number, "labels", labels),
        "spec",
        Json.object(
            "replicas",
            2,
            "selector",
            Json.object("matchLabels", labels),
            "template",
            Json.object(
                "metadata",
                Json.object("labels", labels),
                "spec",
                Json.object(
                    "nodeSelector",
                    Json.object("location", location),
                    "containers",
                    List.of(
                        Json.object(
                            "name",
                            "echo",
                            "image",
                            image,
                            "ports",
                            List.of(Json.object("containerPort", 8080)),
                            "env",
                            List.of(
                                Json.object(
                                    "name",
                                    "NODE_NAME",
                                    "valueFrom",
                                    Json.object(
                                        "fieldRef",
                                        Json.object("fieldPath", "spec.nodeName"))))))))));
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Waits until something holds; when it does not in time, the {@link AssertionError} prints what is
 * there. Each method that sets something answers this.
 *
 * <pre>{@code
 * cluster.await().deployment("demo-beijing").isAvailable();
 * cluster.await().within(Duration.ofSeconds(2)).until("no pod", () -> cluster.list(POD, "").isEmpty());
 * }</pre>
 */
public final class Await {
  private static final long PAUSE_NANOS = 2_000_000;

  private final TestCluster cluster;
  private Duration limit = Duration.ofSeconds(10);
  private String namespace = "default";

  Await(TestCluster cluster) {
    this.cluster = cluster;
  }

  /** How long to wait. */
  public Await within(Duration duration) {
    limit = duration;
    return this;
  }

  /** The namespace of the objects named next; {@code default} if not set. */
  public Await inNamespace(String name) {
    namespace = name;
    return this;
  }

  /** Waits for a Deployment. */
  public Workload deployment(String name) {
    return new Workload(ResourceType.DEPLOYMENT, name);
  }

  /** Waits for a StatefulSet. */
  public Workload statefulSet(String name) {
    return new Workload(ResourceType.STATEFUL_SET, name);
  }

  /** Waits until {@code condition} holds; {@code what} says it in words. */
  public void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "not within " + limit + ": " + what + "; there is\n" + cluster.describe());
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Waits until an object is there and {@code condition} holds for it. */
  public void object(ResourceType type, String name, Predicate<Json> condition) {
    until(
        type.kind() + " " + namespace + "/" + name + " as expected",
        () -> cluster.find(type, namespace, name).filter(condition).isPresent());
  }

  /** Waits until an object is gone. */
  public void gone(ResourceType type, String name) {
    until(
        type.kind() + " " + namespace + "/" + name + " gone",
        () -> cluster.find(type, namespace, name).isEmpty());
  }

  /** Waits until the simulated controllers have nothing left to do. */
  public void idle() {
    until("idle controllers", cluster.backend()::isIdle);
  }

  /** A Deployment or StatefulSet that is waited for. */
  public final class Workload {
    private final ResourceType type;
    private final String name;

    private Workload(ResourceType type, String name) {
      this.type = type;
      this.name = name;
    }

    /** Until the controller has seen its last change and all its pods are ready. */
    public void isAvailable() {
      object(
          type,
          name,
          workload -> {
            long wanted = workload.get("spec", "replicas").asLong(1);
            Json status = workload.get("status");
            return workload.get("metadata", "generation").asLong(0)
                    == status.get("observedGeneration").asLong(-1)
                && status.get("replicas").asLong(0) == wanted
                && status.get("readyReplicas").asLong(0) == wanted
                && status.get("updatedReplicas").asLong(0) == wanted;
          });
    }

    /** Until it is gone. */
    public void isGone() {
      gone(type, name);
    }
  }
}

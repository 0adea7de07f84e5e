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
import java.util.function.Supplier;

/**
 * Waits until something holds; when it does not in time, the {@link ExpectationError} prints what
 * is there: the objects of that kind with their conditions, the last events and requests. Each
 * method that sets something answers this.
 *
 * <pre>{@code
 * cluster.await().deployment("demo-beijing").isAvailable();
 * cluster.await().object(WIDGET, "a").hasCondition("Ready", "True");
 * cluster.await().within(Duration.ofSeconds(2)).count(POD, 0);
 * cluster.expect().pod("demo-0").matches("on bj-1", pod -> ...);   // now, without waiting
 * }</pre>
 */
public final class Await {
  private static final Duration PAUSE = Duration.ofMillis(2);
  private static final Duration PAUSE_OF_REAL = Duration.ofMillis(50);
  private static final ResourceType POD = new ResourceType("", "v1", "Pod", "pods", true);

  private final TestCluster cluster;
  private Duration limit = Duration.ofSeconds(10);
  private String namespace = "default";

  Await(TestCluster cluster) {
    this.cluster = cluster;
  }

  /** How long to wait; not at all if it is zero. */
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

  /** Waits for a Pod. */
  public One pod(String name) {
    return object(POD, name);
  }

  /** Waits for an object of any type. */
  public One object(ResourceType type, String name) {
    return new One(type, name);
  }

  /** Waits until {@code condition} holds; {@code what} says it in words. */
  public void until(String what, BooleanSupplier condition) {
    until(what, condition, cluster::describe);
  }

  private void until(String what, BooleanSupplier condition, Supplier<String> found) {
    Duration pause = cluster.isReal() ? PAUSE_OF_REAL : PAUSE;
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() >= end) {
        throw new ExpectationError(
            (limit.isZero() ? "not so: " : "not within " + limit + ": ")
                + what
                + "; there is\n"
                + found.get());
      }
      LockSupport.parkNanos(pause.toNanos());
    }
  }

  /** Waits until an object is there and {@code condition} holds for it. */
  public void object(ResourceType type, String name, Predicate<Json> condition) {
    object(type, name).matches("as expected", condition);
  }

  /** Waits until there are exactly {@code number} objects of a type in the namespace. */
  public void count(ResourceType type, int number) {
    until(
        number + " " + type.plural() + " in " + namespace,
        () -> cluster.list(type, namespace).size() == number,
        () -> Descriptions.of(cluster, type));
  }

  /** Waits until an object is gone. */
  public void gone(ResourceType type, String name) {
    object(type, name).isGone();
  }

  /** Waits until the simulated controllers have nothing left to do. */
  public void idle() {
    until("idle controllers", cluster.backend()::isIdle);
  }

  /** An object that is waited for. */
  public sealed class One permits Workload {
    private final ResourceType type;
    private final String name;

    private One(ResourceType type, String name) {
      this.type = type;
      this.name = name;
    }

    /** Until it is there. */
    public void exists() {
      matches("there", object -> true);
    }

    /** Until it is gone. */
    public void isGone() {
      holds("gone", () -> cluster.find(type, namespace, name).isEmpty());
    }

    /** Until it is there and {@code condition} holds for it; {@code what} says it in words. */
    public void matches(String what, Predicate<Json> condition) {
      holds(what, () -> cluster.find(type, namespace, name).filter(condition).isPresent());
    }

    /** Until its status has a condition of this type and status. */
    public void hasCondition(String conditionType, String status) {
      matches(
          "with " + conditionType + "=" + status,
          object ->
              object.get("status", "conditions").items().stream()
                  .anyMatch(
                      condition ->
                          condition.get("type").equals(Json.of(conditionType))
                              && condition.get("status").equals(Json.of(status))));
    }

    private void holds(String what, BooleanSupplier condition) {
      String where = type.namespaced() ? namespace + "/" : "";
      until(
          type.kind() + " " + where + name + " " + what,
          condition,
          () -> Descriptions.of(cluster, type));
    }
  }

  /** A Deployment or StatefulSet that is waited for. */
  public final class Workload extends One {
    private Workload(ResourceType type, String name) {
      super(type, name);
    }

    /** Until the controller has seen its last change and all its pods are ready. */
    public void isAvailable() {
      matches(
          "available",
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
  }
}

/**
 * An in-memory Kubernetes API server with a simulated cluster around it, for tests of controllers.
 *
 * <pre>{@code
 * try (TestCluster cluster = TestCluster.start()) {
 *   cluster.nodes("location=beijing", "bj-1", "bj-2");
 *   cluster.apply(Path.of("deployment.yaml"));
 *   cluster.await().deployment("demo").isAvailable();
 *   cluster.faults().on(Verb.LIST, "nodes").nth(1).status(503);
 *   ApiTransport transport = cluster.transport();
 * }
 * }</pre>
 *
 * <p>{@code TestCluster} runs in real time, {@code Simulation} in virtual time on one thread.
 */
@NullMarked
package dev.unitgrid.testkit;

import org.jspecify.annotations.NullMarked;

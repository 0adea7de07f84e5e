/**
 * The walkthrough on an embedded API server, printed as kubectl would.
 *
 * <pre>{@code
 * try (TestCluster cluster = TestCluster.start()) {
 *   Optional<String> failure = new Walkthrough(cluster, out, Duration.ofSeconds(20)).run();
 * }
 * }</pre>
 */
@NullMarked
package dev.unitgrid.demo;

import org.jspecify.annotations.NullMarked;

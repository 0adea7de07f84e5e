/**
 * What the runtime reports, and to whom.
 *
 * <pre>{@code
 * Metrics metrics = Metrics.NOOP;
 * metrics.count(MetricNames.LISTS, MetricNames.TAG_KIND, "Node");
 * try (var depth = metrics.gauge(MetricNames.QUEUE_DEPTH, queue::depth, "queue", "grids")) {
 *   work();
 * }
 * }</pre>
 */
@NullMarked
package dev.unitgrid.runtime.metrics;

import org.jspecify.annotations.NullMarked;

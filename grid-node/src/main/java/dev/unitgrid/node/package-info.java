/**
 * The node side: what a node's clients are served instead of the API server's own answers.
 *
 * <pre>{@code
 * metrics.count(NodeMetrics.SNAPSHOT_WRITES);
 * }</pre>
 */
@NullMarked
package dev.unitgrid.node;

import org.jspecify.annotations.NullMarked;

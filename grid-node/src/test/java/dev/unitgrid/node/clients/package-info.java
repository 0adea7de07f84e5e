/**
 * Clients of others, and what they must come to see of a cluster through the endpoint proxy.
 *
 * <pre>{@code
 * try (ServedNode node = ServedNode.start(cluster, "endpoint-proxy", folder);
 *     Follower follower = Follower.start(node.url() + path, Follower.Start.WATCH_LIST)) {
 *   follower.cache(); // equal to new Truth(cluster).slices() after a while
 *   follower.complaints(); // nothing lost, nothing doubled
 * }
 * }</pre>
 */
package dev.unitgrid.node.clients;

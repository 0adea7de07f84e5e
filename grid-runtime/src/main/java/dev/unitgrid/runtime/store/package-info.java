/**
 * Trimmed values of live objects, by key and by index.
 *
 * <pre>{@code
 * Index<Labels> byLabel = new Index<>("label", labels -> labels.keys());
 * Store<Labels> nodes = new Store<>(List.of(byLabel));
 * nodes.listen(change -> queue.add(change.key()));
 * nodes.items(byLabel, "location"); // every node that carries the label
 * }</pre>
 */
@NullMarked
package dev.unitgrid.runtime.store;

import org.jspecify.annotations.NullMarked;

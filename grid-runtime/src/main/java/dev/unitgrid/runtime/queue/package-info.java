/**
 * A queue of keys that want work.
 *
 * <pre>{@code
 * WorkQueue<ObjectKey> queue =
 *     new WorkQueue<>("grids", 4, key -> reconcile(key), backoff, scheduler, metrics);
 * queue.start();
 * queue.add(key);
 * queue.addAfter(key, Duration.ofMinutes(5));
 * queue.drain().join();
 * }</pre>
 */
@NullMarked
package dev.unitgrid.runtime.queue;

import org.jspecify.annotations.NullMarked;

/**
 * Keeps a sink equal to the objects of one kind on the server.
 *
 * <pre>{@code
 * Store<CompactJson> store = new Store<>();
 * Reflector<CompactJson> reflector =
 *     Reflector.<CompactJson>of(
 *             ResourceType.NODE, CompactJson::of, store, transport, scheduler, new Random())
 *         .metrics(metrics)
 *         .build();
 * reflector.start();
 * reflector.state().allowsDeletions(); // false until a complete list has been read
 * }</pre>
 */
@NullMarked
package dev.unitgrid.runtime.reflect;

import org.jspecify.annotations.NullMarked;

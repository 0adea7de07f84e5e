/**
 * What etcd is to the real server.
 *
 * <pre>{@code
 * store.put(new ObjectKey("nodes", "", "bj-1"), node);
 * store.all("nodes").values();
 * store.changesAfter("nodes", version);
 * }</pre>
 */
@NullMarked
package dev.unitgrid.testkit.internal.store;

import org.jspecify.annotations.NullMarked;

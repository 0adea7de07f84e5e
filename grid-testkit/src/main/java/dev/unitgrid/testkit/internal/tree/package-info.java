/**
 * Mutable JSON trees by path.
 *
 * <pre>{@code
 * Trees.string(object, "metadata", "name");
 * Trees.child(object, "metadata", "labels").addProperty("a", "b");
 * }</pre>
 */
@NullMarked
package dev.unitgrid.testkit.internal.tree;

import org.jspecify.annotations.NullMarked;

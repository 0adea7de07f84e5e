/**
 * The three patches that are not an apply.
 *
 * <pre>{@code
 * JsonPatch.apply(object, operations);
 * MergePatch.apply(object, changes);
 * StrategicMergePatch.apply(object, changes, schema);
 * }</pre>
 */
@NullMarked
package dev.unitgrid.testkit.internal.patch;

import org.jspecify.annotations.NullMarked;

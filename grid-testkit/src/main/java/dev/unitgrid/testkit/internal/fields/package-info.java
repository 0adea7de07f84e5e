/**
 * Field ownership and server-side apply.
 *
 * <pre>{@code
 * ManagedFields fields = ManagedFields.of(live);
 * JsonObject next = fields.apply(live, config, schema, owner, force, now, reset);
 * fields.writeTo(next);
 * }</pre>
 */
@NullMarked
package dev.unitgrid.testkit.internal.fields;

import org.jspecify.annotations.NullMarked;

/**
 * What is known of types: built-in kinds and custom resources.
 *
 * <pre>{@code
 * Schema deployment = BuiltInSchemas.get().of("apps/v1", "Deployment");
 * deployment.field("spec").field("replicas").type();    // integer
 * GoTypes.normalise(object, deployment, unknownFields); // what the server stores of it
 * }</pre>
 */
@NullMarked
package dev.unitgrid.testkit.internal.schema;

import org.jspecify.annotations.NullMarked;

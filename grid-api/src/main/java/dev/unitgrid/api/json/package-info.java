/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * An immutable JSON value, its canonical form and digest; what the API server knows about the
 * fields of a child, to compare a rendered object with a live one; and who owns which field.
 *
 * <pre>{@code
 * Json rendered = Json.parse("{\"spec\":{\"replicas\":2,\"minReadySeconds\":0}}");
 * Json live = rendered.withAt(List.of("spec", "replicas"), Json.of(3)).without("status");
 * live.digest();                                     // equal for equal values, whatever the order of fields
 * Schema.deployment().covers(live, rendered);        // false
 * Schema.deployment().differences(live, rendered);   // [spec.replicas: 3 -> 2]
 * Schema.deployment().paths(rendered);               // [spec.minReadySeconds, spec.replicas]
 * ManagedFields.ofObject(live).owners("f:spec", "f:replicas"); // []
 * }</pre>
 *
 * <p>{@code schema.json} is read off the OpenAPI document of Kubernetes 1.37, which knows every
 * field that 1.34 knows and says the same about it; a test asks a real server. Only its list of
 * fields whose zero value means an unset one is kept by hand.
 */
@NullMarked
package dev.unitgrid.api.json;

import org.jspecify.annotations.NullMarked;

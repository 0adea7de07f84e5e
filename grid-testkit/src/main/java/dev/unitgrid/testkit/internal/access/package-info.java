/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Who asks, and what they may do: identities, tokens, and the decisions of RBAC objects.
 *
 * <pre>{@code
 * Deed deed = Deed.of("GET", "/api/v1/nodes", Map.of());
 * deed.verb();                                        // list
 * Rbac.Decision decision = new Rbac(store).decide(Identity.named("carl"), deed);
 * decision.allowed();                                 // false
 * deed.refusalFor("carl");                            // User "carl" cannot list resource "nodes" ...
 * }</pre>
 */
@NullMarked
package dev.unitgrid.testkit.internal.access;

import org.jspecify.annotations.NullMarked;

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The children of a grid, as they are observed and as they are rendered.
 *
 * <pre>{@code
 * ObservedChild child = ObservedChild.decode(ResourceType.DEPLOYMENT, object);
 * child.annotations().get(Annotations.UNIT); // "beijing"
 * child.live().json().get("spec", "replicas");
 * }</pre>
 */
@NullMarked
package dev.unitgrid.core.child;

import org.jspecify.annotations.NullMarked;

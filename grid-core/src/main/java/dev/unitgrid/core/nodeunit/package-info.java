/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Groups nodes into NodeUnits by the value of one node label.
 *
 * <pre>{@code
 * NodeUnits units = NodeUnits.of("location", nodes);
 * units.names();             // [beijing, guangzhou]
 * units.nodesOf("beijing");  // [bj-1, bj-2, bj-3]
 * units.unitOf("gz-2");      // Optional[guangzhou]
 * }</pre>
 */
@NullMarked
package dev.unitgrid.core.nodeunit;

import org.jspecify.annotations.NullMarked;

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What is remembered to serve watches: a client whose watch broke goes on where it was.
 *
 * <pre>{@code
 * ChangeLog<String> log = new ChangeLog<>(1000, 41);
 * log.add(42, "demo-1 changed");
 * log.add(43, "demo-2 changed");
 * log.after(42);  // [demo-2 changed]
 * log.oldest();   // 41: a watch from there misses nothing
 * }</pre>
 */
@NullMarked
package dev.unitgrid.node.serve;

import org.jspecify.annotations.NullMarked;

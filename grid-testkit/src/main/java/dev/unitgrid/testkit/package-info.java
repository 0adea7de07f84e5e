/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** UnitGrid testkit. */
@NullMarked
package dev.unitgrid.testkit;

import org.jspecify.annotations.NullMarked;

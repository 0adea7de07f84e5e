/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** See the entry type of this package. */
@NullMarked
package dev.unitgrid.core.service;

import org.jspecify.annotations.NullMarked;

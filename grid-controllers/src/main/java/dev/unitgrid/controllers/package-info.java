/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** UnitGrid controllers. */
@NullMarked
package dev.unitgrid.controllers;

import org.jspecify.annotations.NullMarked;

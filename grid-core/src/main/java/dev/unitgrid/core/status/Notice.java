/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.status;

/**
 * Something about the whole grid that is a condition of its own, also while it does not hold.
 *
 * @param type the condition's type
 * @param holds whether it holds; then the grid is degraded
 * @param reason one word in CamelCase
 * @param message a sentence
 */
public record Notice(String type, boolean holds, String reason, String message) {}

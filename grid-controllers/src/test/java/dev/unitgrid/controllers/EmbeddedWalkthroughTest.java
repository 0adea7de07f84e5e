/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

/** The walkthrough on the embedded server. */
final class EmbeddedWalkthroughTest extends Walkthrough {
  @Override
  World open() {
    return new EmbeddedWorld();
  }
}

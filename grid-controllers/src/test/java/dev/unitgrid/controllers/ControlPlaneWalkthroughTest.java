/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import org.junit.jupiter.api.Tag;

/** The walkthrough on a real control plane, with kubectl. */
@Tag("control-plane")
final class ControlPlaneWalkthroughTest extends Walkthrough {
  @Override
  World open() {
    return new ControlPlaneWorld();
  }
}

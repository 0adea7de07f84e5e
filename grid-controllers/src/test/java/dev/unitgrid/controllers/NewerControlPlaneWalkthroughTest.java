/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import org.junit.jupiter.api.Tag;

/** The walkthrough on a real control plane that is newer than the client's models. */
@Tag("newer-control-plane")
final class NewerControlPlaneWalkthroughTest extends Walkthrough {
  @Override
  World open() {
    return new ControlPlaneWorld("KUBEBUILDER_ASSETS_NEWER");
  }
}

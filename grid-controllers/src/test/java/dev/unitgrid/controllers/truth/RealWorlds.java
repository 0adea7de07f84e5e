/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.truth;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives each test its {@link RealWorld}; starts the control plane for the first one. */
final class RealWorlds implements ParameterResolver {
  private static final Namespace HERE = Namespace.create(RealWorlds.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == RealWorld.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    boolean newer = context.getTags().contains(NewerControlPlane.TAG);
    SharedPlane shared =
        context
            .getRoot()
            .getStore(HERE)
            .computeIfAbsent(
                newer,
                any -> newer ? SharedPlane.startNewer() : SharedPlane.start(),
                SharedPlane.class);
    return context
        .getStore(HERE)
        .computeIfAbsent(RealWorld.class, any -> shared.world(), RealWorld.class);
  }
}

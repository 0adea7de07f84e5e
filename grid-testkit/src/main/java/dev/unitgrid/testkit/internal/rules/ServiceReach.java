/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

import com.google.gson.JsonElement;
import dev.unitgrid.testkit.internal.tree.Trees;
import org.jspecify.annotations.Nullable;

/** Where a Service is reached, by the type in its spec. Stateless. */
public final class ServiceReach {
  private ServiceReach() {}

  /** Whether a load balancer leads to it. */
  public static boolean isBalanced(@Nullable JsonElement spec) {
    return Trees.string(spec, "type").equals("LoadBalancer");
  }

  /** Whether it has ports on the nodes. */
  public static boolean isOnNodes(@Nullable JsonElement spec) {
    return isBalanced(spec) || Trees.string(spec, "type").equals("NodePort");
  }

  /** Whether it is reached from outside of the cluster. */
  public static boolean isExternal(@Nullable JsonElement spec) {
    boolean byAddress =
        Trees.string(spec, "type").equals("ClusterIP")
            && !Trees.array(spec, "externalIPs").isEmpty();
    return isOnNodes(spec) || byAddress;
  }

  /** Whether the nodes say of themselves whether they have an endpoint. */
  public static boolean isLocalBalancer(@Nullable JsonElement spec) {
    return isBalanced(spec) && Trees.string(spec, "externalTrafficPolicy").equals("Local");
  }
}

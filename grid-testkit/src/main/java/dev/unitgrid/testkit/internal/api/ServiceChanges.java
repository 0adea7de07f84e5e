/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.rules.ServiceReach;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.function.Predicate;

/**
 * What goes with the type of a Service: a field that only the type before could have is dropped by
 * a change of the type, unless the change says something new of it. Stateless.
 */
final class ServiceChanges {
  private ServiceChanges() {}

  /** Drops from {@code next} what {@code live} had by its type. */
  static void dropWithType(JsonObject live, JsonObject next) {
    JsonObject was = Trees.object(live, "spec");
    JsonObject is = Trees.object(next, "spec");
    drop(was, is, ServiceChanges::isInternal, "clusterIP");
    drop(was, is, ServiceChanges::isInternal, "clusterIPs");
    drop(was, is, ServiceChanges::isInternal, "ipFamilies");
    drop(was, is, ServiceChanges::isInternal, "ipFamilyPolicy");
    drop(was, is, ServiceChanges::isInternal, "internalTrafficPolicy");
    drop(was, is, ServiceReach::isBalanced, "allocateLoadBalancerNodePorts");
    drop(was, is, ServiceReach::isBalanced, "loadBalancerClass");
    drop(was, is, ServiceReach::isLocalBalancer, "healthCheckNodePort");
    if (ServiceReach.isOnNodes(was) && !ServiceReach.isOnNodes(is)) {
      dropNodePorts(was, is);
    }
  }

  /** Drops the policy of what comes from outside with the last way in. */
  static void dropWithReach(JsonObject live, JsonObject next) {
    JsonObject was = Trees.object(live, "spec");
    JsonObject is = Trees.object(next, "spec");
    drop(was, is, ServiceReach::isExternal, "externalTrafficPolicy");
  }

  private static void drop(JsonObject was, JsonObject is, Predicate<JsonObject> has, String field) {
    if (has.test(was) && !has.test(is) && Trees.same(was.get(field), is.get(field))) {
      is.remove(field);
    }
  }

  private static boolean isInternal(JsonObject spec) {
    return !Trees.string(spec, "type").equals("ExternalName");
  }

  private static void dropNodePorts(JsonObject was, JsonObject is) {
    for (JsonObject port : Trees.objects(is, "ports")) {
      boolean kept =
          Trees.objects(was, "ports").stream()
              .anyMatch(there -> Trees.same(there.get("nodePort"), port.get("nodePort")));
      if (kept) {
        port.remove("nodePort");
      }
    }
  }
}

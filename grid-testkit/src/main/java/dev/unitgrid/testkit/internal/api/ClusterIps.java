/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.api.StatusException.Cause;
import dev.unitgrid.testkit.internal.store.Store;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives Services their addresses, out of 10.96.0.0/16. Not thread-safe. */
final class ClusterIps {
  private final Store store;
  private int next = 10;

  ClusterIps(Store store) {
    this.store = store;
  }

  /** Sets the fields of addresses that a Service does not say itself. */
  void allocate(ResourceKind kind, JsonObject service, @Nullable JsonObject live) {
    JsonObject spec = Trees.child(service, "spec");
    if (Trees.string(spec, "type").equals("ExternalName")) {
      return;
    }
    String address = Trees.string(spec, "clusterIP");
    if (address.isEmpty()) {
      String before = Trees.string(live, "spec", "clusterIP");
      address = before.isEmpty() ? free() : before;
    } else if (live == null && !address.equals("None") && isTaken(address)) {
      throw StatusException.invalid(
          kind,
          Trees.string(service, "metadata", "name"),
          List.of(
              Cause.invalid(
                  "spec.clusterIPs",
                  Trees.arrayOf(address).toString(),
                  "failed to allocate IP " + address + ": provided IP is already allocated")));
    }
    spec.addProperty("clusterIP", address);
    spec.add("clusterIPs", Trees.arrayOf(address));
    Trees.setDefault(spec, "ipFamilies", Trees.arrayOf("IPv4"));
    Trees.setDefault(spec, "ipFamilyPolicy", "SingleStack");
  }

  private String free() {
    String address;
    do {
      next++;
      address = "10.96." + (next / 250 % 250) + "." + (next % 250 + 1);
    } while (isTaken(address));
    return address;
  }

  private boolean isTaken(String address) {
    return store.all("services").values().stream()
        .anyMatch(service -> Trees.string(service, "spec", "clusterIP").equals(address));
  }
}

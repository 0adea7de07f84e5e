/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

import dev.unitgrid.api.json.Json;

/** An endpoint of a fixture: a pod on a node. */
public record Endpoint(String address, String nodeName, boolean ready) {
  static Endpoint on(String node, String address) {
    return new Endpoint(address, node, true);
  }

  static Endpoint nowhere(String address) {
    return new Endpoint(address, null, true);
  }

  Endpoint unready() {
    return new Endpoint(address, nodeName, false);
  }

  Json json() {
    Json json =
        Json.object(
            "addresses",
            Json.array(Json.of(address)),
            "conditions",
            Json.object("ready", ready, "serving", ready, "terminating", false),
            "targetRef",
            Json.object("kind", "Pod", "namespace", "default", "uid", "uid-of-" + address));
    return nodeName == null
        ? json
        : json.with("nodeName", Json.of(nodeName)).with("zone", Json.of("zone-of-" + nodeName));
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import dev.unitgrid.api.ResourceType;
import java.nio.charset.StandardCharsets;

/** A kind of object that is served from the node's own cache, and what clients may ask of it. */
public enum ServedResource {
  /** Services, with the API server's versions. */
  SERVICES(ResourceType.SERVICE, false),
  /** EndpointSlices, filtered, with versions of our own. */
  ENDPOINT_SLICES(
      new ResourceType("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", true), true),
  /** Endpoints, filtered, with versions of our own. */
  ENDPOINTS(new ResourceType("", "v1", "Endpoints", "endpoints", true), true),
  /** The own Node, with the API server's versions; requests for others are not ours. */
  OWN_NODE(ResourceType.NODE, false),
  /** ServiceCIDRs, with the API server's versions. */
  SERVICE_CIDRS(
      new ResourceType("networking.k8s.io", "v1", "ServiceCIDR", "servicecidrs", false), false);

  private final ResourceType type;
  private final boolean filtered;
  private final byte[] typed;

  ServedResource(ResourceType type, boolean filtered) {
    this.type = type;
    this.filtered = filtered;
    this.typed =
        ("{\"kind\":\"" + type.kind() + "\",\"apiVersion\":\"" + type.apiVersion() + "\"")
            .getBytes(StandardCharsets.US_ASCII);
  }

  /** Its group, version, kind and paths. */
  public ResourceType type() {
    return type;
  }

  /**
   * Whether clients see less than the API server has: then it is never read past us, and what was
   * read here is never written back (RULE 30).
   */
  public boolean filtered() {
    return filtered;
  }

  /** How many bytes at the start of an object say its kind, without the comma after them. */
  int typedLength() {
    return typed.length;
  }

  /** Whether {@code json} begins with the kind, as every object of ours must. */
  boolean begins(byte[] json) {
    if (json.length <= typed.length) {
      return false;
    }
    for (int i = 0; i < typed.length; i++) {
      if (json[i] != typed[i]) {
        return false;
      }
    }
    return true;
  }
}

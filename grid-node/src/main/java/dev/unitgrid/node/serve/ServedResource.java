/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import dev.unitgrid.api.ResourceType;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A kind of object that is served from the node's own cache, and what clients may ask of it. */
public enum ServedResource {
  /** Services, with the API server's versions. */
  SERVICES(
      ResourceType.SERVICE,
      false,
      ",\"spec\":{},\"status\":{\"loadBalancer\":{}}",
      "spec.clusterIP",
      "spec.type"),
  /** EndpointSlices, filtered, with versions of our own. */
  ENDPOINT_SLICES(
      new ResourceType("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", true),
      true,
      ",\"addressType\":\"\",\"endpoints\":null,\"ports\":null"),
  /** Endpoints, filtered, with versions of our own. */
  ENDPOINTS(new ResourceType("", "v1", "Endpoints", "endpoints", true), true, ""),
  /** The own Node, with the API server's versions; requests for others are not ours. */
  OWN_NODE(ResourceType.NODE, false, ",\"spec\":{},\"status\":{}", "spec.unschedulable"),
  /** ServiceCIDRs, with the API server's versions. */
  SERVICE_CIDRS(
      new ResourceType("networking.k8s.io", "v1", "ServiceCIDR", "servicecidrs", false),
      false,
      ",\"spec\":{},\"status\":{}");

  private final ResourceType type;
  private final boolean filtered;
  private final String emptyFields;
  private final List<String> fields;
  private final byte[] typed;

  ServedResource(ResourceType type, boolean filtered, String emptyFields, String... fields) {
    this.type = type;
    this.filtered = filtered;
    this.emptyFields = emptyFields;
    this.fields = List.of(fields);
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

  /** Its name in sentences: {@code endpointslices.discovery.k8s.io}. */
  String qualifiedPlural() {
    return type.group().isEmpty() ? type.plural() : type.plural() + "." + type.group();
  }

  /** The fields besides name and namespace that objects are selected by. */
  List<String> fields() {
    return fields;
  }

  /** What an object without content has behind its metadata, as in bookmarks. */
  String emptyFields() {
    return emptyFields;
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

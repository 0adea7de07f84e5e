/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.truth;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.controlplane.ControlPlane;
import dev.unitgrid.testkit.controlplane.User;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What the API server itself says of the requests of one user. */
final class AuditLog {
  private static final Set<String> READS = Set.of("get", "list", "watch");

  private final ControlPlane plane;
  private final User user;

  AuditLog(ControlPlane plane, User user) {
    this.plane = plane;
    this.user = user;
  }

  /** Every answered request so far, in the order of the answers. */
  List<Entry> entries() {
    return plane.auditLog().stream()
        .filter(line -> line.endsWith("}")) // the last one may be half written
        .filter(line -> line.contains("\"" + user.name() + "\""))
        .map(line -> new Entry(Json.parse(line)))
        .filter(entry -> entry.event().get("user", "username").asString("").equals(user.name()))
        .toList();
  }

  /** The answered requests after the first {@code known}. */
  List<Entry> since(int known) {
    List<Entry> all = entries();
    return all.subList(known, all.size());
  }

  /** One request. */
  record Entry(Json event) {
    /** E.g. {@code patch superedge.io/deploymentgrids/status}; the core group has no name. */
    String deed() {
      return verb() + " " + resource();
    }

    String verb() {
      return event.get("verb").asString("");
    }

    String resource() {
      return RoleRules.resource(part("apiGroup"), part("resource"))
          + (part("subresource").isEmpty() ? "" : "/" + part("subresource"));
    }

    String namespace() {
      return part("namespace");
    }

    String name() {
      return part("name");
    }

    private String part(String name) {
      return event.get("objectRef", name).asString("");
    }

    long code() {
      return event.get("responseStatus", "code").asLong(0);
    }

    Instant received() {
      return Instant.parse(event.get("requestReceivedTimestamp").asString(""));
    }

    boolean isWrite() {
      return !READS.contains(verb());
    }

    boolean isTo(String resource) {
      return resource().equals(resource);
    }

    @Override
    public String toString() {
      return code() + " " + deed() + " " + namespace() + "/" + name();
    }
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.dns;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.naming.ChildIdentity;
import dev.unitgrid.core.topology.ServiceName;
import java.util.Optional;

/**
 * A Service of a ServiceGrid, below which pods may have names. Immutable.
 *
 * @param name the Service
 * @param unitKey the unit key of its grid; empty if it does not say
 * @param headless whether it has no cluster IP
 * @param publishesNotReady whether its pods have names before they are ready
 */
public record GoverningService(
    ServiceName name, String unitKey, boolean headless, boolean publishesNotReady) {
  /**
   * Reads a Service.
   *
   * @return empty if no ServiceGrid controls it
   */
  public static Optional<GoverningService> read(Json service) {
    return ChildIdentity.ofOwned(GridKind.SERVICE_GRID, service)
        .map(owned -> ((ChildIdentity.Ours) owned.identity()).unitKey())
        .map(
            key ->
                new GoverningService(
                    new ServiceName(
                        service.get("metadata", "namespace").asString(""),
                        service.get("metadata", "name").asString("")),
                    key,
                    service.get("spec", "clusterIP").asString("").equals("None"),
                    service.get("spec", "publishNotReadyAddresses").asBoolean(false)));
  }
}

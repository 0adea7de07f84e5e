/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.dns;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.core.topology.ServiceName;

/**
 * What the node answers of the names below one Service. Immutable.
 *
 * @param service the Service
 * @param records sorted by name; empty if nothing is answered
 * @param withheld names that are not answered and why, sorted by name
 */
public record ServiceNames(
    ServiceName service, ImmutableList<NameRecord> records, ImmutableList<Withheld> withheld) {
  /** No name of {@code service} is answered. */
  static ServiceNames none(ServiceName service) {
    return new ServiceNames(service, ImmutableList.of(), ImmutableList.of());
  }
}

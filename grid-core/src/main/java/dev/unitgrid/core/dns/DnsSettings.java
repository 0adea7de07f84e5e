/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.dns;

import com.google.common.base.Ascii;

/**
 * How names are made. Immutable.
 *
 * @param clusterDomain the domain that ends all of the cluster's names, without a last dot
 * @param closedHeadless whether the plain name of a headless Service is answered with the unit's
 *     own pods only
 */
public record DnsSettings(String clusterDomain, boolean closedHeadless) {
  /**
   * Checks the domain, and takes a last dot away.
   *
   * @throws IllegalArgumentException with a sentence, if it is no domain
   */
  public DnsSettings {
    String domain =
        clusterDomain.endsWith(".")
            ? clusterDomain.substring(0, clusterDomain.length() - 1)
            : clusterDomain;
    clusterDomain = Ascii.toLowerCase(domain);
    if (!DomainName.isLegal(clusterDomain)) {
      throw new IllegalArgumentException("\"" + domain + "\" is no domain");
    }
  }

  /** Unit-free and full names of pods under {@code clusterDomain}; plain names as they are. */
  public static DnsSettings of(String clusterDomain) {
    return new DnsSettings(clusterDomain, false);
  }

  /** The name of {@code service} in full. */
  String nameOf(dev.unitgrid.core.topology.ServiceName service) {
    return service.name() + "." + service.namespace() + ".svc." + clusterDomain;
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.cluster;

import java.util.List;
import java.util.stream.Stream;

/**
 * What the cluster's DNS says of one name. Immutable.
 *
 * @param exists whether there is such a name; NXDOMAIN if not
 * @param a the IPv4 addresses, sorted
 * @param aaaa the IPv6 addresses, sorted
 * @param cname where an ExternalName Service points; empty for every other name
 * @param srv the ports behind a name such as {@code _http._tcp.demo.default.svc.cluster.local}
 */
public record DnsAnswer(
    boolean exists, List<String> a, List<String> aaaa, String cname, List<Srv> srv) {

  /** Copies the lists. */
  public DnsAnswer {
    a = List.copyOf(a);
    aaaa = List.copyOf(aaaa);
    srv = List.copyOf(srv);
  }

  /** The answer to a name that does not exist. */
  public static DnsAnswer none() {
    return new DnsAnswer(false, List.of(), List.of(), "", List.of());
  }

  /** All addresses, those of IPv4 first. */
  public List<String> addresses() {
    return Stream.concat(a.stream(), aaaa.stream()).toList();
  }

  /** A port, and the name whose addresses have it. */
  public record Srv(int port, String target) {}
}

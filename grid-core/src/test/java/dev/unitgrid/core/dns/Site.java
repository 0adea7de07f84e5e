/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.dns;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Headless;
import dev.unitgrid.core.topology.ServiceName;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The names of node bj-1, as they come to be. */
final class Site {
  static final String DOMAIN = "default.svc.cluster.local";
  static final ServiceName DEMO = new ServiceName("default", Headless.SERVICE);

  final HeadlessDns<String> dns;
  private final DnsSettings settings;

  Site(DnsSettings settings) {
    this.settings = settings;
    this.dns = new HeadlessDns<>(settings);
    dns.localNode(Map.of("location", "beijing"));
  }

  /** The demo's Service, and these StatefulSets. */
  static Site of(Json... statefulSets) {
    Site site = new Site(DnsSettings.of("cluster.local"));
    site.service(Headless.service());
    for (Json set : statefulSets) {
      site.set(set);
    }
    return site;
  }

  List<ServiceNames> service(Json service) {
    return dns.service(GoverningService.read(service).orElseThrow());
  }

  List<ServiceNames> set(Json statefulSet) {
    return dns.statefulSet(ObservedStatefulSet.read(statefulSet));
  }

  List<ServiceNames> slice(String key, Json slice) {
    return dns.slice(key, SliceNames.read(slice.toBytes(), settings));
  }

  /** What is answered below the demo's Service, without its own name at the end. */
  Map<String, List<String>> names() {
    Map<String, List<String>> names = new TreeMap<>();
    for (NameRecord each : dns.namesOf(DEMO).records()) {
      String suffix = Headless.SERVICE + "." + DOMAIN;
      String host = each.name().substring(0, each.name().length() - suffix.length());
      names.put(
          host.isEmpty() ? "" : host.substring(0, host.length() - 1),
          List.copyOf(each.addresses()));
    }
    return names;
  }

  List<String> withheld() {
    return dns.namesOf(DEMO).withheld().stream().map(Withheld::sentence).toList();
  }
}

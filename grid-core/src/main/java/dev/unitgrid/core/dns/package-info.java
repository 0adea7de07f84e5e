/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Which names a node's DNS answers from its own unit: {@code demo-0.demo-svc...} is the first pod
 * of the unit's own StatefulSet, in every unit (RULES 32, 33).
 *
 * <pre>{@code
 * HeadlessDns<String> dns = new HeadlessDns<>(DnsSettings.of("cluster.local"));
 * dns.localNode(Map.of("location", "beijing"));
 * dns.service(GoverningService.read(service).orElseThrow());
 * dns.statefulSet(ObservedStatefulSet.read(statefulSet));
 * for (ServiceNames changed : dns.slice("demo-svc-1", SliceNames.read(slice))) {
 *   changed.records(); // demo-0.demo-svc.default.svc.cluster.local: [10.244.0.7], ...
 *   changed.withheld(); // names that a real pod has, each with a sentence
 *   HostsBlock.of("cluster.local").in(former, changed.records()).bytes(); // the hosts file
 * }
 * }</pre>
 */
@NullMarked
package dev.unitgrid.core.dns;

import org.jspecify.annotations.NullMarked;

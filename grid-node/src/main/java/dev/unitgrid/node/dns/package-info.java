/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Keeps the hosts file from which a node's CoreDNS answers the names of its own unit.
 *
 * <pre>{@code
 * try (DnsAgent dns =
 *     DnsAgent.builder("bj-1", transport, scheduler, random)
 *         .hostsFile(Path.of("/run/unitgrid/dns/hosts"))
 *         .settings(DnsSettings.of("cluster.local"))
 *         .build()) {
 *   dns.start();
 *   dns.state().problems(); // sentences for people
 * }
 * }</pre>
 */
@NullMarked
package dev.unitgrid.node.dns;

import org.jspecify.annotations.NullMarked;

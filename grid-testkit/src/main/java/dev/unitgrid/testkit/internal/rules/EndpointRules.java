/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

import com.google.gson.JsonElement;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is refused in Endpoints and EndpointSlices. Stateless. */
final class EndpointRules {
  private static final int MOST_ADDRESSES = 100;
  private static final int MOST_ENDPOINTS = 1000;
  private static final int MOST_PORTS = 100;

  private EndpointRules() {}

  static void slice(Field slice, @Nullable JsonElement before) {
    Field type = slice.get("addressType");
    if (before != null && !Trees.string(before, "addressType").equals(type.text())) {
      type.invalid("field is immutable");
    }
    if (type.isEmpty()) {
      type.required("");
    } else {
      type.oneOf("FQDN", "IPv4", "IPv6");
    }
    slice.get("endpoints").atMost(MOST_ENDPOINTS);
    for (Field endpoint : slice.items("endpoints")) {
      endpoint(endpoint, type.text());
    }
    slice.get("ports").atMost(MOST_PORTS);
    Set<String> names = new HashSet<>();
    for (Field port : slice.items("ports")) {
      slicePort(port, names);
    }
  }

  private static void endpoint(Field endpoint, String type) {
    Field addresses = endpoint.get("addresses");
    if (addresses.isEmpty()) {
      addresses.required("must contain at least 1 address");
    }
    addresses.atMost(MOST_ADDRESSES);
    for (Field address : addresses.items()) {
      String text = address.text();
      if (type.equals("FQDN")) {
        address.invalid(Names.problemsOfSubdomain(text));
      } else if (!Addresses.isAddress(text)) {
        address.invalid(Addresses.NO_ADDRESS);
      } else if (List.of("IPv4", "IPv6").contains(type)
          && !type.equals(text.contains(":") ? "IPv6" : "IPv4")) {
        // The real server names the list here.
        addresses.invalid(Field.quoted(text), "must be an " + type + " address");
      } else {
        reachable(address);
      }
    }
    name(endpoint.get("nodeName"), false);
    name(endpoint.get("hostname"), true);
    zones(endpoint.get("hints"));
  }

  private static void name(Field name, boolean label) {
    if (name.isThere()) {
      name.invalid(
          label ? Names.problemsOfLabel(name.text()) : Names.problemsOfSubdomain(name.text()));
    }
  }

  private static void zones(Field hints) {
    Set<String> names = new HashSet<>();
    for (Field zone : hints.items("forZones")) {
      String name = zone.text("name");
      if (!names.add(name)) {
        zone.get("name").duplicate(Field.quoted(name));
      } else {
        zone.get("name").invalid(Names.problemsOfLabelValue(name));
      }
    }
  }

  private static void slicePort(Field port, Set<String> names) {
    String name = port.text("name");
    if (!name.isEmpty()) {
      port.get("name").invalid(Names.problemsOfLabel(name));
    }
    if (!names.add(name)) {
      port.get("name").duplicate(Field.quoted(name));
    }
    port.get("protocol").oneOf("SCTP", "TCP", "UDP");
    ServiceRules.appProtocol(port.get("appProtocol"));
  }

  /** An address that one could send to. */
  static void reachable(Field address) {
    InetAddress there = Addresses.read(address.text());
    if (there == null) {
      return;
    }
    if (there.isAnyLocalAddress()) {
      address.invalid("may not be unspecified (" + address.text() + ")");
    }
    if (there.isLoopbackAddress()) {
      address.invalid("may not be in the loopback range (127.0.0.0/8, ::1/128)");
    }
    if (there.isLinkLocalAddress()) {
      address.invalid("may not be in the link-local range (169.254.0.0/16, fe80::/10)");
    }
    if (isLinkLocalMulticast(there, address.text())) {
      address.invalid("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
    }
  }

  private static boolean isLinkLocalMulticast(InetAddress there, String text) {
    return text.contains(":") ? there.isMCLinkLocal() : text.startsWith("224.0.0.");
  }

  static void endpoints(Field endpoints) {
    for (Field subset : endpoints.items("subsets")) {
      List<Field> ready = subset.items("addresses");
      List<Field> notReady = subset.items("notReadyAddresses");
      if (ready.isEmpty() && notReady.isEmpty()) {
        subset.required("must specify `addresses` or `notReadyAddresses`");
      }
      ready.forEach(EndpointRules::address);
      notReady.forEach(EndpointRules::address);
      List<Field> ports = subset.items("ports");
      ports.forEach(port -> port(port, ports.size() > 1));
    }
  }

  private static void address(Field address) {
    Field ip = address.get("ip");
    if (!Addresses.isAddress(ip.text())) {
      ip.invalid(Addresses.NO_ADDRESS);
      ip.invalid("must be a valid IP address");
    } else {
      reachable(ip);
    }
    if (!address.text("hostname").isEmpty()) {
      name(address.get("hostname"), true);
    }
    name(address.get("nodeName"), false);
  }

  private static void port(Field port, boolean named) {
    String name = port.text("name");
    if (name.isEmpty()) {
      if (named) {
        port.get("name").required("");
      }
    } else {
      port.get("name").invalid(Names.problemsOfLabel(name));
    }
    port.get("port").portNumber();
    port.get("protocol").oneOf("SCTP", "TCP", "UDP");
    ServiceRules.appProtocol(port.get("appProtocol"));
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

import com.google.gson.JsonElement;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is refused in Services. Stateless. */
final class ServiceRules {
  private static final int LONGEST_AFFINITY = 86_400;

  private ServiceRules() {}

  static void service(Field service, @Nullable JsonElement before) {
    Field spec = service.get("spec");
    if (before == null || !Trees.same(Trees.at(before, "spec"), spec.value())) {
      spec(spec);
      if (before != null) {
        change(spec, Trees.object(before, "spec"));
      }
    }
    status(service, spec.text("type"));
  }

  private static void spec(Field spec) {
    String type = spec.text("type");
    boolean headless = spec.text("clusterIP").equals("None");
    boolean external = type.equals("ExternalName");
    spec.get("type").oneOf("ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
    if (spec.items("ports").isEmpty() && !headless && !external) {
      spec.get("ports").required("");
    }
    ports(spec, type);
    LabelRules.labels(spec.get("selector"), spec.get("selector"));
    affinity(spec);
    if (external) {
      externalName(spec.get("externalName"));
    }
    addressing(spec);
    for (Field address : spec.items("externalIPs")) {
      if (!Addresses.isAddress(address.text())) {
        address.invalid(Addresses.NO_ADDRESS);
      } else {
        EndpointRules.reachable(address);
      }
    }
    policies(spec);
    balancer(spec, type);
  }

  private static void ports(Field spec, String type) {
    List<Field> ports = spec.items("ports");
    Set<String> names = new HashSet<>();
    Set<String> numbers = new HashSet<>();
    for (Field port : ports) {
      name(port.get("name"), ports.size() > 1, names);
      port.get("port").portNumber();
      port.get("protocol").oneOf("SCTP", "TCP", "UDP");
      ProbeRules.portOrName(port.get("targetPort"));
      appProtocol(port.get("appProtocol"));
      String protocol = port.text("protocol");
      if (!numbers.add(protocol + port.number("port"))) {
        port.duplicate(
            "{\"Name\":\"\",\"Protocol\":"
                + Field.quoted(protocol)
                + ",\"AppProtocol\":null,\"Port\":"
                + port.number("port")
                + ",\"TargetPort\":0,\"NodePort\":0}");
      }
      if (type.equals("ClusterIP") && port.number("nodePort") != 0) {
        port.get("nodePort").forbidden("may not be used when `type` is 'ClusterIP'");
      }
    }
  }

  private static void name(Field field, boolean needed, Set<String> names) {
    String name = field.text();
    if (name.isEmpty()) {
      if (needed) {
        field.required("");
      }
      return;
    }
    field.invalid(Names.problemsOfLabel(name));
    if (!names.add(name)) {
      field.duplicate(Field.quoted(name));
    }
  }

  static void appProtocol(Field protocol) {
    if (protocol.isThere()) {
      protocol.invalid(Names.problemsOfKey(protocol.text()));
    }
  }

  private static void affinity(Field spec) {
    Field affinity = spec.get("sessionAffinity");
    affinity.oneOf("ClientIP", "None");
    Field timeout = spec.get("sessionAffinityConfig", "clientIP", "timeoutSeconds");
    boolean wrong =
        affinity.text().equals("ClientIP")
            && timeout.isThere()
            && (timeout.number() <= 0 || timeout.number() > LONGEST_AFFINITY);
    if (wrong) {
      timeout.invalid("must be greater than 0 and less than " + LONGEST_AFFINITY);
    }
  }

  /** Addresses and families, which the real server looks at before it gives any. */
  static void addressing(Field spec) {
    if (!spec.text("type").equals("ExternalName")) {
      addresses(spec, spec.text("type"));
    } else if (!spec.items("clusterIPs").isEmpty()) {
      spec.get("clusterIPs").forbidden("may not be set for ExternalName services");
    }
    families(spec);
  }

  private static void externalName(Field name) {
    if (name.isEmpty()) {
      name.required("");
      return;
    }
    String text = name.text();
    String domain = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    Names.problemsOfSubdomain(domain).forEach(why -> name.invalid(Field.quoted(domain), why));
  }

  private static void addresses(Field spec, String type) {
    List<Field> said = spec.items("clusterIPs");
    if (said.isEmpty()) {
      return;
    }
    Field whole = spec.get("clusterIPs");
    List<String> texts = said.stream().map(Field::text).toList();
    String first = spec.text("clusterIP");
    if (first.isEmpty()) {
      whole.invalid("must be empty when `clusterIP` is not specified");
    } else if (!first.equals(texts.get(0))) {
      whole.invalid("first value must match `clusterIP`");
    }
    boolean none = texts.get(0).equals("None");
    if (none && texts.size() > 1) {
      whole.invalid("'None' must be the first and only value");
    }
    if (none && ServiceReach.isOnNodes(spec.value())) {
      said.get(0).invalid("may not be set to 'None' for " + type + " services");
    }
    List<String> families = new ArrayList<>();
    for (Field address : said.subList(none ? 1 : 0, said.size())) {
      if (Addresses.isAddress(address.text())) {
        families.add(address.text().contains(":") ? "IPv6" : "IPv4");
      } else {
        address.invalid(Addresses.NO_ADDRESS);
      }
    }
    if (texts.size() > 2) {
      whole.invalid("may only hold up to 2 values");
    }
    if (new HashSet<>(families).size() < families.size()) {
      whole.invalid("may specify no more than one IP for each IP family");
    }
  }

  private static void families(Field spec) {
    Set<String> found = new HashSet<>();
    for (Field family : spec.items("ipFamilies")) {
      family.oneOf("IPv4", "IPv6");
      if (!found.add(family.text())) {
        family.duplicate(Field.quoted(family.text()));
      }
    }
    Field policy = spec.get("ipFamilyPolicy");
    policy.oneOfIfThere("PreferDualStack", "RequireDualStack", "SingleStack");
    if (found.size() > 1 && policy.text().equals("SingleStack")) {
      policy.invalid(
          "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are"
              + " specified");
    }
  }

  private static void policies(Field spec) {
    Field external = spec.get("externalTrafficPolicy");
    boolean reachable = ServiceReach.isExternal(spec.value());
    if (external.isThere() && !reachable) {
      external.invalid("may only be set for externally-accessible services");
    } else if (reachable) {
      external.oneOf("Cluster", "Local");
    }
    spec.get("internalTrafficPolicy").oneOfIfThere("Cluster", "Local");
    spec.get("trafficDistribution").oneOfIfThere("PreferClose", "PreferSameZone", "PreferSameNode");
    Field health = spec.get("healthCheckNodePort");
    if (health.number() == 0) {
      return;
    }
    if (!ServiceReach.isLocalBalancer(spec.value())) {
      health.invalid(
          "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
    } else {
      health.portNumber();
    }
  }

  private static void balancer(Field spec, String type) {
    String only = "may only be used when `type` is 'LoadBalancer'";
    boolean balanced = type.equals("LoadBalancer");
    Field ranges = spec.get("loadBalancerSourceRanges");
    if (ranges.isThere() && !balanced) {
      ranges.as("LoadBalancerSourceRanges").forbidden(only);
    } else {
      for (Field range : ranges.as("LoadBalancerSourceRanges").items()) {
        if (!Addresses.isRange(range.text().strip())) {
          range.invalid(Addresses.NO_RANGE);
        }
      }
    }
    Field ports = spec.get("allocateLoadBalancerNodePorts");
    if (balanced && !ports.isThere()) {
      ports.required("must be set when `type` is 'LoadBalancer'");
    } else if (!balanced && ports.isThere()) {
      ports.forbidden(only);
    }
    Field balancerClass = spec.get("loadBalancerClass");
    if (balancerClass.isThere() && !balanced) {
      balancerClass.forbidden(only);
    } else if (balancerClass.isThere()) {
      balancerClass.invalid(Names.problemsOfKey(balancerClass.text()));
    }
  }

  private static void change(Field spec, JsonElement before) {
    String was = Trees.string(before, "clusterIP");
    String wasType = Trees.string(before, "type");
    String type = spec.text("type");
    boolean keeps = !wasType.equals("ExternalName") && !type.equals("ExternalName");
    if (keeps && !was.isEmpty() && !was.equals(spec.text("clusterIP"))) {
      spec.get("clusterIPs")
          .get("[0]")
          .invalid(Trees.arrayOf(spec.text("clusterIP")).toString(), "may not change once set");
    }
    boolean balanced = wasType.equals("LoadBalancer") && type.equals("LoadBalancer");
    Field balancerClass = spec.get("loadBalancerClass");
    if (balanced && !Trees.same(Trees.at(before, "loadBalancerClass"), balancerClass.value())) {
      balancerClass.invalid("may not change once set");
    }
    if (ServiceReach.isLocalBalancer(before)
        && ServiceReach.isLocalBalancer(spec.value())
        && Trees.number(before, 0, "healthCheckNodePort") != spec.number("healthCheckNodePort")) {
      spec.get("healthCheckNodePort").forbidden("field is immutable");
    }
  }

  private static void status(Field service, String type) {
    Field balancer = service.get("status", "loadBalancer");
    List<Field> ingress = balancer.items("ingress");
    if (ingress.isEmpty()) {
      return;
    }
    if (!type.equals("LoadBalancer")) {
      balancer.get("ingress").forbidden("may only be used when `spec.type` is 'LoadBalancer'");
      return;
    }
    for (Field each : ingress) {
      Field address = each.get("ip");
      if (!address.isEmpty() && !Addresses.isAddress(address.text())) {
        address.invalid(Addresses.NO_ADDRESS);
      }
      hostname(each.get("hostname"));
    }
  }

  private static void hostname(Field hostname) {
    if (hostname.isEmpty()) {
      return;
    }
    hostname.invalid(Names.problemsOfSubdomain(hostname.text()));
    if (Addresses.isAddress(hostname.text())) {
      hostname.invalid("must be a DNS name, not an IP address");
    }
  }
}

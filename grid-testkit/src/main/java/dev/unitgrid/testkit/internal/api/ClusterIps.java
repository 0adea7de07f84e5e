/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.api.StatusException.Cause;
import dev.unitgrid.testkit.internal.rules.Rules;
import dev.unitgrid.testkit.internal.rules.ServiceReach;
import dev.unitgrid.testkit.internal.store.Store;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Gives Services their addresses, out of 10.96.0.0/16 and, in a dual-stack cluster,
 * fd00:10:96::/112, and their node ports, out of 30000-32767. Not thread-safe.
 */
final class ClusterIps {
  private static final int FIRST_PORT = 30_000;
  private static final int LAST_PORT = 32_767;

  private final Store store;
  private int next = 10;
  private int nextPort = FIRST_PORT;
  private boolean dualStack;

  ClusterIps(Store store) {
    this.store = store;
  }

  void dualStack() {
    dualStack = true;
  }

  /** Sets the fields of addresses and ports that a Service does not say itself. */
  void allocate(ResourceKind kind, JsonObject service, @Nullable JsonObject live) {
    JsonObject spec = Trees.child(service, "spec");
    if (live == null) {
      checkNew(kind, service, spec);
    } else {
      ServiceChanges.dropWithType(live, service);
    }
    if (Trees.string(spec, "type").equals("ExternalName")) {
      return;
    }
    setFamilies(kind, service, spec, live);
    setAddresses(kind, service, spec, live);
    setPorts(kind, service, spec, live);
    if (ServiceReach.isLocalBalancer(spec) && !spec.has("healthCheckNodePort")) {
      long had = Trees.number(live, 0, "spec", "healthCheckNodePort");
      spec.addProperty("healthCheckNodePort", had == 0 ? freePort() : had);
    }
  }

  private static void checkNew(ResourceKind kind, JsonObject service, JsonObject spec) {
    String first = Trees.string(spec, "clusterIP");
    if (!first.isEmpty() && Trees.array(spec, "clusterIPs").isEmpty()) {
      spec.add("clusterIPs", Trees.arrayOf(first));
    }
    List<Cause> causes = Validation.causes(Rules.problemsOfAddresses(service));
    if (!causes.isEmpty()) {
      throw StatusException.invalid(kind, name(service), causes);
    }
  }

  private void setFamilies(
      ResourceKind kind, JsonObject service, JsonObject spec, @Nullable JsonObject live) {
    if (Trees.at(live, "spec", "ipFamilyPolicy") != null) {
      Trees.setDefault(spec, "ipFamilies", Trees.array(live, "spec", "ipFamilies").deepCopy());
      Trees.setDefault(spec, "ipFamilyPolicy", Trees.string(live, "spec", "ipFamilyPolicy"));
    }
    List<String> families = new ArrayList<>(strings(spec, "ipFamilies"));
    String policy = Trees.string(spec, "ipFamilyPolicy");
    boolean unknown =
        ((live == null && families.isEmpty() && policy.isEmpty())
                || (live != null && families.size() == 2 && policy.equals("RequireDualStack")))
            && (Trees.string(spec, "clusterIP").equals("None")
                || Trees.string(live, "spec", "clusterIP").equals("None"))
            && Trees.object(spec, "selector").isEmpty();
    if (unknown) {
      // Nobody knows which addresses a headless Service without a selector will have.
      spec.add("ipFamilies", Trees.arrayOf("IPv4", "IPv6"));
      spec.addProperty("ipFamilyPolicy", "RequireDualStack");
      return;
    }
    if (families.isEmpty()) {
      families.add(Trees.string(spec, "clusterIP").contains(":") ? "IPv6" : "IPv4");
    }
    boolean both = policy.equals("RequireDualStack") || policy.equals("PreferDualStack");
    if (both && dualStack && families.size() == 1) {
      families.add(families.get(0).equals("IPv4") ? "IPv6" : "IPv4");
    }
    refuseFamilies(kind, service, families, policy);
    spec.add("ipFamilies", Trees.arrayOf(families.toArray()));
    Trees.setDefault(
        spec, "ipFamilyPolicy", families.size() > 1 ? "RequireDualStack" : "SingleStack");
  }

  private void refuseFamilies(
      ResourceKind kind, JsonObject service, List<String> families, String policy) {
    List<Cause> causes = new ArrayList<>();
    String first = Trees.string(service, "spec", "clusterIP");
    if (families.size() > 1 && policy.isEmpty() && !dualStack) {
      throw StatusException.invalid(
          kind,
          name(service),
          List.of(
              Cause.invalid(
                  "spec.ipFamilyPolicy",
                  "\"SingleStack\"",
                  "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are"
                      + " specified")));
    }
    if (first.contains(":") && !dualStack) {
      throw StatusException.invalid(
          kind,
          name(service),
          List.of(
              Cause.invalid(
                  "spec.clusterIPs[0]",
                  Trees.arrayOf(first).toString(),
                  "IPv6 is not configured on this cluster")));
    }
    if (policy.equals("RequireDualStack") && !dualStack) {
      causes.add(
          Cause.invalid(
              "spec.ipFamilyPolicy",
              "\"RequireDualStack\"",
              "this cluster is not configured for dual-stack services"));
    }
    for (int i = 0; i < families.size(); i++) {
      if (families.get(i).equals("IPv6") && !dualStack) {
        causes.add(
            Cause.invalid(
                "spec.ipFamilies[" + i + "]", "\"IPv6\"", "not configured on this cluster"));
      }
    }
    if (!causes.isEmpty()) {
      throw StatusException.invalid(kind, name(service), causes);
    }
  }

  private static List<String> strings(JsonObject spec, String field) {
    return Trees.array(spec, field).asList().stream().map(JsonElement::getAsString).toList();
  }

  private static String name(JsonObject service) {
    return Trees.string(service, "metadata", "name");
  }

  private void setAddresses(
      ResourceKind kind, JsonObject service, JsonObject spec, @Nullable JsonObject live) {
    List<String> families = strings(spec, "ipFamilies");
    List<String> said = new ArrayList<>(strings(spec, "clusterIPs"));
    String first = Trees.string(spec, "clusterIP");
    if (!first.isEmpty() && said.isEmpty()) {
      said.add(first);
    } else if (!first.isEmpty() && said.equals(strings(Trees.object(live, "spec"), "clusterIPs"))) {
      // Who changes the one field means it for both.
      said.set(0, first);
    }
    if (said.isEmpty()
        && live != null
        && !Trees.string(live, "spec", "type").equals("ExternalName")) {
      said.addAll(strings(Trees.object(live, "spec"), "clusterIPs"));
    }
    JsonArray addresses = new JsonArray();
    for (int i = 0; i < families.size(); i++) {
      String wanted = i < said.size() ? said.get(i) : "";
      if (wanted.equals("None")) {
        addresses.add(wanted);
        break;
      }
      if (live == null && !wanted.isEmpty()) {
        checkFree(kind, service, said, wanted);
      }
      addresses.add(wanted.isEmpty() ? free(families.get(i)) : wanted);
    }
    spec.add("clusterIP", addresses.get(0));
    spec.add("clusterIPs", addresses);
  }

  private void checkFree(ResourceKind kind, JsonObject service, List<String> said, String wanted) {
    boolean outside = !wanted.startsWith(wanted.contains(":") ? "fd00:10:96::" : "10.96.");
    if (!outside && !isTaken(wanted)) {
      return;
    }
    String why =
        outside
            ? "the provided IP ("
                + wanted
                + ") is not in the valid range. The range of valid IPs is "
                + (wanted.contains(":") ? "fd00:10:96::/112" : "10.96.0.0/16")
            : "provided IP is already allocated";
    throw StatusException.invalid(
        kind,
        name(service),
        List.of(
            Cause.invalid(
                "spec.clusterIPs",
                Trees.arrayOf(said.toArray()).toString(),
                "failed to allocate IP " + wanted + ": " + why)));
  }

  private String free(String family) {
    String address;
    do {
      next++;
      address =
          family.equals("IPv6")
              ? "fd00:10:96::" + Integer.toHexString(next)
              : "10.96." + (next / 250 % 250) + "." + (next % 250 + 1);
    } while (isTaken(address));
    return address;
  }

  private boolean isTaken(String address) {
    return services()
        .anyMatch(
            service -> Trees.array(service, "spec", "clusterIPs").contains(Trees.of(address)));
  }

  private Stream<JsonObject> services() {
    return store.all("services").values().stream();
  }

  private void setPorts(
      ResourceKind kind, JsonObject service, JsonObject spec, @Nullable JsonObject live) {
    String type = Trees.string(spec, "type");
    boolean declined =
        spec.has("allocateLoadBalancerNodePorts")
            && !Trees.isTrue(spec, "allocateLoadBalancerNodePorts");
    boolean wanted = type.equals("NodePort") || (type.equals("LoadBalancer") && !declined);
    List<JsonObject> ports = Trees.objects(spec, "ports");
    Set<String> own = new HashSet<>();
    for (int i = 0; i < ports.size(); i++) {
      JsonObject port = ports.get(i);
      if (type.equals("ClusterIP")) {
        // A number is an error, which validation says.
        continue;
      }
      long said = Trees.number(port, 0, "nodePort");
      if (said != 0) {
        if (!own.add(Trees.string(port, "protocol") + said)) {
          throw wrongPort(kind, service, i, said, "provided port is already allocated");
        }
        checkPort(kind, service, live, i, said);
      } else if (wanted) {
        port.addProperty("nodePort", before(live, port).orElseGet(this::freePort));
      }
    }
  }

  private static boolean isOf(@Nullable JsonObject live, JsonObject port) {
    long said = Trees.number(port, 0, "nodePort");
    return said != 0
        && Trees.objects(live, "spec", "ports").stream()
            .anyMatch(there -> Trees.number(there, 0, "nodePort") == said);
  }

  private static java.util.Optional<Long> before(@Nullable JsonObject live, JsonObject port) {
    return Trees.objects(live, "spec", "ports").stream()
        .filter(
            there ->
                Trees.number(there, 0, "port") == Trees.number(port, 0, "port")
                    && Trees.string(there, "protocol").equals(Trees.string(port, "protocol"))
                    && Trees.number(there, 0, "nodePort") != 0)
        .map(there -> Trees.number(there, 0, "nodePort"))
        .findFirst();
  }

  private void checkPort(
      ResourceKind kind, JsonObject service, @Nullable JsonObject live, int index, long port) {
    String problem = "";
    if (port < FIRST_PORT || port > LAST_PORT) {
      problem =
          "provided port is not in the valid range. The range of valid ports is "
              + FIRST_PORT
              + "-"
              + LAST_PORT;
    } else if (isTaken(service, port)
        && !isOf(live, Trees.objects(service, "spec", "ports").get(index))) {
      problem = "provided port is already allocated";
    }
    if (!problem.isEmpty()) {
      throw wrongPort(kind, service, index, port, problem);
    }
  }

  private static StatusException wrongPort(
      ResourceKind kind, JsonObject service, int index, long port, String problem) {
    return StatusException.invalid(
        kind,
        name(service),
        List.of(Cause.invalid("spec.ports[" + index + "].nodePort", Long.toString(port), problem)));
  }

  private long freePort() {
    long first = nextPort;
    do {
      nextPort = nextPort == LAST_PORT ? FIRST_PORT : nextPort + 1;
    } while (isTaken(new JsonObject(), nextPort) && nextPort != first);
    return nextPort;
  }

  private boolean isTaken(JsonObject except, long port) {
    return services()
        .filter(other -> !isSame(except, other))
        .anyMatch(
            other ->
                Trees.number(other, 0, "spec", "healthCheckNodePort") == port
                    || Trees.objects(other, "spec", "ports").stream()
                        .anyMatch(there -> Trees.number(there, 0, "nodePort") == port));
  }

  private static boolean isSame(JsonObject one, JsonObject other) {
    return name(one).equals(name(other))
        && Trees.string(one, "metadata", "namespace")
            .equals(Trees.string(other, "metadata", "namespace"));
  }
}

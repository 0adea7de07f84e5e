/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.cluster.DnsAnswer;
import dev.unitgrid.testkit.internal.api.ApiServer;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** Names of Services and of pods behind headless ones, by what Services and slices say now. */
public final class ClusterNames {
  private static final String SUFFIX = ".svc.cluster.local";

  private final ApiServer server;

  /** The names of {@code server}'s Services. */
  public ClusterNames(ApiServer server) {
    this.server = server;
  }

  /** The answer to a full name; a dot at its end and capitals do not matter. */
  public DnsAnswer answer(String fullName) {
    String lower = fullName.toLowerCase(Locale.ROOT);
    String name = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    if (!name.endsWith(SUFFIX)) {
      return DnsAnswer.none();
    }
    List<String> labels =
        Arrays.asList(name.substring(0, name.length() - SUFFIX.length()).split("\\.", -1));
    return server.locked(() -> answer(labels));
  }

  /**
   * The answer to a name that a pod of {@code namespace} asks for: short names are tried with the
   * search path of pods.
   */
  public DnsAnswer answer(String namespace, String name) {
    if (name.endsWith(".")) {
      return answer(name);
    }
    return java.util.stream.Stream.of("." + namespace + SUFFIX, SUFFIX, ".cluster.local", "")
        .map(suffix -> answer(name + suffix))
        .filter(DnsAnswer::exists)
        .findFirst()
        .orElseGet(DnsAnswer::none);
  }

  private DnsAnswer answer(List<String> labels) {
    int last = labels.size() - 1;
    if (last < 1 || last > 3) {
      return DnsAnswer.none();
    }
    JsonObject service =
        server
            .store()
            .get(new ObjectKey(ServiceBackends.SERVICES, labels.get(last), labels.get(last - 1)));
    if (service == null) {
      return DnsAnswer.none();
    }
    return switch (last) {
      case 1 -> ofService(service);
      case 2 -> ofEndpoints(service, endpoint -> nameOf(endpoint).equals(labels.get(0)));
      default -> ofPort(service, labels.get(0), labels.get(1));
    };
  }

  private DnsAnswer ofService(JsonObject service) {
    if (Trees.string(service, "spec", "type").equals("ExternalName")) {
      String target = Trees.string(service, "spec", "externalName");
      return new DnsAnswer(true, List.of(), List.of(), target, List.of());
    }
    return ServiceBackends.isHeadless(service)
        ? ofEndpoints(service, endpoint -> true)
        : ofAddresses(
            Trees.array(service, "spec", "clusterIPs").asList().stream()
                .map(JsonElement::getAsString)
                .toList());
  }

  private static DnsAnswer ofAddresses(List<String> addresses) {
    List<String> sorted = addresses.stream().distinct().sorted().toList();
    return new DnsAnswer(
        !sorted.isEmpty(),
        sorted.stream().filter(address -> !address.contains(":")).toList(),
        sorted.stream().filter(address -> address.contains(":")).toList(),
        "",
        List.of());
  }

  private DnsAnswer ofEndpoints(JsonObject service, Predicate<JsonObject> wanted) {
    if (!ServiceBackends.isHeadless(service)) {
      return DnsAnswer.none();
    }
    List<String> addresses = new ArrayList<>();
    for (JsonObject slice : slices(service)) {
      for (JsonObject endpoint : Trees.objects(slice, "endpoints")) {
        if (isReady(endpoint) && wanted.test(endpoint)) {
          Trees.array(endpoint, "addresses").forEach(ip -> addresses.add(ip.getAsString()));
        }
      }
    }
    return ofAddresses(addresses);
  }

  /** Slices of every controller, a user's too. */
  private List<JsonObject> slices(JsonObject service) {
    String namespace = Trees.string(service, "metadata", "namespace");
    String resource = EndpointSliceController.SLICES;
    return server
        .store()
        .all(resource)
        .subMap(
            new ObjectKey(resource, namespace, ""), new ObjectKey(resource, namespace + "\0", ""))
        .values()
        .stream()
        .filter(
            slice ->
                Trees.string(slice, "metadata", "labels", EndpointSliceController.SERVICE_NAME)
                    .equals(Trees.string(service, "metadata", "name")))
        .toList();
  }

  /** An endpoint that does not say is ready. */
  private static boolean isReady(JsonObject endpoint) {
    return Trees.at(endpoint, "conditions", "ready") == null
        || Trees.isTrue(endpoint, "conditions", "ready");
  }

  private static String nameOf(JsonObject endpoint) {
    String hostname = Trees.string(endpoint, "hostname");
    if (!hostname.isEmpty()) {
      return hostname;
    }
    return Trees.array(endpoint, "addresses").asList().stream()
        .findFirst()
        .map(address -> address.getAsString().replace('.', '-').replace(':', '-'))
        .orElse("");
  }

  private DnsAnswer ofPort(JsonObject service, String port, String protocol) {
    List<DnsAnswer.Srv> found = new ArrayList<>();
    String home =
        Trees.string(service, "metadata", "name")
            + "."
            + Trees.string(service, "metadata", "namespace")
            + SUFFIX;
    if (ServiceBackends.isHeadless(service)) {
      for (JsonObject slice : slices(service)) {
        for (JsonObject said : matching(Trees.objects(slice, "ports"), port, protocol)) {
          Trees.objects(slice, "endpoints").stream()
              .filter(ClusterNames::isReady)
              .forEach(endpoint -> found.add(srv(said, nameOf(endpoint) + "." + home)));
        }
      }
    } else {
      matching(Trees.objects(service, "spec", "ports"), port, protocol)
          .forEach(said -> found.add(srv(said, home)));
    }
    found.sort(Comparator.comparing(DnsAnswer.Srv::target).thenComparingInt(DnsAnswer.Srv::port));
    return new DnsAnswer(!found.isEmpty(), List.of(), List.of(), "", found);
  }

  private static DnsAnswer.Srv srv(JsonObject port, String target) {
    return new DnsAnswer.Srv((int) Trees.number(port, 0, "port"), target);
  }

  private static List<JsonObject> matching(List<JsonObject> ports, String port, String protocol) {
    return ports.stream()
        .filter(
            said ->
                port.equals("_" + Trees.string(said, "name"))
                    && protocol.equals(
                        "_" + Trees.string(said, "protocol").toLowerCase(Locale.ROOT)))
        .toList();
  }
}

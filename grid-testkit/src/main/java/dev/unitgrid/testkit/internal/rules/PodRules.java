/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

import com.google.gson.JsonElement;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is refused in the spec of a pod, or of a template of pods. Stateless. */
final class PodRules {
  private static final long LARGEST_INT = Integer.MAX_VALUE;

  private PodRules() {}

  static void pod(Field pod, @Nullable JsonElement before) {
    Field spec = pod.get("spec");
    if (before != null && Trees.same(Trees.at(before, "spec"), spec.value())) {
      return;
    }
    spec(spec, Set.of(), true);
    if (before == null) {
      created(spec);
    }
  }

  private static void created(Field spec) {
    if (!spec.get("ephemeralContainers").isEmpty()) {
      spec.get("ephemeralContainers").forbidden("cannot be set on create");
    }
    if (!spec.text("nodeName").isEmpty() && !spec.get("schedulingGates").isEmpty()) {
      spec.get("nodeName").forbidden("cannot be set until all schedulingGates have been cleared");
    }
  }

  /**
   * Of {@code template}, in an object of {@code kind} as messages name it.
   *
   * @param claims the names of volumes that its pods have besides
   */
  static void template(Field template, String kind, Set<String> claims) {
    LabelRules.labels(template.get("metadata", "labels"), template.get("labels"));
    LabelRules.annotations(template.get("metadata", "annotations"), template.get("annotations"));
    Field spec = template.get("spec");
    spec(spec, claims, false);
    if (!spec.get("ephemeralContainers").isEmpty()) {
      spec.get("ephemeralContainers").forbidden("ephemeral containers not allowed in pod template");
    }
    if (!spec.text("restartPolicy").equals("Always")) {
      spec.get("restartPolicy").unsupported(Field.quoted(spec.text("restartPolicy")), "Always");
    }
    if (spec.has("activeDeadlineSeconds")) {
      spec.get("activeDeadlineSeconds")
          .forbidden("activeDeadlineSeconds in " + kind + " is not Supported");
    }
  }

  private static void spec(Field spec, Set<String> claims, boolean isPod) {
    Set<String> volumes =
        VolumeRules.volumes(
            spec.items("volumes"), !isPod || !spec.text("serviceAccountName").isEmpty());
    volumes.addAll(claims);
    containers(spec, volumes);
    spec.get("restartPolicy").oneOf("Always", "OnFailure", "Never");
    dns(spec);
    names(spec);
    if (spec.has("activeDeadlineSeconds")) {
      spec.get("activeDeadlineSeconds").between(1, LARGEST_INT);
    }
    LabelRules.labels(spec.get("nodeSelector"), spec.get("nodeSelector"));
    host(spec);
    SecurityRules.pod(spec);
    SchedulingRules.affinity(spec.get("affinity"));
    SchedulingRules.tolerations(spec.items("tolerations"));
    SchedulingRules.spread(spec.items("topologySpreadConstraints"));
    gates(spec);
    if (spec.has("os")) {
      String system = spec.get("os").text("name");
      if (system.isEmpty()) {
        spec.get("os", "name").required("");
      } else if (!system.equals("linux") && !system.equals("windows")) {
        spec.get("os").unsupported(Field.quoted(system), "linux", "windows");
      }
    }
  }

  private static void containers(Field spec, Set<String> volumes) {
    if (spec.get("containers").isEmpty()) {
      spec.get("containers").required("");
    }
    Set<String> names = new HashSet<>();
    long grace = Trees.number(spec.value(), 30, "terminationGracePeriodSeconds");
    boolean hostNetwork = spec.isTrue("hostNetwork");
    Map<String, String> hostPorts = new HashMap<>();
    for (String list : List.of("containers", "initContainers")) {
      for (Field container : spec.items(list)) {
        ContainerRules.container(container, names, volumes, hostNetwork);
        ContainerRules.life(container, list.equals("initContainers"), grace);
        if (list.equals("containers")) {
          ContainerRules.hostPorts(container, hostPorts);
        }
      }
    }
  }

  private static void dns(Field spec) {
    spec.get("dnsPolicy").oneOf("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");
    Field config = spec.get("dnsConfig");
    if (spec.text("dnsPolicy").equals("None")) {
      if (!config.isThere()) {
        config.required("must provide `dnsConfig` when `dnsPolicy` is None");
        return;
      }
      if (config.get("nameservers").isEmpty()) {
        config
            .get("nameservers")
            .required("must provide at least one DNS nameserver when `dnsPolicy` is None");
      }
    }
    for (Field server : config.items("nameservers")) {
      if (!Addresses.isAddress(server.text())) {
        server.invalid(Addresses.NO_ADDRESS);
      }
    }
    for (Field search : config.items("searches")) {
      String name = search.text();
      String domain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
      for (String why : Names.problemsOfSearchedDomain(domain)) {
        search.invalid(Field.quoted(domain), why);
      }
    }
    for (Field option : config.items("options")) {
      if (option.text("name").isEmpty()) {
        option.required("must not be empty");
      }
    }
  }

  private static void names(Field spec) {
    named(spec.get("serviceAccountName"), false);
    named(spec.get("nodeName"), false);
    named(spec.get("hostname"), true);
    named(spec.get("subdomain"), true);
    named(spec.get("priorityClassName"), false);
    named(spec.get("runtimeClassName"), false);
  }

  private static void named(Field name, boolean label) {
    String text = name.text();
    if (!text.isEmpty()) {
      name.invalid(label ? Names.problemsOfLabel(text) : Names.problemsOfSubdomain(text));
    }
  }

  private static void host(Field spec) {
    for (Field alias : spec.items("hostAliases")) {
      if (!Addresses.isAddress(alias.text("ip"))) {
        alias.get("ip").invalid(Addresses.NO_ADDRESS);
      }
      for (Field hostname : alias.items("hostnames")) {
        hostname.invalid(Names.problemsOfSubdomain(hostname.text()));
      }
    }
    for (Field gate : spec.items("readinessGates")) {
      gate.get("conditionType").invalid(Names.problemsOfKey(gate.text("conditionType")));
    }
  }

  private static void gates(Field spec) {
    Set<String> names = new HashSet<>();
    for (Field gate : spec.items("schedulingGates")) {
      String name = gate.text("name");
      Names.problemsOfKey(name).forEach(why -> gate.invalid(Field.quoted(name), why));
      if (!names.add(name)) {
        gate.duplicate(Field.quoted(name));
      }
    }
  }
}

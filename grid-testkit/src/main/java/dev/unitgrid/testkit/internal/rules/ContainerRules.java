/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is refused in a container. Stateless. */
final class ContainerRules {
  private static final Set<String> KNOWN_FIELDS =
      Set.of(
          "metadata.name",
          "metadata.namespace",
          "metadata.uid",
          "metadata.labels",
          "metadata.annotations",
          "spec.nodeName",
          "spec.restartPolicy",
          "spec.serviceAccountName",
          "spec.schedulerName",
          "status.phase",
          "status.hostIP",
          "status.hostIPs",
          "status.podIP",
          "status.podIPs");

  private static final String[] FIELDS_FOR_VARIABLES = {
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs"
  };

  private static final String[] RESOURCES_FOR_VARIABLES = {
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory"
  };

  private static final Pattern SUBSCRIPT =
      Pattern.compile("metadata\\.(labels|annotations)\\['(.*)'\\]");

  private ContainerRules() {}

  /**
   * @param names of the containers before it; takes its own
   * @param volumes what it may mount
   */
  static void container(
      Field container, Set<String> names, Set<String> volumes, boolean hostNetwork) {
    name(container.get("name"), names);
    image(container.get("image"));
    container.get("terminationMessagePolicy").oneOf("File", "FallbackToLogsOnError");
    ports(container.items("ports"), hostNetwork);
    container.items("env").forEach(ContainerRules::variable);
    container.items("envFrom").forEach(each -> variables(each, container.get("envFrom")));
    mounts(container, volumes);
    container.get("imagePullPolicy").oneOf("Always", "IfNotPresent", "Never");
    if (container.has("resources")) {
      ResourceRules.ofContainer(container.get("resources"));
    }
    SecurityRules.container(container);
  }

  private static void name(Field field, Set<String> names) {
    String name = field.text();
    if (name.isEmpty()) {
      field.required("");
      return;
    }
    List<String> problems = Names.problemsOfLabel(name);
    field.invalid(problems);
    if (problems.isEmpty() && !names.add(name)) {
      field.duplicate(Field.quoted(name));
    }
  }

  private static void image(Field image) {
    if (image.isEmpty()) {
      image.required("");
    } else if (!image.text().equals(image.text().strip())) {
      image.invalid("must not have leading or trailing whitespace");
    }
  }

  /** Probes and hooks, which most init containers must not have. */
  static void life(Field container, boolean init, long grace) {
    boolean sidecar = init && container.text("restartPolicy").equals("Always");
    for (String name : List.of("livenessProbe", "readinessProbe", "startupProbe", "lifecycle")) {
      if (!container.has(name)) {
        continue;
      }
      Field field = container.get(name);
      if (init && !sidecar) {
        field.forbidden("may not be set for init containers without restartPolicy=Always");
      } else if (name.equals("lifecycle")) {
        ProbeRules.hooks(field, grace);
      } else {
        ProbeRules.probe(name, field);
      }
    }
  }

  private static void ports(List<Field> ports, boolean hostNetwork) {
    Set<String> names = new HashSet<>();
    for (Field port : ports) {
      String name = port.text("name");
      List<String> problems = name.isEmpty() ? List.of() : Names.problemsOfPort(name);
      port.get("name").invalid(problems);
      if (!name.isEmpty() && problems.isEmpty() && !names.add(name)) {
        port.get("name").duplicate(Field.quoted(name));
      }
      if (port.number("containerPort") == 0) {
        port.get("containerPort").required("");
      } else {
        port.get("containerPort").portNumber();
      }
      long host = port.number("hostPort");
      if (host != 0) {
        port.get("hostPort").portNumber();
      }
      if (hostNetwork && host != 0 && host != port.number("containerPort")) {
        port.get("hostPort").invalid("must match `containerPort` when `hostNetwork` is true");
      }
      port.get("protocol").oneOf("SCTP", "TCP", "UDP");
    }
  }

  /** Containers of one pod share its host's ports. */
  static void hostPorts(Field container, Map<String, String> taken) {
    for (Field port : container.items("ports")) {
      long host = port.number("hostPort");
      String said = port.text("protocol") + "/" + port.text("hostIP") + "/" + host;
      if (host != 0 && taken.put(said, said) != null) {
        port.get("hostPort").duplicate(Field.quoted(said));
      }
    }
  }

  private static void variable(Field variable) {
    String name = variable.text("name");
    if (name.isEmpty()) {
      variable.get("name").required("");
    } else {
      variable.get("name").invalid(Names.problemsOfVariable(name));
    }
    if (variable.has("valueFrom")) {
      source(variable.get("valueFrom"), variable.text("value"));
    }
  }

  private static void source(Field from, String value) {
    int sources = 0;
    for (String kind : List.of("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef")) {
      if (from.has(kind)) {
        sources++;
        reference(kind, from.get(kind));
      }
    }
    if (sources == 0) {
      from.invalid(
          "\"\"",
          "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or"
              + " `secretKeyRef`");
    } else if (!value.isEmpty()) {
      from.invalid("\"\"", "may not be specified when `value` is not empty");
    } else if (sources > 1) {
      from.invalid("\"\"", "may not have more than one field specified at a time");
    }
  }

  private static void reference(String kind, Field reference) {
    switch (kind) {
      case "fieldRef" -> fieldPath(reference);
      case "resourceFieldRef" -> {
        Field resource = reference.get("resource");
        if (resource.isEmpty()) {
          resource.required("");
        } else if (!resource.text().contains(".hugepages-")) {
          resource.oneOf(RESOURCES_FOR_VARIABLES);
        }
      }
      default -> {
        reference.get("name").invalid(Names.problemsOfSubdomain(reference.text("name")));
        Field key = reference.get("key");
        if (key.isEmpty()) {
          key.required("");
        } else {
          key.invalid(Names.problemsOfDataKey(key.text()));
        }
      }
    }
  }

  private static void fieldPath(Field reference) {
    Field path = reference.get("fieldPath");
    String text = path.text();
    if (text.isEmpty()) {
      path.required("");
      return;
    }
    Matcher subscript = SUBSCRIPT.matcher(text);
    if (subscript.matches()) {
      Names.problemsOfKey(subscript.group(2))
          .forEach(why -> reference.invalid(Field.quoted(subscript.group(2)), why));
    } else if (!KNOWN_FIELDS.contains(text)) {
      path.invalid("error converting fieldPath: field label not supported: " + text);
    } else {
      path.oneOf(FIELDS_FOR_VARIABLES);
    }
  }

  private static void variables(Field each, Field list) {
    if (!each.text("prefix").isEmpty()) {
      each.get("prefix").invalid(Names.problemsOfVariable(each.text("prefix")));
    }
    int sources = 0;
    for (String kind : List.of("configMapRef", "secretRef")) {
      if (each.has(kind)) {
        sources++;
        Field name = each.get(kind, "name");
        name.invalid(Names.problemsOfSubdomain(name.text()));
      }
    }
    if (sources == 0) {
      list.invalid("\"\"", "must specify one of: `configMapRef` or `secretRef`");
    } else if (sources > 1) {
      list.invalid("\"\"", "may not have more than one field specified at a time");
    }
  }

  private static void mounts(Field container, Set<String> volumes) {
    Set<String> paths = new HashSet<>();
    for (Field mount : container.items("volumeMounts")) {
      Field name = mount.get("name");
      name.requiredIfEmpty();
      if (!volumes.contains(name.text())) {
        name.notFound();
      }
      Field path = mount.get("mountPath");
      path.requiredIfEmpty();
      if (!paths.add(path.text())) {
        path.invalid("must be unique");
      }
      // The real server leaves the index out here.
      Field said = container.get("volumeMounts");
      for (String field : List.of("subPath", "subPathExpr")) {
        String text = mount.text(field);
        if (text.startsWith("/")) {
          said.get(field).invalid(Field.quoted(text), "must be a relative path");
        }
        if (List.of(text.split("/", -1)).contains("..")) {
          said.get(field).invalid(Field.quoted(text), "must not contain '..'");
        }
      }
    }
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.table;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The rows of built-in kinds, in the real server's words. Stateless. */
final class BuiltInCells {
  private static final String NONE = "<none>";
  private static final String UNSET = "<unset>";
  private static final int SHOWN = 3;

  private BuiltInCells() {}

  /** How rows of a resource are made; null for one that shows its name and creation only. */
  static Table.@Nullable Cells of(String resource) {
    return switch (resource) {
      case "v1/namespaces" ->
          (each, now) -> row(each, string(each, "status", "phase"), age(each, now));
      case "v1/nodes" -> BuiltInCells::node;
      case "v1/pods" -> PodCells::of;
      case "v1/services" -> BuiltInCells::service;
      case "v1/endpoints" -> (each, now) -> row(each, endpoints(each), age(each, now));
      case "v1/configmaps" ->
          (each, now) -> row(each, size(each, "data") + size(each, "binaryData"), age(each, now));
      case "v1/secrets" ->
          (each, now) -> row(each, string(each, "type"), size(each, "data"), age(each, now));
      case "v1/serviceaccounts" ->
          (each, now) -> row(each, Trees.array(each, "secrets").size(), age(each, now));
      case "v1/persistentvolumeclaims" -> BuiltInCells::claim;
      case "v1/events", "events.k8s.io/v1/events" -> BuiltInCells::event;
      case "apps/v1/deployments" -> BuiltInCells::deployment;
      case "apps/v1/replicasets" -> BuiltInCells::replicaSet;
      case "apps/v1/statefulsets" -> BuiltInCells::statefulSet;
      case "apps/v1/daemonsets" -> BuiltInCells::daemonSet;
      case "apps/v1/controllerrevisions" -> BuiltInCells::revision;
      case "coordination.k8s.io/v1/leases" ->
          (each, now) -> row(each, string(each, "spec", "holderIdentity"), age(each, now));
      case "discovery.k8s.io/v1/endpointslices" -> BuiltInCells::slice;
      case "networking.k8s.io/v1/servicecidrs" ->
          (each, now) -> row(each, joined(each, ",", "spec", "cidrs"), age(each, now));
      case "rbac.authorization.k8s.io/v1/rolebindings",
          "rbac.authorization.k8s.io/v1/clusterrolebindings" ->
          BuiltInCells::binding;
      case "autoscaling/v2/horizontalpodautoscalers" -> BuiltInCells::autoscaler;
      case "policy/v1/poddisruptionbudgets" -> BuiltInCells::disruptionBudget;
      default -> null;
    };
  }

  private static JsonArray row(JsonObject object, Object... cells) {
    JsonArray row = new JsonArray();
    row.add(string(object, "metadata", "name"));
    for (Object cell : cells) {
      row.add(Trees.of(cell));
    }
    return row;
  }

  private static String string(JsonObject object, String... path) {
    return Trees.string(object, path);
  }

  private static long number(JsonObject object, String... path) {
    return Trees.number(object, 0, path);
  }

  private static int size(JsonObject object, String field) {
    return Trees.object(object, field).size();
  }

  private static String age(JsonObject object, Instant now) {
    return Ages.since(string(object, "metadata", "creationTimestamp"), now);
  }

  private static String or(String text, String otherwise) {
    return text.isEmpty() ? otherwise : text;
  }

  private static String joined(JsonObject object, String between, String... path) {
    List<String> words = new ArrayList<>();
    Trees.array(object, path).forEach(word -> words.add(word.getAsString()));
    return String.join(between, words);
  }

  private static String some(List<String> words) {
    String text = String.join(",", words.subList(0, Math.min(SHOWN, words.size())));
    int more = words.size() - SHOWN;
    return more > 0 ? text + " + " + more + " more..." : or(text, NONE);
  }

  private static JsonArray node(JsonObject node, Instant now) {
    List<JsonObject> conditions = Trees.objects(node, "status", "conditions");
    boolean known = conditions.stream().anyMatch(each -> string(each, "type").equals("Ready"));
    String status = !known ? "Unknown" : PodCells.condition(node, "Ready") ? "Ready" : "NotReady";
    return row(
        node,
        status + (Trees.isTrue(node, "spec", "unschedulable") ? ",SchedulingDisabled" : ""),
        roles(node),
        age(node, now),
        string(node, "status", "nodeInfo", "kubeletVersion"),
        address(node, "InternalIP"),
        address(node, "ExternalIP"),
        or(string(node, "status", "nodeInfo", "osImage"), "<unknown>"),
        or(string(node, "status", "nodeInfo", "kernelVersion"), "<unknown>"),
        or(string(node, "status", "nodeInfo", "containerRuntimeVersion"), "<unknown>"));
  }

  private static String roles(JsonObject node) {
    String prefix = "node-role.kubernetes.io/";
    TreeSet<String> roles = new TreeSet<>();
    Trees.strings(node, "metadata", "labels")
        .forEach(
            (label, value) -> {
              if (label.startsWith(prefix) && label.length() > prefix.length()) {
                roles.add(label.substring(prefix.length()));
              } else if (label.equals("kubernetes.io/role") && !value.isEmpty()) {
                roles.add(value);
              }
            });
    return or(String.join(",", roles), NONE);
  }

  private static String address(JsonObject node, String type) {
    return Trees.objects(node, "status", "addresses").stream()
        .filter(each -> string(each, "type").equals(type))
        .map(each -> string(each, "address"))
        .findFirst()
        .orElse(NONE);
  }

  private static JsonArray service(JsonObject service, Instant now) {
    return row(
        service,
        string(service, "spec", "type"),
        or(string(service, "spec", "clusterIP"), NONE),
        externalAddresses(service),
        ports(service),
        age(service, now),
        labels(Trees.strings(service, "spec", "selector")));
  }

  private static String externalAddresses(JsonObject service) {
    String type = string(service, "spec", "type");
    String own = joined(service, ",", "spec", "externalIPs");
    if (type.equals("ExternalName")) {
      return string(service, "spec", "externalName");
    }
    if (!type.equals("LoadBalancer")) {
      return or(own, NONE);
    }
    TreeSet<String> given = new TreeSet<>();
    for (JsonObject each : Trees.objects(service, "status", "loadBalancer", "ingress")) {
      given.add(or(string(each, "ip"), string(each, "hostname")));
    }
    String balanced = String.join(",", given);
    String between = balanced.isEmpty() || own.isEmpty() ? "" : ",";
    return or(balanced + between + own, "<pending>");
  }

  private static String ports(JsonObject service) {
    List<String> ports = new ArrayList<>();
    for (JsonObject port : Trees.objects(service, "spec", "ports")) {
      long node = number(port, "nodePort");
      ports.add(
          number(port, "port") + (node > 0 ? ":" + node : "") + "/" + string(port, "protocol"));
    }
    return or(String.join(",", ports), NONE);
  }

  private static String labels(Map<String, String> labels) {
    List<String> words = new ArrayList<>();
    new TreeMap<>(labels).forEach((name, value) -> words.add(name + "=" + value));
    return or(String.join(",", words), NONE);
  }

  /** A selector of an object as text. */
  private static String selector(JsonObject selector) {
    List<String> terms = new ArrayList<>();
    new TreeMap<>(Trees.strings(selector, "matchLabels"))
        .forEach((name, value) -> terms.add(name + "=" + value));
    for (JsonObject each : Trees.objects(selector, "matchExpressions")) {
      String name = string(each, "key");
      TreeSet<String> values = new TreeSet<>();
      Trees.array(each, "values").forEach(value -> values.add(value.getAsString()));
      String set = "(" + String.join(",", values) + ")";
      terms.add(
          switch (string(each, "operator")) {
            case "In" -> name + " in " + set;
            case "NotIn" -> name + " notin " + set;
            case "Exists" -> name;
            default -> "!" + name;
          });
    }
    return or(String.join(",", terms), NONE);
  }

  private static String endpoints(JsonObject object) {
    List<String> words = new ArrayList<>();
    for (JsonObject subset : Trees.objects(object, "subsets")) {
      List<JsonObject> ports = Trees.objects(subset, "ports");
      for (JsonObject address :
          ports.isEmpty() ? Trees.objects(subset, "addresses") : List.<JsonObject>of()) {
        words.add(string(address, "ip"));
      }
      for (JsonObject port : ports) {
        for (JsonObject address : Trees.objects(subset, "addresses")) {
          String ip = string(address, "ip");
          words.add((ip.contains(":") ? "[" + ip + "]" : ip) + ":" + number(port, "port"));
        }
      }
    }
    return some(words);
  }

  private static JsonArray claim(JsonObject claim, Instant now) {
    boolean terminating = Trees.at(claim, "metadata", "deletionTimestamp") != null;
    String volume = string(claim, "spec", "volumeName");
    String annotated =
        string(claim, "metadata", "annotations", "volume.beta.kubernetes.io/storage-class");
    return row(
        claim,
        terminating ? "Terminating" : string(claim, "status", "phase"),
        volume,
        volume.isEmpty() ? "" : string(claim, "status", "capacity", "storage"),
        volume.isEmpty() ? "" : accessModes(claim),
        or(annotated, string(claim, "spec", "storageClassName")),
        or(string(claim, "spec", "volumeAttributesClassName"), UNSET),
        age(claim, now),
        or(string(claim, "spec", "volumeMode"), UNSET));
  }

  private static String accessModes(JsonObject claim) {
    List<String> short_ = new ArrayList<>();
    String modes = joined(claim, ",", "status", "accessModes");
    if (modes.contains("ReadWriteOnce,") || modes.endsWith("ReadWriteOnce")) {
      short_.add("RWO");
    }
    if (modes.contains("ReadOnlyMany")) {
      short_.add("ROX");
    }
    if (modes.contains("ReadWriteMany")) {
      short_.add("RWX");
    }
    if (modes.contains("ReadWriteOncePod")) {
      short_.add("RWOP");
    }
    return String.join(",", short_);
  }

  private static JsonArray event(JsonObject event, Instant now) {
    String first = or(string(event, "firstTimestamp"), string(event, "deprecatedFirstTimestamp"));
    first = or(first, string(event, "eventTime"));
    String last = or(string(event, "lastTimestamp"), string(event, "deprecatedLastTimestamp"));
    last = or(or(string(event, "series", "lastObservedTime"), last), first);
    long count = number(event, "count") + number(event, "deprecatedCount");
    count = Trees.at(event, "series") != null ? number(event, "series", "count") : count;
    JsonObject about = Trees.object(event, event.has("regarding") ? "regarding" : "involvedObject");
    String name = string(about, "name");
    return Trees.arrayOf(
        Ages.since(last, now),
        string(event, "type"),
        string(event, "reason"),
        string(about, "kind").toLowerCase(Locale.ROOT) + (name.isEmpty() ? "" : "/" + name),
        string(about, "fieldPath"),
        source(event),
        or(string(event, "message"), string(event, "note")).strip(),
        Ages.since(first, now),
        Math.max(1, count),
        string(event, "metadata", "name"));
  }

  private static String source(JsonObject event) {
    JsonObject said = Trees.object(event, event.has("source") ? "source" : "deprecatedSource");
    String reporter = or(string(event, "reportingComponent"), string(event, "reportingController"));
    String component = or(string(said, "component"), reporter);
    String instance = or(string(said, "host"), string(event, "reportingInstance"));
    return component + (instance.isEmpty() ? "" : ", " + instance);
  }

  private static JsonArray deployment(JsonObject deployment, Instant now) {
    return row(
        deployment,
        readyOfWanted(deployment),
        number(deployment, "status", "updatedReplicas"),
        number(deployment, "status", "availableReplicas"),
        age(deployment, now),
        containers(deployment, "name"),
        containers(deployment, "image"),
        selector(Trees.object(deployment, "spec", "selector")));
  }

  private static String readyOfWanted(JsonObject workload) {
    return number(workload, "status", "readyReplicas") + "/" + number(workload, "spec", "replicas");
  }

  private static String containers(JsonObject workload, String field) {
    List<String> words = new ArrayList<>();
    for (JsonObject each : Trees.objects(workload, "spec", "template", "spec", "containers")) {
      words.add(string(each, field));
    }
    return String.join(",", words);
  }

  private static JsonArray replicaSet(JsonObject set, Instant now) {
    return row(
        set,
        number(set, "spec", "replicas"),
        number(set, "status", "replicas"),
        number(set, "status", "readyReplicas"),
        age(set, now),
        containers(set, "name"),
        containers(set, "image"),
        selector(Trees.object(set, "spec", "selector")));
  }

  private static JsonArray statefulSet(JsonObject set, Instant now) {
    return row(
        set, readyOfWanted(set), age(set, now), containers(set, "name"), containers(set, "image"));
  }

  private static JsonArray daemonSet(JsonObject set, Instant now) {
    return row(
        set,
        number(set, "status", "desiredNumberScheduled"),
        number(set, "status", "currentNumberScheduled"),
        number(set, "status", "numberReady"),
        number(set, "status", "updatedNumberScheduled"),
        number(set, "status", "numberAvailable"),
        labels(Trees.strings(set, "spec", "template", "spec", "nodeSelector")),
        age(set, now),
        containers(set, "name"),
        containers(set, "image"),
        selector(Trees.object(set, "spec", "selector")));
  }

  private static JsonArray revision(JsonObject revision, Instant now) {
    String controller = NONE;
    for (JsonObject owner : Trees.objects(revision, "metadata", "ownerReferences")) {
      if (Trees.isTrue(owner, "controller")) {
        String version = string(owner, "apiVersion");
        int slash = version.indexOf('/');
        String kind = string(owner, "kind").toLowerCase(Locale.ROOT);
        controller =
            kind
                + (slash < 0 ? "" : "." + version.substring(0, slash))
                + "/"
                + string(owner, "name");
      }
    }
    return row(revision, controller, number(revision, "revision"), age(revision, now));
  }

  private static JsonArray slice(JsonObject slice, Instant now) {
    List<String> ports = new ArrayList<>();
    for (JsonObject port : Trees.objects(slice, "ports")) {
      ports.add(
          Trees.at(port, "port") != null
              ? Long.toString(number(port, "port"))
              : or(string(port, "name"), "*"));
    }
    List<String> addresses = new ArrayList<>();
    for (JsonObject endpoint : Trees.objects(slice, "endpoints")) {
      Trees.array(endpoint, "addresses").forEach(each -> addresses.add(each.getAsString()));
    }
    return row(
        slice,
        string(slice, "addressType"),
        Trees.at(slice, "ports") == null ? UNSET : some(ports),
        Trees.at(slice, "endpoints") == null ? UNSET : some(addresses),
        age(slice, now));
  }

  private static JsonArray binding(JsonObject binding, Instant now) {
    return row(
        binding,
        string(binding, "roleRef", "kind") + "/" + string(binding, "roleRef", "name"),
        age(binding, now),
        subjects(binding, "User"),
        subjects(binding, "Group"),
        subjects(binding, "ServiceAccount"));
  }

  private static String subjects(JsonObject binding, String kind) {
    List<String> words = new ArrayList<>();
    for (JsonObject subject : Trees.objects(binding, "subjects")) {
      if (string(subject, "kind").equals(kind)) {
        String home = kind.equals("ServiceAccount") ? string(subject, "namespace") + "/" : "";
        words.add(home + string(subject, "name"));
      }
    }
    return String.join(", ", words);
  }

  private static JsonArray autoscaler(JsonObject scaler, Instant now) {
    JsonElement least = Trees.at(scaler, "spec", "minReplicas");
    return row(
        scaler,
        string(scaler, "spec", "scaleTargetRef", "kind")
            + "/"
            + string(scaler, "spec", "scaleTargetRef", "name"),
        metrics(scaler),
        least == null ? UNSET : least.getAsString(),
        number(scaler, "spec", "maxReplicas"),
        number(scaler, "status", "currentReplicas"),
        age(scaler, now));
  }

  private static String metrics(JsonObject scaler) {
    List<JsonObject> wanted = Trees.objects(scaler, "spec", "metrics");
    List<JsonObject> current = Trees.objects(scaler, "status", "currentMetrics");
    List<String> words = new ArrayList<>();
    for (int i = 0; i < Math.min(2, wanted.size()); i++) {
      words.add(metric(wanted.get(i), i < current.size() ? current.get(i) : new JsonObject()));
    }
    int more = wanted.size() - words.size();
    String text = String.join(", ", words);
    return more > 0 ? text + " + " + more + " more..." : or(text, NONE);
  }

  private static String metric(JsonObject metric, JsonObject current) {
    String type = string(metric, "type");
    String source =
        type.isEmpty() ? "" : type.substring(0, 1).toLowerCase(Locale.ROOT) + type.substring(1);
    JsonObject target = Trees.object(metric, source, "target");
    JsonObject now = Trees.object(current, source, "current");
    boolean resource = source.equals("resource") || source.equals("containerResource");
    String average = string(target, "averageValue");
    String name = resource ? string(metric, source, "name") + ": " : "";
    if (resource && average.isEmpty()) {
      return name + percent(now) + "/" + or(percent(target).replace("<unknown>", ""), "<auto>");
    }
    String end = !resource && !source.equals("pods") && !average.isEmpty() ? " (avg)" : "";
    return name
        + or(string(now, average.isEmpty() ? "value" : "averageValue"), "<unknown>")
        + "/"
        + or(average, string(target, "value"))
        + end;
  }

  private static String percent(JsonObject value) {
    JsonElement percent = Trees.at(value, "averageUtilization");
    return percent == null ? "<unknown>" : percent.getAsString() + "%";
  }

  private static JsonArray disruptionBudget(JsonObject budget, Instant now) {
    return row(
        budget,
        orNotApplicable(budget, "minAvailable"),
        orNotApplicable(budget, "maxUnavailable"),
        number(budget, "status", "disruptionsAllowed"),
        age(budget, now));
  }

  private static String orNotApplicable(JsonObject budget, String field) {
    JsonElement value = Trees.at(budget, "spec", field);
    return value == null ? "N/A" : value.getAsString();
  }
}

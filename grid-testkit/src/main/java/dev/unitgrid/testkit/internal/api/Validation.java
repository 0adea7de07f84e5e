/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.api.StatusException.Cause;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the real server refuses in built-in objects, as far as grids meet it. Stateless. */
final class Validation {
  private static final Pattern DATA_KEY = Pattern.compile("[-._a-zA-Z0-9]+");

  /** In bytes, of a ConfigMap or a Secret. */
  private static final int MOST_DATA = 1 << 20;

  private static final String IMMUTABLE = "field is immutable when `immutable` is set";

  private final ResourceKind kind;
  private final JsonObject object;
  private final String subresource;
  private final List<Cause> causes = new ArrayList<>();

  private Validation(ResourceKind kind, JsonObject object, String subresource) {
    this.kind = kind;
    this.object = object;
    this.subresource = subresource;
  }

  /** The problems of {@code object}, and of the change from {@code before} if there was one. */
  static List<Cause> of(
      ResourceKind kind, JsonObject object, @Nullable JsonObject before, String subresource) {
    Validation validation = new Validation(kind, object, subresource);
    validation.causes.addAll(
        before == null
            ? MetadataRules.problems(kind, object)
            : MetadataRules.problemsOfChange(kind, object, before));
    if (kind.builtIn()) {
      validation.spec(before);
      validation.causes.addAll(SpecRules.of(kind, object, before));
    }
    return validation.causes;
  }

  /**
   * Maps of something immutable that were none and are sent as empty: the real server compares them
   * before it forgets the difference.
   */
  static List<Cause> ofEmptied(
      ResourceKind kind, JsonObject before, JsonObject sent, JsonObject read) {
    if (!kind.builtIn() || !Trees.isTrue(before, "immutable")) {
      return List.of();
    }
    // The data of a ConfigMap is never none.
    return Stream.of(kind.storage().equals("secrets") ? "data" : "binaryData")
        .filter(field -> sent.get(field) instanceof JsonObject)
        .filter(field -> !read.has(field) && !before.has(field))
        .map(field -> Cause.forbidden(field, IMMUTABLE))
        .toList();
  }

  private void labels(JsonObject labels, String field) {
    causes.addAll(MetadataRules.problemsOfLabels(labels, field));
  }

  private void spec(@Nullable JsonObject before) {
    switch (kind.storage()) {
      case "deployments.apps", "replicasets.apps" -> {
        workload();
        if (before != null) {
          immutable("spec.selector", before, "spec", "selector");
        }
      }
      case "statefulsets.apps" -> {
        workload();
        if (before != null) {
          statefulSetUpdate(before);
        }
      }
      case "services" -> service(before);
      case "configmaps" -> configMap(before);
      case "customresourcedefinitions.apiextensions.k8s.io" ->
          causes.addAll(
              before == null
                  ? DefinitionCheck.of(object)
                  : DefinitionCheck.ofChange(object, before));
      case "secrets" -> secret(before);
      case "pods" -> {
        podSpec(Trees.object(object, "spec"), "spec");
        if (before != null) {
          causes.addAll(PodChange.problems(object, before, subresource));
        }
      }
      default -> {
        // Nothing that grids could get wrong.
      }
    }
  }

  private void configMap(@Nullable JsonObject before) {
    JsonObject binary = Trees.object(object, "binaryData");
    for (String key : Trees.object(object, "data").keySet()) {
      dataKey("data", key);
      if (binary.has(key)) {
        invalid("data[" + key + "]", key, "duplicate of key present in binaryData");
      }
    }
    binary.keySet().forEach(key -> dataKey("binaryData", key));
    refuseMuch("[]", size(Trees.object(object, "data")) + decodedSize(binary));
    unchangedIfImmutable(before, "data", "binaryData");
  }

  private void secret(@Nullable JsonObject before) {
    Trees.object(object, "data").keySet().forEach(key -> dataKey("data", key));
    refuseMuch("data", decodedSize(Trees.object(object, "data")));
    if (before != null) {
      immutable("type", before, "type");
    }
    if (Trees.string(object, "type").equals("kubernetes.io/tls")) {
      for (String key : List.of("tls.crt", "tls.key")) {
        if (!Trees.object(object, "data").has(key)) {
          causes.add(Cause.required("data[" + key + "]", ""));
        }
      }
    }
    unchangedIfImmutable(before, "data");
  }

  private static long size(JsonObject texts) {
    return Trees.strings(texts).values().stream()
        .mapToLong(text -> text.getBytes(StandardCharsets.UTF_8).length)
        .sum();
  }

  /** Of what is written in base64. */
  private static long decodedSize(JsonObject texts) {
    return Trees.strings(texts).values().stream()
        .mapToLong(
            text -> text.length() / 4L * 3 - (text.length() - text.replace("=", "").length()))
        .sum();
  }

  private void refuseMuch(String field, long size) {
    if (size > MOST_DATA) {
      causes.add(
          new Cause(
              "FieldValueTooLong",
              "Too long: may not be more than " + MOST_DATA + " bytes",
              field));
    }
  }

  private void dataKey(String field, String key) {
    if (!DATA_KEY.matcher(key).matches()) {
      invalid(
          field + "[" + key + "]",
          key,
          "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g."
              + " 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is"
              + " '[-._a-zA-Z0-9]+')");
    }
  }

  private void unchangedIfImmutable(@Nullable JsonObject before, String... fields) {
    if (!Trees.isTrue(before, "immutable")) {
      return;
    }
    if (!Trees.isTrue(object, "immutable")) {
      causes.add(Cause.forbidden("immutable", IMMUTABLE));
    }
    for (String field : fields) {
      if (!Trees.same(Trees.at(before, field), Trees.at(object, field))) {
        causes.add(Cause.forbidden(field, IMMUTABLE));
      }
    }
  }

  private void workload() {
    JsonObject spec = Trees.object(object, "spec");
    nonNegative(spec, "replicas");
    nonNegative(spec, "minReadySeconds");
    nonNegative(spec, "revisionHistoryLimit");
    JsonElement selector = Trees.at(spec, "selector");
    if (selector == null) {
      causes.add(Cause.required("spec.selector", ""));
    } else if (selector.getAsJsonObject().isEmpty()) {
      causes.add(
          Cause.invalid(
              "spec.selector",
              "{}",
              "empty selector is invalid for "
                  + (kind.kind().equals("StatefulSet") ? "statefulset" : kind.singular())));
    } else {
      labels(Trees.object(selector, "matchLabels"), "spec.selector.matchLabels");
    }
    JsonObject template = Trees.object(spec, "template");
    Map<String, String> labels = Trees.strings(template, "metadata", "labels");
    boolean unselected =
        selector == null
            || (!selector.getAsJsonObject().isEmpty()
                && !Selectors.matches(selector.getAsJsonObject(), labels));
    if (unselected) {
      causes.add(
          Cause.invalid(
              "spec.template.metadata.labels",
              labels.isEmpty() ? "null" : Trees.objectOf(labels).toString(),
              "`selector` does not match template `labels`"));
    }
    labels(Trees.object(template, "metadata", "labels"), "spec.template.labels");
    podSpec(Trees.object(template, "spec"), "spec.template.spec");
    String restart = Trees.string(template, "spec", "restartPolicy");
    if (!restart.equals("Always") && !restart.isEmpty()) {
      causes.add(
          Cause.unsupported(
              "spec.template.spec.restartPolicy", "\"" + restart + "\"", "\"Always\""));
    }
  }

  private void nonNegative(JsonObject spec, String field) {
    long value = Trees.number(spec, 0, field);
    if (value < 0) {
      causes.add(
          Cause.invalid(
              "spec." + field, Long.toString(value), "must be greater than or equal to 0"));
    }
  }

  private void podSpec(JsonObject spec, String path) {
    List<JsonObject> containers = Trees.objects(spec, "containers");
    if (containers.isEmpty()) {
      causes.add(Cause.required(path + ".containers", ""));
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < containers.size(); i++) {
      String field = path + ".containers[" + i + "]";
      String name = Trees.string(containers.get(i), "name");
      if (name.isEmpty()) {
        causes.add(Cause.required(field + ".name", ""));
      } else if (!Names.problemsOfLabel(name).isEmpty()) {
        Names.problemsOfLabel(name).forEach(why -> invalid(field + ".name", name, why));
      } else if (!names.add(name)) {
        causes.add(Cause.duplicate(field + ".name", "\"" + name + "\""));
      }
      if (Trees.string(containers.get(i), "image").isEmpty()) {
        causes.add(Cause.required(field + ".image", ""));
      }
      ports(containers.get(i), field);
    }
    labels(Trees.object(spec, "nodeSelector"), path + ".nodeSelector");
  }

  private void ports(JsonObject container, String field) {
    List<JsonObject> ports = Trees.objects(container, "ports");
    for (int i = 0; i < ports.size(); i++) {
      long port = Trees.number(ports.get(i), 0, "containerPort");
      if (port == 0) {
        causes.add(Cause.required(field + ".ports[" + i + "].containerPort", ""));
      } else if (port < 1 || port > 65535) {
        causes.add(
            Cause.invalid(
                field + ".ports[" + i + "].containerPort",
                Long.toString(port),
                "must be between 1 and 65535, inclusive"));
      }
    }
  }

  private void statefulSetUpdate(JsonObject before) {
    JsonObject old = Trees.object(before, "spec").deepCopy();
    JsonObject now = Trees.object(object, "spec").deepCopy();
    for (String mutable :
        List.of(
            "replicas",
            "ordinals",
            "template",
            "updateStrategy",
            "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy",
            "minReadySeconds")) {
      old.remove(mutable);
      now.remove(mutable);
    }
    if (!old.equals(now)) {
      causes.add(
          Cause.forbidden(
              "spec",
              "updates to statefulset spec for fields other than 'replicas', 'ordinals',"
                  + " 'template', 'updateStrategy', 'revisionHistoryLimit',"
                  + " 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are"
                  + " forbidden"));
    }
  }

  private void service(@Nullable JsonObject before) {
    JsonObject spec = Trees.object(object, "spec");
    List<JsonObject> ports = Trees.objects(spec, "ports");
    boolean headless = Trees.string(spec, "clusterIP").equals("None");
    boolean external = Trees.string(spec, "type").equals("ExternalName");
    if (ports.isEmpty() && !headless && !external) {
      causes.add(Cause.required("spec.ports", ""));
    }
    for (int i = 0; i < ports.size(); i++) {
      if (ports.size() > 1 && Trees.string(ports.get(i), "name").isEmpty()) {
        causes.add(Cause.required("spec.ports[" + i + "].name", ""));
      }
      long port = Trees.number(ports.get(i), 0, "port");
      if (port < 1 || port > 65535) {
        causes.add(
            Cause.invalid(
                "spec.ports[" + i + "].port",
                Long.toString(port),
                "must be between 1 and 65535, inclusive"));
      }
    }
    labels(Trees.object(spec, "selector"), "spec.selector");
    String was = Trees.string(before, "spec", "clusterIP");
    if (before != null && !was.isEmpty() && !external) {
      String is = Trees.string(spec, "clusterIP");
      if (!was.equals(is)) {
        causes.add(
            Cause.invalid(
                "spec.clusterIPs[0]", Trees.arrayOf(is).toString(), "may not change once set"));
      }
    }
  }

  private void immutable(String field, JsonObject before, String... path) {
    JsonElement now = Trees.at(object, path);
    if (!Trees.same(Trees.at(before, path), now)) {
      causes.add(Cause.invalid(field, String.valueOf(now), "field is immutable"));
    }
  }

  private void invalid(String field, String value, String detail) {
    causes.add(Cause.invalid(field, "\"" + value + "\"", detail));
  }
}

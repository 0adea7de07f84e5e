/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Reads field selectors; a kind can be selected by the fields that the real server knows. */
final class FieldSelectors {
  private static final List<String> OPERATORS = List.of("!=", "==", "=");

  /** The fields besides name and namespace; kinds that are not here have no other. */
  private static final Map<String, List<String>> KNOWN =
      Map.of(
          "pods",
          List.of(
              "spec.nodeName",
              "spec.restartPolicy",
              "spec.schedulerName",
              "spec.serviceAccountName",
              "spec.hostNetwork",
              "status.phase",
              "status.podIP",
              "status.podIPs",
              "status.nominatedNodeName"),
          "nodes",
          List.of("spec.unschedulable"),
          "services",
          List.of("spec.clusterIP", "spec.type"),
          "secrets",
          List.of("type"),
          "namespaces",
          List.of("status.phase"),
          "events",
          List.of(
              "type",
              "reason",
              "reportingComponent",
              "source",
              "involvedObject.kind",
              "involvedObject.namespace",
              "involvedObject.name",
              "involvedObject.uid",
              "involvedObject.apiVersion",
              "involvedObject.resourceVersion",
              "involvedObject.fieldPath"),
          "events.events.k8s.io",
          List.of(
              "type",
              "reason",
              "reportingController",
              "regarding.kind",
              "regarding.namespace",
              "regarding.name",
              "regarding.uid",
              "regarding.apiVersion",
              "regarding.resourceVersion",
              "regarding.fieldPath"));

  private FieldSelectors() {}

  private record Term(String field, boolean equal, String value) {}

  /** The predicate on objects that {@code selector} says; 400 for a field that is not known. */
  static Predicate<JsonObject> parse(String selector, ResourceKind kind) {
    Predicate<JsonObject> all = object -> true;
    for (String part : parts(selector)) {
      if (!part.isEmpty()) {
        Term term = term(part, selector);
        refuseUnknown(term.field(), kind);
        String field =
            kind.isEventOfItsGroup() ? EventVersions.storedPath(term.field()) : term.field();
        all = all.and(object -> term.equal() == term.value().equals(text(object, field)));
      }
    }
    return all;
  }

  private static List<String> parts(String selector) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    for (int i = 0; i < selector.length(); i++) {
      char c = selector.charAt(i);
      if (c == ',') {
        parts.add(part.toString());
        part.setLength(0);
        continue;
      }
      part.append(c);
      if (c == '\\' && i + 1 < selector.length()) {
        part.append(selector.charAt(++i));
      }
    }
    parts.add(part.toString());
    return parts;
  }

  private static Term term(String part, String selector) {
    for (int i = 0; i < part.length(); i++) {
      int at = i;
      Optional<String> operator =
          OPERATORS.stream().filter(sign -> part.startsWith(sign, at)).findFirst();
      if (operator.isPresent()) {
        return new Term(
            part.substring(0, i),
            !operator.get().equals("!="),
            unescaped(part.substring(i + operator.get().length())));
      }
    }
    throw StatusException.badRequest(
        "invalid selector: '" + selector + "'; can't understand '" + part + "'");
  }

  private static String unescaped(String value) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '=') {
        throw StatusException.badRequest(
            "invalid field selector: unescaped character in value: " + (int) c);
      }
      if (c == '\\') {
        i++;
        String escaped = i < value.length() ? value.substring(i, i + 1) : "";
        if (escaped.isEmpty() || !"\\,=".contains(escaped)) {
          throw StatusException.badRequest(
              "invalid field selector: invalid escape sequence: \\" + escaped);
        }
        c = escaped.charAt(0);
      }
      plain.append(c);
    }
    return plain.toString();
  }

  private static void refuseUnknown(String field, ResourceKind kind) {
    boolean own = kind.builtIn() && KNOWN.containsKey(kind.resource());
    boolean known =
        field.equals("metadata.name")
            || (field.equals("metadata.namespace") && (kind.namespaced() || !own))
            || KNOWN.getOrDefault(kind.resource(), List.of()).contains(field);
    if (known) {
      return;
    }
    throw StatusException.badRequest(
        own || !kind.builtIn()
            ? "field label not supported: " + field
            : "\""
                + field
                + "\" is not a known field selector: only \"metadata.name\","
                + " \"metadata.namespace\"");
  }

  private static String text(JsonObject object, String field) {
    JsonElement value = Trees.at(object, path(field));
    if (value != null && value.isJsonPrimitive()) {
      return value.getAsString();
    }
    boolean flag = field.equals("spec.unschedulable") || field.equals("spec.hostNetwork");
    return flag ? "false" : "";
  }

  private static String[] path(String field) {
    return field.equals("source") ? new String[] {"source", "component"} : field.split("\\.", -1);
  }
}

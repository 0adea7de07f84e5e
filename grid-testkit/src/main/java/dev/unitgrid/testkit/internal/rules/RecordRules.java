/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is refused in events and in revisions of controllers. Stateless. */
final class RecordRules {
  /** Where the real server says that a value is wrong, and not which. */
  private static final String NOT_SHOWN = "\"\"";

  private static final List<String> SETTLED =
      List.of(
          "involvedObject",
          "reason",
          "message",
          "source",
          "firstTimestamp",
          "lastTimestamp",
          "count",
          "type",
          "eventTime",
          "action",
          "related",
          "reportingComponent",
          "reportingInstance");

  private static final List<String> REFERENCE =
      List.of("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath");

  private RecordRules() {}

  /** An event of the core group. */
  static void event(Field event) {
    event(event, "reportingComponent");
  }

  /** An event of {@code events.k8s.io}, by the names of the core group: it says more of itself. */
  static void eventOfItsGroup(Field event, @Nullable JsonElement before) {
    event(event, "reportingController");
    if (before == null && !event.has("eventTime")) {
      event.get("eventTime").required("");
    }
    series(event.get("series"));
    if (before == null) {
      String type = event.text("type");
      if (!List.of("Normal", "Warning").contains(type)) {
        event.get("type").invalid(NOT_SHOWN, "has invalid value: " + type);
      }
      for (String old : List.of("firstTimestamp", "lastTimestamp", "count", "source")) {
        Field field = event.get(old);
        if (field.isThere() && !isNothing(field)) {
          field.invalid(NOT_SHOWN, "needs to be unset");
        }
      }
    } else {
      stays(event, before);
    }
  }

  private static boolean isNothing(Field field) {
    return field.value() instanceof JsonObject object && object.isEmpty();
  }

  private static void event(Field event, String reporting) {
    String namespace = event.get("metadata").text("namespace");
    Field about = event.get("involvedObject", "namespace");
    // What is in no namespace is told of in the default one.
    boolean isNew = event.has("eventTime");
    boolean fits =
        about.text().isEmpty()
            ? namespace.equals("default") || namespace.equals("kube-system")
            : isNew || about.text().equals(namespace);
    if (!fits) {
      about.invalid(Field.quoted(about.text()), "does not match event.namespace");
    }
    if (!isNew) {
      return;
    }
    Field reporter = event.get("reportingComponent").as(reporting);
    if (reporter.isEmpty()) {
      reporter.required("");
    }
    reporter.invalid(Names.problemsOfKey(reporter.text()));
    for (String said : List.of("reportingInstance", "action", "reason")) {
      event.get(said).requiredIfEmpty();
      atMost(event.get(said), 128);
    }
    atMost(event.get("message"), 1024);
  }

  private static void atMost(Field field, int characters) {
    if (field.text().getBytes(StandardCharsets.UTF_8).length > characters) {
      field.invalid(NOT_SHOWN, "can have at most " + characters + " characters");
    }
  }

  private static void series(Field series) {
    if (!series.isThere()) {
      return;
    }
    if (series.number("count") < 2) {
      series.get("count").invalid(NOT_SHOWN, "should be at least 2");
    }
    if (!series.has("lastObservedTime")) {
      series.get("lastObservedTime").required("");
    }
  }

  /** Of an event that was told only how often it happened may change. */
  private static void stays(Field event, JsonElement before) {
    for (String name : SETTLED) {
      Field field = event.get(name);
      JsonElement was = Trees.at(before, name);
      boolean isSame = Trees.isNull(was) ? !field.isThere() : Trees.same(was, field.value());
      if (!isSame) {
        String shown = name.equals("reportingComponent") ? "reportingController" : name;
        field.as(shown).invalid(goText(name, field), "field is immutable");
      }
    }
  }

  /** References and sources are shown as Go has them, with every field. */
  private static String goText(String name, Field field) {
    List<String> fields =
        switch (name) {
          case "involvedObject", "related" -> REFERENCE;
          case "source" -> List.of("component", "host");
          default -> List.of();
        };
    if (fields.isEmpty()) {
      return field.value() == null ? "\"\"" : field.value().toString();
    }
    return fields.stream()
        .map(
            each ->
                Field.quoted(each.substring(0, 1).toUpperCase(Locale.ROOT) + each.substring(1))
                    + ":"
                    + Field.quoted(field.text(each)))
        .collect(Collectors.joining(",", "{", "}"))
        .replace("\"Uid\"", "\"UID\"")
        .replace("\"ApiVersion\"", "\"APIVersion\"");
  }

  static void revision(Field revision, @Nullable JsonElement before) {
    Field data = revision.get("data");
    if (!data.isThere()) {
      data.required("data is mandatory");
    }
    revision.nonNegative("revision");
    if (before != null && !Trees.same(Trees.at(before, "data"), data.value())) {
      data.invalid("field is immutable");
    }
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli.admission;

import dev.unitgrid.api.LabelSyntax;
import dev.unitgrid.api.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What every API server demands of the names, labels and annotations of an object. */
public final class MetadataCheck {
  private final List<String> objections = new ArrayList<>();

  private MetadataCheck() {}

  /** What of the field {@code metadata} is refused, sentences without full stops. */
  public static List<String> objections(Json metadata) {
    MetadataCheck check = new MetadataCheck();
    check.name(metadata.get("name").asString(""));
    check.labels(metadata.get("labels"));
    check.annotations(metadata.get("annotations"));
    return check.objections;
  }

  private void name(String name) {
    if (!LabelSyntax.isSubdomain(name)) {
      objections.add(
          "metadata.name: \""
              + name
              + "\" is no name: it consists of lower-case letters, digits, '-' and '.', begins and"
              + " ends with a letter or digit, and has at most 253 characters");
    }
  }

  private void labels(Json labels) {
    strings("metadata.labels", labels);
    for (Map.Entry<String, String> label : labels.asStrings().entrySet()) {
      key("metadata.labels", label.getKey());
      if (!LabelSyntax.isValue(label.getValue())) {
        objections.add(
            "metadata.labels."
                + label.getKey()
                + ": \""
                + label.getValue()
                + "\" is no label's value: it is empty or "
                + LabelSyntax.RULE);
      }
    }
  }

  private void annotations(Json annotations) {
    strings("metadata.annotations", annotations);
    annotations
        .fields()
        .keySet()
        .forEach(key -> key("metadata.annotations", key.toLowerCase(Locale.ROOT)));
  }

  private void strings(String field, Json values) {
    values
        .fields()
        .forEach(
            (name, value) -> {
              if (!value.isString() && !value.isNull()) {
                objections.add(
                    field + "." + name + " is " + value + ", not text: put it in quotes");
              }
            });
  }

  private void key(String field, String key) {
    if (!LabelSyntax.isKey(key)) {
      objections.add(
          field
              + ": \""
              + key
              + "\" is no key: an optional domain and '/', then a name that "
              + LabelSyntax.RULE);
    }
  }
}

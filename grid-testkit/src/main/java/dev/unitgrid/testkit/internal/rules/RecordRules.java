/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

import com.google.gson.JsonElement;
import dev.unitgrid.testkit.internal.tree.Trees;
import org.jspecify.annotations.Nullable;

/** What is refused in events and in revisions of controllers. Stateless. */
final class RecordRules {
  private RecordRules() {}

  static void event(Field event, @Nullable JsonElement before) {
    String namespace = event.get("metadata").text("namespace");
    Field about = event.get("involvedObject", "namespace");
    // What is in no namespace is told of in the default one.
    boolean fits =
        about.text().isEmpty()
            ? namespace.equals("default") || namespace.equals("kube-system")
            : about.text().equals(namespace);
    if (!fits) {
      about.invalid(Field.quoted(about.text()), "does not match event.namespace");
    }
    boolean isNew = event.has("eventTime");
    if (!isNew || before != null) {
      return;
    }
    Field reporter = event.get("reportingComponent");
    if (reporter.isEmpty()) {
      reporter.required("");
    }
    reporter.invalid(Names.problemsOfKey(reporter.text()));
    event.get("reportingInstance").requiredIfEmpty();
    event.get("action").requiredIfEmpty();
    event.get("reason").requiredIfEmpty();
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

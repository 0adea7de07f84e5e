/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.model;

import dev.unitgrid.api.EmptyUnitPolicy;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.Schema;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1LabelSelector;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** What the builders of the two kinds of workloads share. */
abstract class WorkloadGridBuilder<B extends WorkloadGridBuilder<B, G, S>, G extends GridObject, S>
    extends GridBuilder<B, G, S> {
  WorkloadGridBuilder(Schema schema) {
    super(schema);
  }

  /** One more template of the pool. */
  public B poolTemplate(String name, S template) {
    return poolTemplate(name, json(template));
  }

  /** One more template of the pool, as it is written in a manifest. */
  public B poolTemplate(String name, Json template) {
    return entry("templatePool", name, template);
  }

  /** {@code unit} uses the pool's template {@code name}. */
  public B unitTemplate(String unit, String name) {
    return entry("templates", unit, Json.of(name));
  }

  /** The template of all other units; empty or {@code default} means {@code template}. */
  public B defaultTemplateName(String name) {
    return field("defaultTemplateName", Json.of(name));
  }

  /** Whether templates that nothing names are removed from the pool (RULE 6). */
  public B autoDeleteUnusedTemplate(boolean remove) {
    return field("autoDeleteUnusedTemplate", Json.of(remove));
  }

  /** Selects these units (RULE 4). */
  public B selectUnits(String... names) {
    Json items = Json.array(Arrays.stream(names).map(Json::of).toList());
    return entry("unitSelector", "names", items);
  }

  /** Selects the units with a node that matches (RULE 4). */
  public B selectUnitsWithNode(V1LabelSelector selector) {
    Json found = Json.from(JSON.getGson().toJsonTree(selector));
    for (String field : List.of("matchLabels", "matchExpressions")) {
      found = found.get(field).isZero() ? found.without(field) : found;
    }
    return entry("unitSelector", "nodeSelector", found);
  }

  /** What is done with the child of a unit without nodes (RULE 20). */
  public B emptyUnitPolicy(EmptyUnitPolicy policy) {
    return field("emptyUnitPolicy", Json.of(policy.value()));
  }

  /** How long a unit may be without nodes before (RULE 20); whole seconds. */
  public B emptyUnitGracePeriod(Duration period) {
    return field("emptyUnitGracePeriodSeconds", Json.of(period.toSeconds()));
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli.admission;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.cli.yaml.Manifest;
import java.util.List;
import java.util.TreeSet;

/** Grids that people write, well and wrongly. */
final class Slips {
  static final List<String> TAKEN =
      List.of(
          "{gridUniqKey: location, template: {}}",
          "{gridUniqKey: location, templatePool: {a: {replicas: 1}}}",
          "{gridUniqKey: topology.kubernetes.io/zone, template: {replicas: 1, anything: [1]}}",
          "{gridUniqKey: location, template: {}, templates: {a: b}, defaultTemplateName: b,"
              + " autoDeleteUnusedTemplate: true, emptyUnitPolicy: Retain,"
              + " emptyUnitGracePeriodSeconds: 0}",
          "{gridUniqKey: location, template: {}, templates: null, templatePool: null}",
          "{gridUniqKey: location, template: {}, unitSelector: {names: [a]}}",
          "{gridUniqKey: location, template: {}, unitSelector: {nodeSelector: {}}}",
          "{gridUniqKey: location, template: {}, unitSelector: {names: [], nodeSelector:"
              + " {matchLabels: {a: b}, matchExpressions: [{key: a, operator: In, values: [b]}]}}}");
  static final List<String> REFUSED =
      List.of(
          "{template: {}}",
          "{gridUniqKey: '', template: {}}",
          "{gridUniqKey: 'no key', template: {}}",
          "{gridUniqKey: -a, template: {}}",
          "{gridUniqKey: a/b/c, template: {}}",
          "{gridUniqKey: 5, template: {}}",
          "{gridUniqKey: location}",
          "{gridUniqKey: location, template: {}, unknown: 1}",
          "{gridUniqKey: location, template: {}, unitSelector: {}}",
          "{gridUniqKey: location, template: {}, unitSelector: {names: []}}",
          "{gridUniqKey: location, template: {}, unitSelector: {names: a}}",
          "{gridUniqKey: location, template: {}, unitSelector: {nodeSelector: {match: {}}}}",
          "{gridUniqKey: location, template: {}, unitSelector: {nodeSelector: {matchExpressions:"
              + " [{key: a}]}}}",
          "{gridUniqKey: location, template: {}, unitSelector: {nodeSelector: {matchExpressions:"
              + " [{key: a, operator: Like}]}}}",
          "{gridUniqKey: location, template: {}, replicas: 2}",
          "{gridUniqKey: location, template: {}, replicas: two}",
          "{gridUniqKey: location, template: {}, selector: {a: b}}",
          "{gridUniqKey: location, template: {}, containers: []}",
          "{gridUniqKey: location, template: {}, metadata: {}}",
          "{gridUniqKey: location, template: {}, spec: {}}",
          "{gridUniqKey: location, template: {}, strategy: {}}",
          "{gridUniqKey: location, template: {}, updateStrategy: {}}",
          "{gridUniqKey: location, template: {}, serviceName: a}",
          "{gridUniqKey: location, template: {}, volumeClaimTemplates: []}",
          "{gridUniqKey: location, template: {}, ports: [{port: 80}]}",
          "{gridUniqKey: location, template: {}, type: NodePort}",
          "{gridUniqKey: location, template: {}, clusterIP: None}",
          "{gridUniqKey: location, template: {metadata: {}}}",
          "{gridUniqKey: location, template: {spec: {}}}",
          "{gridUniqKey: location, template: {containers: []}}",
          "{gridUniqKey: location, template: []}",
          "{gridUniqKey: location, templatePool: {a: {spec: {}}}}",
          "{gridUniqKey: location, templatePool: {a: {containers: []}}}",
          "{gridUniqKey: location, template: {}, templates: {a: 1}}",
          "{gridUniqKey: location, template: {}, emptyUnitPolicy: Drop}",
          "{gridUniqKey: location, template: {}, emptyUnitGracePeriodSeconds: -1}",
          "{gridUniqKey: location, template: {}, emptyUnitGracePeriodSeconds: 1.5}",
          "{gridUniqKey: location, template: {}, autoDeleteUnusedTemplate: 'yes'}");
  static final List<String> BAD_METADATA =
      List.of(
          "{name: Caps}",
          "{name: a, labels: {a b: c}}",
          "{name: a, labels: {a: b c}}",
          "{name: a, annotations: {a/b/c: d}}",
          "{name: a, unknown: 1}");

  private Slips() {}

  static Json object(GridKind kind, String metadata, String spec) {
    return Manifest.read(
            "slip",
            "apiVersion: superedge.io/v1\nkind: "
                + kind.type().kind()
                + "\nmetadata: "
                + metadata
                + (spec.isEmpty() ? "" : "\nspec: " + spec))
        .get(0)
        .object();
  }

  /** The messages of all rules in {@code schema}. */
  static TreeSet<String> messages(Json schema) {
    TreeSet<String> messages = new TreeSet<>();
    if (schema.isArray()) {
      schema.items().forEach(item -> messages.addAll(messages(item)));
    }
    schema.fields().values().forEach(value -> messages.addAll(messages(value)));
    if (schema.get("rule").isString()) {
      messages.add(schema.get("message").asString(""));
    }
    return messages;
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridSpec;
import dev.unitgrid.api.json.Json;

/**
 * The digest of all that the children of a grid are rendered from, apart from their units and what
 * lives already: its name and labels, its key, its templates.
 */
final class Fingerprint {
  private Fingerprint() {}

  static String of(Grid grid) {
    GridSpec spec = grid.spec();
    return Json.object(
            "kind", grid.kind().name(),
            "namespace", grid.namespace(),
            "name", grid.name(),
            "uid", grid.uid(),
            "labels", Json.strings(grid.labels()),
            "key", spec.gridUniqKey(),
            "template", spec.template(),
            "pool", Json.object(spec.templatePool()),
            "templates", Json.strings(spec.templates()),
            "default", spec.defaultTemplateName())
        .digest();
  }
}

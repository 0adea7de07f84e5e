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
 * lives already: its name and labels, its key, its templates, and what the API server refuses of
 * them.
 */
final class Fingerprint {
  private Fingerprint() {}

  static String of(Observed observed) {
    Grid grid = observed.grid();
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
            "default", spec.defaultTemplateName(),
            "server", observed.unknownFields().server(),
            "unknown", Json.strings(observed.unknownFields().annotation()))
        .digest();
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Renders the Service of a ServiceGrid.
 *
 * <pre>{@code
 * Rendering rendering = ServiceRenderer.render(grid, "servicegrid-demo-svc", Optional.empty());
 * if (rendering instanceof Rendering.Rendered rendered) {
 *   rendered.body().get("metadata", "annotations", "topologyKeys"); // ["location"]
 *   rendered.body().get("spec", "selector");                        // {"appGrid":"echo"}
 * }
 * }</pre>
 */
@NullMarked
package dev.unitgrid.core.service;

import org.jspecify.annotations.NullMarked;

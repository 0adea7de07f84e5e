/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What users write: the kinds of grids, their specs and statuses as values, their definitions for
 * the API server, and every name that is part of the API.
 *
 * <pre>{@code
 * Grid grid = Grid.parse(GridKind.DEPLOYMENT_GRID, Json.parse(text));
 * grid.spec().gridUniqKey();              // "location"
 * grid.spec().template().get("replicas"); // 2
 * grid.kind().childType().path("default", "deploymentgrid-demo-beijing");
 * GridStatus.parse(grid.status()).condition(ConditionTypes.READY); // Optional.empty
 * Crds.yaml();                            // for kubectl apply -f -
 * }</pre>
 */
@NullMarked
package dev.unitgrid.api;

import org.jspecify.annotations.NullMarked;

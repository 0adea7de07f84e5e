/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What an API server with our CRDs would refuse when a grid is applied, known without a cluster.
 *
 * <pre>{@code
 * GridAdmission admission = GridAdmission.ofOurCrds();
 * admission.objections(GridKind.DEPLOYMENT_GRID, manifest.object());
 * // [spec.replicas stands at a wrong level: replicas belong into spec.template]
 * }</pre>
 */
@NullMarked
package dev.unitgrid.cli.admission;

import org.jspecify.annotations.NullMarked;

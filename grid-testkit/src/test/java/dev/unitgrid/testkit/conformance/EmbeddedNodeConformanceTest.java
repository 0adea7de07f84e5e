/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EmbeddedNodes.Shared.class)
class EmbeddedNodeConformanceTest extends NodeConformance {}

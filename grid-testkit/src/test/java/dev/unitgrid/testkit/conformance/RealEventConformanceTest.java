/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

@OnRealServer
class RealEventConformanceTest extends EventConformance {}

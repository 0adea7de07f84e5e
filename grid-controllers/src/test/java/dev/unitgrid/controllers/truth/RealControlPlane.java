/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.truth;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Tests of the engine on a real API server and its controllers. All classes share one control
 * plane; each test that asks for a {@link RealWorld} has a namespace, nodes and an engine of its
 * own in it, so that classes run side by side: they wait most of the time.
 */
@Tag("control-plane")
@ExtendWith(RealWorlds.class)
@Execution(ExecutionMode.CONCURRENT)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface RealControlPlane {}

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
 * As {@link RealControlPlane}, with the control plane of {@code KUBEBUILDER_ASSETS_NEWER}: a
 * Kubernetes that is newer than the client's models.
 */
@Tag(NewerControlPlane.TAG)
@ExtendWith(RealWorlds.class)
@Execution(ExecutionMode.CONCURRENT)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface NewerControlPlane {
  String TAG = "newer-control-plane";
}

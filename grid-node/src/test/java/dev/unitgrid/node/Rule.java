/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** The rules of the domain that a test, or every test of a class, proves. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
public @interface Rule {
  /** Numbers of rules. */
  int[] value();
}

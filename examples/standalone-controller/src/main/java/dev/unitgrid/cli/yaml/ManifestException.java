/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli.yaml;

/** A file cannot be read as manifests. The message says where and why, in one line. */
public final class ManifestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ManifestException(String place, String sentence) {
    super(place + ": " + sentence);
  }
}

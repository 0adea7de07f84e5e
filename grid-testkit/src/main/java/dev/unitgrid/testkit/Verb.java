/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

/**
 * What a request does, as Kubernetes' authorization and audit call it; an apply is its own verb.
 */
public enum Verb {
  /** Reads one object. */
  GET,
  /** Reads many. */
  LIST,
  /** Follows changes. */
  WATCH,
  /** POST. */
  CREATE,
  /** PUT. */
  UPDATE,
  /** A JSON patch, merge patch or strategic merge patch. */
  PATCH,
  /** Server-side apply. */
  APPLY,
  /** Deletes one object. */
  DELETE,
  /** Deletes many. */
  DELETE_COLLECTION;

  /** Whether it changes something. */
  public boolean writes() {
    return this != GET && this != LIST && this != WATCH;
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.differential;

import com.google.gson.JsonElement;

/**
 * One request of one manager about one object.
 *
 * @param content what the request says: a manifest's fields, a patch
 */
record Operation(Verb verb, String manager, String kind, String name, JsonElement content) {
  /** How it asks. */
  enum Verb {
    CREATE,
    CREATE_DRY_RUN,
    CREATE_STRICT,
    PUT,
    PUT_BLIND,
    PUT_STALE,
    MERGE,
    MERGE_DRY_RUN,
    MERGE_STRICT,
    STRATEGIC,
    JSON_PATCH,
    APPLY,
    FORCE_APPLY,
    STATUS_PUT,
    STATUS_MERGE,
    STATUS_APPLY,
    SCALE_MERGE,
    SCALE_PUT,
    DELETE,
    DELETE_ORPHANING
  }

  @Override
  public String toString() {
    return verb + " " + kind + " " + name + " by " + manager + ": " + content;
  }
}

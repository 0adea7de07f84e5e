/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api;

/** The field managers of our writes. */
public final class FieldManagers {
  /** Children: POST and server-side apply. */
  public static final String CHILDREN = "unitgrid";

  /** Bookkeeping on children (annotations outside the hashes, scaling to zero): merge patches. */
  public static final String BOOKKEEPING = "unitgrid-state";

  /** Holds the number of replicas that a template stopped naming (RULE 15). */
  public static final String HANDOVER = "unitgrid-handover";

  /** Copies of grids in cluster namespaces, and what child clusters make of them. */
  public static final String FEDERATION = "unitgrid-federation";

  /** Status of grids. */
  public static final String STATUS = "unitgrid-status";

  /** The lease that decides who leads. */
  public static final String LEASE = "unitgrid-lease";

  private FieldManagers() {}
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api;

/** The annotations that are part of the API. */
public final class Annotations {
  /** On a child: its grid's name in full. */
  public static final String GRID = "unitgrid.dev/grid";

  /** On a child: its unit key in full. */
  public static final String UNIT_KEY = "unitgrid.dev/unit-key";

  /** On a child: its unit in full. */
  public static final String UNIT = "unitgrid.dev/unit";

  /** On a child: {@code v1.<content>.<paths>}, the digests of what was rendered (RULE 14). */
  public static final String HASH = "unitgrid.dev/hash";

  /** On a child: the version of the rendering that made it (RULE 19). */
  public static final String RENDER = "unitgrid.dev/render";

  /**
   * On a child: the fields that were left out of it because the API server does not know them, as
   * {@code {"<version of the API server>": [paths]}} (RULE 7).
   */
  public static final String UNKNOWN_FIELDS = "unitgrid.dev/unknown-fields";

  /** On a child: since when its unit has no node; RFC 3339, UTC (RULE 20). */
  public static final String EMPTY_SINCE = "unitgrid.dev/empty-since";

  /**
   * On a child: {@code spec} if a change of the grid's {@code unitSelector} deselected its unit: it
   * has no grace then, whatever is edited afterwards (RULE 4).
   */
  public static final String DESELECTED_BY = "unitgrid.dev/deselected-by";

  /** On a child scaled to zero: the number of replicas before (RULE 20). */
  public static final String REPLICAS_BEFORE = "unitgrid.dev/replicas-before";

  /** On a child, by the user: its uid, to allow its recreation (RULE 18). */
  public static final String RECREATE = "unitgrid.dev/recreate";

  /** On a grid, by the user: {@code "true"} stops all writes to children (RULE 19). */
  public static final String PAUSED = "unitgrid.dev/paused";

  /** On a grid, by the user: the digest of the deletions that may go on (RULE 21). */
  public static final String ALLOW_DELETION = "unitgrid.dev/allow-deletion";

  /** On a grid, by the user: the uid of the child of an old unit key that may go (RULE 22). */
  public static final String RELEASE = "unitgrid.dev/release";

  /** On a grid, by the user: {@code orphans} adopts children without a controller (RULE 12). */
  public static final String ADOPT = "unitgrid.dev/adopt";

  /** On a Service: the node labels within which traffic stays, a JSON list. Also of SuperEdge. */
  public static final String TOPOLOGY_KEYS = "topologyKeys";

  /** On a Service, by the user: {@code ordered} lets the first key that serves count (RULE 27). */
  public static final String TOPOLOGY_MODE = "unitgrid.dev/topology-mode";

  /** On a copy and on what a child cluster makes of it: the namespace of its source (RULE 34). */
  public static final String SOURCE_NAMESPACE = "unitgrid.dev/source-namespace";

  /** On a copy and on what a child cluster makes of it: the name of its source (RULE 34). */
  public static final String SOURCE_NAME = "unitgrid.dev/source-name";

  /** On a copy and on what a child cluster makes of it: the uid of its source (RULE 34). */
  public static final String SOURCE_UID = "unitgrid.dev/source-uid";

  /** On a copy: the generation of its source from which it was made (RULE 34). */
  public static final String SOURCE_GENERATION = "unitgrid.dev/source-generation";

  /**
   * On a copy: a short digest of the namespace, the name and the uid of its source. A copy whose
   * marks do not fit it was edited by a hand: it is put back, and nothing is deleted for what it
   * says (RULE 34).
   */
  public static final String SOURCE_SEAL = "unitgrid.dev/source-seal";

  /**
   * On a copy: its own uid, written by the parent before it deletes the copy. Without it nothing is
   * deleted in the child cluster (RULE 35).
   */
  public static final String DELETE_INTENT = "unitgrid.dev/delete-intent";

  /** On a grid that a child cluster made of a copy: that copy, {@code <namespace>/<name>}. */
  public static final String COPY = "unitgrid.dev/copy";

  /**
   * On a grid that a child cluster made of a copy: the annotations that it has from there, their
   * names with commas between; they go when the copy loses them.
   */
  public static final String PASSED_ON = "unitgrid.dev/passed-on";

  /**
   * On a grid that a child cluster made of a copy: since when there is no copy any more; RFC 3339,
   * UTC (RULE 35).
   */
  public static final String ORPHANED_SINCE = "unitgrid.dev/orphaned-since";

  /**
   * On the Lease of a cluster namespace: who else wants it, the uid of that cluster's namespace
   * {@code kube-system} and when it said so, with a blank between (RULE 36).
   */
  public static final String CONTENDER = "unitgrid.dev/contender";

  private Annotations() {}
}

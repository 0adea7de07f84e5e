/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api;

/** The labels that are part of the API. Labels are for selecting, never for identity (RULE 11). */
public final class Labels {
  /** On a child: its grid's name. Also a label of SuperEdge. */
  public static final String GRID_SELECTOR = "superedge.io/grid-selector";

  /** On a child: its grid's unit key. Also a label of SuperEdge. */
  public static final String GRID_UNIQ_KEY = "superedge.io/grid-uniq-key";

  /** On a grid: {@code yes} distributes it over clusters. */
  public static final String FED = "superedge.io/fed";

  /** On a grid: {@code yes} says that it is a copy from the parent cluster. */
  public static final String DIS = "superedge.io/dis";

  /** On a copied grid: the namespace that it is for. */
  public static final String TARGET_NAMESPACE = "superedge.io/target-namespace";

  /**
   * On a namespace of the parent cluster: it belongs to a child cluster. A label of Clusternet,
   * whose values we do not read.
   */
  public static final String CLUSTER_ID = "clusters.clusternet.io/cluster-id";

  /** On pods: their grid, as a legal label value. */
  public static final String GRID = "unitgrid.dev/grid";

  /** On pods: their unit, as a legal label value. */
  public static final String UNIT = "unitgrid.dev/unit";

  /** In SuperEdge's pod templates: its hash of the template. */
  public static final String SUPEREDGE_TEMPLATE_HASH = "superedge.io/template-hash-key";

  /** The same in its older versions. */
  public static final String SUPEREDGE_OLDER_TEMPLATE_HASH = "service_group_template_hash_key";

  /** On an EndpointSlice: the Service whose endpoints it holds. A label of Kubernetes. */
  public static final String SERVICE_NAME = "kubernetes.io/service-name";

  /** On an EndpointSlice: its Service has no cluster IP. A label of Kubernetes. */
  public static final String HEADLESS = "service.kubernetes.io/headless";

  private Labels() {}
}

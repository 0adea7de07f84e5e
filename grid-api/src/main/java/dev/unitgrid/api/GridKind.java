/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api;

/** The three kinds of grids, with SuperEdge's group, names and short names. */
public enum GridKind {
  /** A Deployment a unit. */
  DEPLOYMENT_GRID("DeploymentGrid", "deploymentgrids", "dg", ResourceType.DEPLOYMENT),
  /** A StatefulSet a unit. */
  STATEFUL_SET_GRID("StatefulSetGrid", "statefulsetgrids", "ssg", ResourceType.STATEFUL_SET),
  /** One Service a grid. */
  SERVICE_GRID("ServiceGrid", "servicegrids", "sg", ResourceType.SERVICE);

  /** The API group of all grids. */
  public static final String GROUP = "superedge.io";

  private final ResourceType type;
  private final String shortName;
  private final ResourceType childType;

  GridKind(String kind, String plural, String shortName, ResourceType childType) {
    this.type = new ResourceType(GROUP, "v1", kind, plural, true);
    this.shortName = shortName;
    this.childType = childType;
  }

  /** The type of the grid itself. */
  public ResourceType type() {
    return type;
  }

  /** The name that kubectl takes for short, e.g. {@code dg}. */
  public String shortName() {
    return shortName;
  }

  /** The type of the grid's children. */
  public ResourceType childType() {
    return childType;
  }

  /** Whether its children are workloads, one a unit; a ServiceGrid has one child for all units. */
  public boolean isWorkload() {
    return this != SERVICE_GRID;
  }
}

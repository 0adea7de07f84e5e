/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core;

import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.json.Json;

/** The grids of the walkthrough. Apostrophes stand for quotation marks in texts. */
public final class Grids {
  public static final String UID = "5a4f0a2e-6d3c-4a57-9d3f-000000000001";

  private static final String POD =
      """
      'template':{'metadata':{'creationTimestamp':null,'labels':{'appGrid':'echo'}},
        'spec':{'containers':[{'image':'superedge/echoserver:2.2','name':'echo',
          'ports':[{'containerPort':8080,'protocol':'TCP'}],
          'env':[{'name':'NODE_NAME','valueFrom':{'fieldRef':{'fieldPath':'spec.nodeName'}}}],
          'resources':{}}]}}
      """;

  private Grids() {}

  public static Grid deploymentGrid() {
    return of(GridKind.DEPLOYMENT_GRID, "deploymentgrid-demo", spec("location", deployment()));
  }

  public static Grid statefulSetGrid() {
    return of(GridKind.STATEFUL_SET_GRID, "statefulsetgrid-demo", spec("location", statefulSet()));
  }

  public static Grid serviceGrid() {
    return of(
        GridKind.SERVICE_GRID,
        "servicegrid-demo",
        spec(
            "location",
            json(
                """
                {'selector':{'appGrid':'echo'},
                 'ports':[{'protocol':'TCP','port':80,'targetPort':8080}]}
                """)));
  }

  public static Json deployment() {
    return json(
        "{'replicas':2,'selector':{'matchLabels':{'appGrid':'echo'}},'strategy':{}," + POD + "}");
  }

  public static Json statefulSet() {
    return json(
        "{'replicas':3,'selector':{'matchLabels':{'appGrid':'echo'}},"
            + "'serviceName':'servicegrid-demo-svc',"
            + POD
            + "}");
  }

  public static Json spec(String unitKey, Json template) {
    return Json.object("gridUniqKey", unitKey, "template", template);
  }

  /** The grid of this name, in the namespace default, with the uid {@link #UID}. */
  public static Grid of(GridKind kind, String name, Json spec) {
    return of(kind, Json.object("name", name, "namespace", "default", "uid", UID), spec);
  }

  public static Grid of(GridKind kind, Json metadata, Json spec) {
    return Grid.parse(kind, Json.object("metadata", metadata, "spec", spec));
  }

  public static Json json(String apostrophes) {
    return Json.parse(apostrophes.replace('\'', '"'));
  }
}

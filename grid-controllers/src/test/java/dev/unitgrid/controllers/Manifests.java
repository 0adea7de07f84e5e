/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Manifests that tests apply. */
public final class Manifests {
  private Manifests() {}

  /** One of the walkthrough's, unchanged. */
  public static String walkthrough(String name) {
    try (InputStream text = Manifests.class.getResourceAsStream("/walkthrough/" + name)) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** A DeploymentGrid by location with one container. */
  public static String deploymentGrid(String name, String image) {
    return deploymentGrid(name, image, "");
  }

  /** As above, with more lines of the grid's spec, two spaces in. */
  public static String deploymentGrid(String name, String image, String more) {
    return """
        apiVersion: superedge.io/v1
        kind: DeploymentGrid
        metadata:
          name: NAME
          namespace: default
        spec:
          gridUniqKey: location
        MORE  template:
            replicas: 1
            selector:
              matchLabels:
                app: NAME
            template:
              metadata:
                labels:
                  app: NAME
              spec:
                containers:
                - name: echo
                  image: IMAGE
        """
        .replace("MORE", more)
        .replace("NAME", name)
        .replace("IMAGE", image);
  }

  /** A StatefulSetGrid by location, with a claim template. */
  public static String statefulSetGrid(String name, String image) {
    return """
        apiVersion: superedge.io/v1
        kind: StatefulSetGrid
        metadata:
          name: NAME
          namespace: default
        spec:
          gridUniqKey: location
          template:
            replicas: 1
            serviceName: NAME-svc
            selector:
              matchLabels:
                app: NAME
            template:
              metadata:
                labels:
                  app: NAME
              spec:
                containers:
                - name: echo
                  image: IMAGE
            volumeClaimTemplates:
            - metadata:
                name: data
              spec:
                accessModes: [ReadWriteOnce]
                resources:
                  requests:
                    storage: 1Gi
        """
        .replace("NAME", name)
        .replace("IMAGE", image);
  }

  /** A ServiceGrid by location. */
  public static String serviceGrid(String name) {
    return """
        apiVersion: superedge.io/v1
        kind: ServiceGrid
        metadata:
          name: NAME
          namespace: default
        spec:
          gridUniqKey: location
          template:
            selector:
              app: NAME
            ports:
            - port: 80
              targetPort: 8080
        """
        .replace("NAME", name);
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The rights of {@code deploy/base}: the controller's account, its lease and its Roles. */
public final class Deployed {
  /** Where kustomize puts what has a namespace. */
  public static final String NAMESPACE = "unitgrid-system";

  /** The account's name, and the lease's. */
  public static final String NAME = "unitgrid-controller";

  /** The user that engines are. */
  public static final String ACCOUNT = "system:serviceaccount:" + NAMESPACE + ":" + NAME;

  /** The lease that the Role is for. */
  public static final Leadership LEADERSHIP = Leadership.lease(NAMESPACE, NAME);

  private static final Path DEPLOY = Path.of("..", "deploy");

  private Deployed() {}

  /** The objects of one of the files, unchanged. */
  public static List<Json> objects(String file) {
    return objects("base", file);
  }

  /** The objects of a file in another folder of {@code deploy}, unchanged. */
  public static List<Json> objects(String folder, String file) {
    try {
      return World.documents(Files.readString(DEPLOY.resolve(folder).resolve(file + ".yaml")));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Applies the account and its rights, and enforces them from now on. */
  public static void enforce(Cluster cluster) {
    for (String file : List.of("namespace", "service-account", "role", "role-bindings")) {
      objects(file).forEach(object -> apply(cluster, object));
    }
    cluster.access().enforce();
  }

  /** As kustomize does, everything with a namespace is put into the one of the deployment. */
  public static void apply(Cluster cluster, Json object) {
    boolean everywhere =
        object.get("kind").asString("").startsWith("Cluster")
            || object.get("kind").asString("").equals("Namespace");
    Json metadata = object.get("metadata");
    cluster.apply(
        everywhere
            ? object.toString()
            : object.with("metadata", metadata.with("namespace", Json.of(NAMESPACE))).toString());
  }

  /** Gives {@code user} what the account may do. */
  static void allow(Cluster cluster, String user) {
    Json subject =
        Json.object("kind", "User", "apiGroup", "rbac.authorization.k8s.io")
            .with("name", Json.of(user));
    for (Json binding : objects("role-bindings")) {
      Json name = Json.of(binding.get("metadata", "name").asString("") + "-" + user);
      apply(
          cluster,
          binding
              .with("metadata", binding.get("metadata").with("name", name))
              .with("subjects", Json.array(subject)));
    }
  }
}

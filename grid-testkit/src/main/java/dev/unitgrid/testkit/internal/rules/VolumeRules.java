/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What is refused in the volumes of pods. Stateless. */
final class VolumeRules {
  /** In the order in which the real server counts them. */
  private static final List<String> SOURCES =
      List.of(
          "emptyDir",
          "hostPath",
          "gitRepo",
          "gcePersistentDisk",
          "awsElasticBlockStore",
          "secret",
          "nfs",
          "iscsi",
          "glusterfs",
          "flocker",
          "persistentVolumeClaim",
          "rbd",
          "cinder",
          "cephfs",
          "quobyte",
          "downwardAPI",
          "fc",
          "azureFile",
          "configMap",
          "vsphereVolume",
          "azureDisk",
          "photonPersistentDisk",
          "portworxVolume",
          "projected",
          "scaleIO",
          "csi",
          "ephemeral",
          "image");

  private static final String[] HOST_PATH_TYPES = {
    "",
    "BlockDevice",
    "CharDevice",
    "Directory",
    "DirectoryOrCreate",
    "File",
    "FileOrCreate",
    "Socket"
  };

  private VolumeRules() {}

  /**
   * Looks at all of them; answers their names.
   *
   * @param hasAccount whether the pod says its service account
   */
  static Set<String> volumes(List<Field> volumes, boolean hasAccount) {
    Set<String> names = new HashSet<>();
    for (Field volume : volumes) {
      sources(volume, hasAccount);
      String name = volume.text("name");
      if (name.isEmpty()) {
        volume.get("name").required("");
        continue;
      }
      List<String> problems = Names.problemsOfLabel(name);
      volume.get("name").invalid(problems);
      if (problems.isEmpty() && !names.add(name)) {
        volume.get("name").duplicate(Field.quoted(name));
      }
      names.add(name);
    }
    return names;
  }

  private static void sources(Field volume, boolean hasAccount) {
    boolean found = false;
    for (String name : SOURCES) {
      if (!volume.has(name)) {
        continue;
      }
      Field source = volume.get(name);
      if (found) {
        source.forbidden("may not specify more than 1 volume type");
      } else {
        source(name, source, hasAccount);
      }
      found = true;
    }
    if (!found) {
      volume.required("must specify a volume type");
    }
  }

  private static void source(String name, Field source, boolean hasAccount) {
    switch (name) {
      case "configMap" -> {
        source.get("name").requiredIfEmpty();
        files(source);
      }
      case "secret" -> {
        source.get("secretName").requiredIfEmpty();
        files(source);
      }
      case "downwardAPI" -> mode(source.get("defaultMode"));
      case "persistentVolumeClaim" -> source.get("claimName").requiredIfEmpty();
      case "hostPath" -> hostPath(source);
      case "projected" -> projected(source, hasAccount);
      default -> {
        // Its driver looks at it.
      }
    }
  }

  private static void files(Field source) {
    mode(source.get("defaultMode"));
    for (Field item : source.items("items")) {
      item.get("key").requiredIfEmpty();
      Field path = item.get("path");
      if (path.isEmpty()) {
        path.required("");
      } else {
        relative(path);
      }
      mode(item.get("mode"));
    }
  }

  private static void mode(Field mode) {
    if (mode.isThere() && (mode.number() < 0 || mode.number() > 511)) {
      mode.invalid("must be a number between 0 and 0777 (octal), both inclusive");
    }
  }

  /** A path that stays below where it begins. */
  static void relative(Field path) {
    if (path.text().startsWith("/")) {
      path.invalid("must be a relative path");
    }
    withoutWayUp(path);
  }

  private static void withoutWayUp(Field path) {
    if (List.of(path.text().split("/", -1)).contains("..")) {
      path.invalid("must not contain '..'");
    }
  }

  private static void hostPath(Field source) {
    Field path = source.get("path");
    if (path.isEmpty()) {
      path.required("");
      return;
    }
    withoutWayUp(path);
    source.get("type").oneOfIfThere(HOST_PATH_TYPES);
  }

  private static void projected(Field source, boolean hasAccount) {
    mode(source.get("defaultMode"));
    for (Field each : source.items("sources")) {
      Field token = each.get("serviceAccountToken");
      if (token.isThere() && !hasAccount) {
        token.forbidden("must not be specified when serviceAccountName is not set");
      }
      if (token.has("expirationSeconds") && token.number("expirationSeconds") < 600) {
        token.get("expirationSeconds").invalid("may not specify a duration less than 10 minutes");
      }
    }
  }
}

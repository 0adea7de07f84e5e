/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.api.Yaml;
import dev.unitgrid.testkit.internal.tree.Trees;
import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.JSON;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Objects out of what tests hand over. Stateless. */
final class Documents {
  private Documents() {}

  /**
   * Every object of a YAML text, lists taken apart.
   *
   * @throws IllegalArgumentException if there is none, or what is no object
   */
  static List<JsonObject> of(String manifests) {
    List<JsonObject> objects = new ArrayList<>();
    for (JsonElement document : Yaml.documents(manifests)) {
      if (!document.isJsonObject()) {
        throw new IllegalArgumentException("a manifest is an object, not " + document);
      }
      JsonObject object = document.getAsJsonObject();
      if (Trees.string(object, "kind").equals("List")) {
        objects.addAll(Trees.objects(object, "items"));
      } else {
        objects.add(object);
      }
    }
    if (objects.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no object in the manifest \"" + manifests + "\"");
    }
    return objects;
  }

  /**
   * Takes an object that says what it is, and with {@code named} also its name.
   *
   * @throws IllegalArgumentException for another one
   */
  static void check(JsonObject object, boolean named) {
    String name = Trees.string(object, "metadata", "name");
    if (Trees.string(object, "apiVersion").isEmpty() || Trees.string(object, "kind").isEmpty()) {
      throw new IllegalArgumentException(
          "an object must say its apiVersion and kind (client-java's models do not by themselves);"
              + " this one is "
              + object);
    }
    if (named && name.isEmpty()) {
      throw new IllegalArgumentException(
          "what is applied must have a name in its metadata; this has none: " + object);
    }
  }

  static JsonObject of(KubernetesObject model) {
    String text = JSON.serialize(model);
    return Trees.parse(text.getBytes(StandardCharsets.UTF_8)).getAsJsonObject();
  }
}

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

  /** Every object of a YAML text, lists taken apart. */
  static List<JsonObject> of(String manifests) {
    List<JsonObject> objects = new ArrayList<>();
    for (JsonElement document : Yaml.documents(manifests)) {
      JsonObject object = document.getAsJsonObject();
      if (Trees.string(object, "kind").equals("List")) {
        objects.addAll(Trees.objects(object, "items"));
      } else {
        objects.add(object);
      }
    }
    return objects;
  }

  static JsonObject of(KubernetesObject model) {
    String text = JSON.serialize(model);
    return Trees.parse(text.getBytes(StandardCharsets.UTF_8)).getAsJsonObject();
  }
}

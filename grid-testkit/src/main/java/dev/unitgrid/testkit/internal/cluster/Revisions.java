/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/** Tells pod templates apart. Stateless. */
final class Revisions {
  static final String POD_TEMPLATE_HASH = "pod-template-hash";
  private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

  private Revisions() {}

  /** Ten characters that equal templates share. */
  static String hash(JsonElement template) {
    byte[] text = canonical(template).getBytes(StandardCharsets.UTF_8);
    long hash = 0xcbf29ce484222325L;
    for (byte b : text) {
      hash = (hash ^ b) * 0x100000001b3L;
    }
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      name.append(ALPHABET.charAt((int) Long.remainderUnsigned(hash, ALPHABET.length())));
      hash = Long.divideUnsigned(hash, ALPHABET.length());
    }
    return name.toString();
  }

  /** The template of a ReplicaSet without the label that its Deployment added. */
  static JsonObject withoutHash(JsonObject template) {
    JsonObject copy = template.deepCopy();
    Trees.object(copy, "metadata", "labels").remove(POD_TEMPLATE_HASH);
    return copy;
  }

  private static String canonical(JsonElement value) {
    if (value.isJsonArray()) {
      StringBuilder text = new StringBuilder("[");
      value.getAsJsonArray().forEach(item -> text.append(canonical(item)).append(','));
      return text.append(']').toString();
    }
    if (!value.isJsonObject()) {
      return value.toString();
    }
    TreeMap<String, String> fields = new TreeMap<>();
    value
        .getAsJsonObject()
        .entrySet()
        .forEach(entry -> fields.put(entry.getKey(), canonical(entry.getValue())));
    return fields.toString();
  }
}

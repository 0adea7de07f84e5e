/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is refused in config maps and secrets. Stateless. */
final class ConfigRules {
  /** What a secret of a type must hold. */
  private static final Map<String, List<String>> KEYS =
      Map.of(
          "kubernetes.io/tls", List.of("tls.crt", "tls.key"),
          "kubernetes.io/ssh-auth", List.of("ssh-privatekey"),
          "kubernetes.io/dockercfg", List.of(".dockercfg"),
          "kubernetes.io/dockerconfigjson", List.of(".dockerconfigjson"));

  /** In bytes, of a config map or a secret. */
  private static final int MOST_DATA = 1 << 20;

  private static final String ACCOUNT = "kubernetes.io/service-account.name";

  private ConfigRules() {}

  static void configMap(Field map, @Nullable JsonElement before) {
    Field binary = map.get("binaryData");
    for (Field entry : map.get("data").entries()) {
      key(entry);
      if (binary.has(entry.key())) {
        entry.invalid(Field.quoted(entry.key()), "duplicate of key present in binaryData");
      }
    }
    binary.entries().forEach(ConfigRules::key);
    if (size(map.get("data")) + decodedSize(binary) > MOST_DATA) {
      map.as("[]").tooLong(MOST_DATA);
    }
    unchangedIfImmutable(map, before, "data", "binaryData");
  }

  private static long size(Field texts) {
    return texts.entries().stream()
        .mapToLong(entry -> entry.text().getBytes(StandardCharsets.UTF_8).length)
        .sum();
  }

  /** Of what is written in base64. */
  private static long decodedSize(Field texts) {
    return texts.entries().stream()
        .map(Field::text)
        .mapToLong(
            text -> text.length() / 4L * 3 - (text.length() - text.replace("=", "").length()))
        .sum();
  }

  private static void key(Field entry) {
    Names.problemsOfDataKey(entry.key())
        .forEach(why -> entry.invalid(Field.quoted(entry.key()), why));
  }

  static void secret(Field secret, @Nullable JsonElement before) {
    Field data = secret.get("data");
    data.entries().forEach(ConfigRules::key);
    if (decodedSize(data) > MOST_DATA) {
      data.tooLong(MOST_DATA);
    }
    Field type = secret.get("type");
    if (before != null && !Trees.same(Trees.at(before, "type"), type.value())) {
      type.invalid("field is immutable");
    }
    for (String key : KEYS.getOrDefault(type.text(), List.of())) {
      if (!data.has(key)) {
        data.get("[" + key + "]").required("");
      } else if (key.startsWith(".docker")) {
        json(data.get("[" + key + "]"), data.text(key));
      }
    }
    if (type.text().equals("kubernetes.io/basic-auth")
        && !data.has("username")
        && !data.has("password")) {
      data.get("[username]").required("");
      data.get("[password]").required("");
    }
    Field annotations = secret.get("metadata", "annotations");
    if (type.text().equals("kubernetes.io/service-account-token")
        && annotations.text(ACCOUNT).isEmpty()) {
      annotations.get("[" + ACCOUNT + "]").required("");
    }
    unchangedIfImmutable(secret, before, "data");
  }

  private static void json(Field said, String base64) {
    String text = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    try {
      if (JsonParser.parseString(text).isJsonObject()) {
        return;
      }
    } catch (JsonParseException none) {
      // Said below.
    }
    said.invalid(
        Field.quoted("<secret contents redacted>"),
        "invalid character '" + (text + " ").charAt(0) + "' looking for beginning of value");
  }

  private static void unchangedIfImmutable(
      Field object, @Nullable JsonElement before, String... fields) {
    if (!Trees.isTrue(before, "immutable")) {
      return;
    }
    String sentence = "field is immutable when `immutable` is set";
    if (!object.isTrue("immutable")) {
      object.get("immutable").forbidden(sentence);
    }
    for (String name : fields) {
      if (!Trees.same(Trees.at(before, name), object.get(name).value())) {
        object.get(name).forbidden(sentence);
      }
    }
  }
}

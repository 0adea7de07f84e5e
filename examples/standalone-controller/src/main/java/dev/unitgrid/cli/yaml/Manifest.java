/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli.yaml;

import dev.unitgrid.api.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One object of a file of manifests, and where it begins. Immutable.
 *
 * @param file the file's name, for messages
 * @param line where the document begins, from 1
 * @param object the object
 * @param doubles sentences about fields that the document has twice; the last one counts
 */
public record Manifest(String file, int line, Json object, List<String> doubles) {
  /** Copies {@code doubles}. */
  public Manifest {
    doubles = List.copyOf(doubles);
  }

  /**
   * The objects of {@code utf8}: documents of YAML, or JSON; empty documents are left out, the
   * items of a {@code List} stand for themselves.
   *
   * @param file the name for messages
   * @throws ManifestException with file, line and a sentence, if the text is no YAML that
   *     Kubernetes can read, or a document is not an object with a kind
   */
  public static List<Manifest> read(String file, byte[] utf8) {
    return read(file, decode(file, utf8));
  }

  /** As {@link #read(String, byte[])}. */
  public static List<Manifest> read(String file, String text) {
    List<Manifest> manifests = new ArrayList<>();
    for (Manifest document : new Documents(file).read(text)) {
      if (!document.object().isNull()) {
        document.addTo(manifests);
      }
    }
    return manifests;
  }

  /** Where it begins: {@code file:line}. */
  public String place() {
    return file + ":" + line;
  }

  /** What it says it is. */
  public String kind() {
    return object.get("kind").asString("");
  }

  private void addTo(List<Manifest> manifests) {
    if (kind().isEmpty() || object.get("apiVersion").asString("").isEmpty()) {
      throw new ManifestException(
          place(), "this is not a Kubernetes object: it has no apiVersion and kind");
    }
    if (!kind().endsWith("List") || !object.get("items").isArray()) {
      manifests.add(this);
      return;
    }
    for (Json item : object.get("items").items()) {
      new Manifest(file, line, named(item), doubles).addTo(manifests);
    }
  }

  /** The items of a typed list do not repeat what the list's own kind says. */
  private Json named(Json item) {
    if (kind().equals("List") || item.has("kind")) {
      return item;
    }
    return item.with("apiVersion", object.get("apiVersion"))
        .with("kind", Json.of(kind().substring(0, kind().length() - "List".length())));
  }

  private static String decode(String file, byte[] utf8) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException notText) {
      throw new ManifestException(file, "this is not text in UTF-8");
    }
  }
}

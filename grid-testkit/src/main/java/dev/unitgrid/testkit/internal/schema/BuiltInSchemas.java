/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.schema;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The schemas of built-in kinds, from the OpenAPI documents of a real kube-apiserver that are
 * resources of this package. A group's document is read when it is first asked for. Thread-safe.
 */
public final class BuiltInSchemas {
  private static final BuiltInSchemas INSTANCE = new BuiltInSchemas();

  private final Map<String, Schema> definitions = new ConcurrentHashMap<>();
  private final Map<String, Boolean> read = new ConcurrentHashMap<>();

  private BuiltInSchemas() {}

  /** The one set of schemas: constants, read lazily. */
  public static BuiltInSchemas get() {
    return INSTANCE;
  }

  /**
   * The schema of a kind.
   *
   * @param apiVersion as in objects, e.g. {@code apps/v1}
   * @throws IllegalArgumentException if there is none
   */
  public Schema of(String apiVersion, String kind) {
    read.computeIfAbsent(apiVersion, this::read);
    String group = apiVersion.contains("/") ? apiVersion.replaceAll("[./].*", "") : "core";
    String version = apiVersion.substring(apiVersion.indexOf('/') + 1);
    Schema schema = definitions.get(group + "." + version + "." + kind);
    if (schema == null) {
      throw new IllegalArgumentException("no schema for " + apiVersion + " " + kind);
    }
    return schema;
  }

  /** The schema of {@code metadata} of every object. */
  public Schema objectMeta() {
    if (!definitions.containsKey("meta.v1.ObjectMeta")) {
      read.computeIfAbsent("v1", this::read);
    }
    Schema schema = definitions.get("meta.v1.ObjectMeta");
    return schema == null ? Schema.UNKNOWN : schema;
  }

  /** The schema of the options of a DELETE. */
  public Schema deleteOptions() {
    return known("v1", "meta.v1.DeleteOptions");
  }

  /** The schema of what the subresource {@code scale} shows. */
  public Schema scale() {
    return known("apps/v1", "autoscaling.v1.Scale");
  }

  private Schema known(String apiVersion, String definition) {
    if (!definitions.containsKey(definition)) {
      read.computeIfAbsent(apiVersion, this::read);
    }
    return Objects.requireNonNull(definitions.get(definition), definition);
  }

  private boolean read(String apiVersion) {
    try (InputStream document = OpenApiDocuments.open(apiVersion)) {
      JsonReader reader = new JsonReader(new InputStreamReader(document, StandardCharsets.UTF_8));
      reader.beginObject();
      while (reader.hasNext()) {
        if (reader.nextName().equals("components")) {
          components(reader);
          return true;
        }
        reader.skipValue();
      }
      throw new IllegalStateException(apiVersion + " has no components");
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private void components(JsonReader reader) throws IOException {
    reader.beginObject();
    while (reader.hasNext()) {
      if (!reader.nextName().equals("schemas")) {
        reader.skipValue();
        continue;
      }
      reader.beginObject();
      while (reader.hasNext()) {
        String name = shortName(reader.nextName());
        if (definitions.containsKey(name)) {
          reader.skipValue();
        } else {
          JsonObject source = JsonParser.parseReader(reader).getAsJsonObject();
          withoutDescriptions(source);
          definitions.put(name, Schema.definition(name, source, this::byReference));
        }
      }
      reader.endObject();
    }
    reader.endObject();
  }

  private @Nullable Schema byReference(String reference) {
    return definitions.get(shortName(reference));
  }

  private static void withoutDescriptions(JsonObject source) {
    source.remove("description");
    for (Map.Entry<String, JsonElement> property : Trees.object(source, "properties").entrySet()) {
      property.getValue().getAsJsonObject().remove("description");
    }
  }

  /** {@code io.k8s.api.core.v1.Pod} is {@code core.v1.Pod}, as in the table of Go types. */
  private static String shortName(String name) {
    String[] parts = name.split("\\.", -1);
    int last = parts.length;
    return last < 3 ? name : parts[last - 3] + "." + parts[last - 2] + "." + parts[last - 1];
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;

/**
 * The OpenAPI v3 documents of a real kube-apiserver, byte for byte as it served them: one a group
 * and version. Thread-safe.
 */
public final class OpenApiDocuments {
  /** The version of the kube-apiserver that they were taken from. */
  public static final String KUBERNETES_VERSION = "v1.34.4";

  private static final Set<String> PATHS = paths();

  private OpenApiDocuments() {}

  /** The paths below {@code /openapi/v3}, e.g. {@code api/v1} and {@code apis/apps/v1}; sorted. */
  public static Set<String> all() {
    return PATHS;
  }

  /** The document below {@code /openapi/v3}, UTF-8; empty if there is none of that path. */
  public static Optional<byte[]> document(String path) {
    if (!PATHS.contains(path)) {
      return Optional.empty();
    }
    try (InputStream unpacked = open(path.substring(path.indexOf('/') + 1))) {
      return Optional.of(unpacked.readAllBytes());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /**
   * The document of an {@code apiVersion} as in objects.
   *
   * @throws IllegalArgumentException if there is none
   */
  static InputStream open(String apiVersion) throws IOException {
    InputStream packed =
        OpenApiDocuments.class.getResourceAsStream(apiVersion.replace('/', '_') + ".json.gz");
    if (packed == null) {
      throw new IllegalArgumentException("no schemas for " + apiVersion);
    }
    return new GZIPInputStream(packed, 1 << 16);
  }

  private static Set<String> paths() {
    try (InputStream list =
        Objects.requireNonNull(
            OpenApiDocuments.class.getResourceAsStream("documents.txt"), "documents.txt")) {
      return java.util.Collections.unmodifiableSet(
          new TreeSet<>(new String(list.readAllBytes(), StandardCharsets.UTF_8).lines().toList()));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The CustomResourceDefinitions of the three kinds as YAML, for {@code kubectl apply -f -}. They
 * let every manifest of SuperEdge pass, default nothing, and answer an obvious slip with a
 * sentence.
 */
public final class Crds {
  private Crds() {}

  /** All three, as one stream of YAML documents. */
  public static String yaml() {
    return Arrays.stream(GridKind.values()).map(Crds::of).collect(Collectors.joining("---\n"));
  }

  /** The one of {@code kind}. */
  public static String of(GridKind kind) {
    String name = "crds/" + kind.type().plural() + ".yaml";
    try (InputStream text = Crds.class.getResourceAsStream(name)) {
      if (text == null) {
        throw new IllegalStateException(name + " is not beside its class");
      }
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}

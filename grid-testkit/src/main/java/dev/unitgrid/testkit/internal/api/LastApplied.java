/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.unitgrid.testkit.internal.fields.ConflictException;
import dev.unitgrid.testkit.internal.fields.FieldsException;
import dev.unitgrid.testkit.internal.fields.ManagedFields;
import dev.unitgrid.testkit.internal.fields.ManagedFields.Owner;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.Function;

/**
 * What a client-side {@code kubectl apply} said last, in an annotation. A server-side apply of
 * kubectl takes over from it: what the annotation says, and is still so, is no conflict, and the
 * annotation follows, so that both kinds of apply can be mixed. Stateless.
 */
final class LastApplied {
  private static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";

  private LastApplied() {}

  /**
   * The result of an apply.
   *
   * @param live the object as it is
   * @param config what is applied
   * @param applying applies, by force or not
   * @throws ConflictException with what is owned by others than a client-side apply
   */
  static JsonObject apply(
      ResourceKind kind,
      Owner owner,
      JsonObject live,
      JsonObject config,
      Function<Boolean, JsonObject> applying,
      boolean force) {
    if (!owner.manager().equals("kubectl")) {
      return applying.apply(force);
    }
    JsonObject merged = takingOver(kind, live, applying, force);
    if (!Trees.string(merged, "metadata", "annotations", ANNOTATION).isEmpty()) {
      Trees.child(merged, "metadata", "annotations").addProperty(ANNOTATION, of(config));
    }
    return merged;
  }

  private static JsonObject takingOver(
      ResourceKind kind, JsonObject live, Function<Boolean, JsonObject> applying, boolean force) {
    try {
      return applying.apply(force);
    } catch (ConflictException conflict) {
      conflict.without(said(kind, live)).ifPresent(LastApplied::refuse);
      return applying.apply(true);
    }
  }

  private static void refuse(ConflictException conflict) {
    throw conflict;
  }

  /** The fields that the annotation names and that are still as it says, as conflicts name them. */
  private static Set<String> said(ResourceKind kind, JsonObject live) {
    String annotation = Trees.string(live, "metadata", "annotations", ANNOTATION);
    if (annotation.isEmpty()) {
      return Set.of();
    }
    try {
      JsonElement last = Trees.parse(annotation.getBytes(StandardCharsets.UTF_8));
      if (!(last instanceof JsonObject said)
          || !Trees.string(said, "apiVersion").equals(kind.apiVersion())) {
        return Set.of();
      }
      return ManagedFields.kept(said, live, kind.schema());
    } catch (JsonParseException | FieldsException unreadable) {
      return Set.of();
    }
  }

  /** What the annotation is to say: as Go writes it, with sorted names and a line end. */
  private static String of(JsonObject config) {
    JsonObject said = config.deepCopy();
    if (Trees.at(said, "metadata", "annotations") instanceof JsonObject annotations) {
      annotations.remove(ANNOTATION);
    }
    return Trees.sorted(said) + "\n";
  }
}

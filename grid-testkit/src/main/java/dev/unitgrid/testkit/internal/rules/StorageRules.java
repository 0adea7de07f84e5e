/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is refused in claims of storage. Stateless. */
final class StorageRules {
  private static final String[] MODES = {
    "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"
  };

  private StorageRules() {}

  static void claim(Field claim, @Nullable JsonElement before) {
    Field spec = claim.get("spec");
    if (before == null) {
      claimSpec(spec);
      return;
    }
    if (!settled(before, before).equals(settled(claim.value(), before))) {
      spec.forbidden(
          "spec is immutable after creation except resources.requests and volumeAttributesClassName"
              + " for bound claims");
    }
  }

  /** A claim is bound once, and may ask for more then. */
  private static JsonObject settled(@Nullable JsonElement claim, JsonElement before) {
    JsonObject spec = Trees.object(claim, "spec").deepCopy();
    if (Trees.string(before, "spec", "volumeName").isEmpty()) {
      spec.remove("volumeName");
    }
    if (Trees.string(before, "status", "phase").equals("Bound")) {
      spec.remove("resources");
      spec.remove("volumeAttributesClassName");
    }
    return spec;
  }

  static void claimSpec(Field spec) {
    Field modes = spec.get("accessModes");
    if (modes.isEmpty()) {
      modes.required("at least 1 access mode is required");
    }
    for (Field mode : modes.items()) {
      if (!List.of(MODES).contains(mode.text())) {
        modes.unsupported(Field.quoted(mode.text()), MODES);
      }
    }
    boolean onePod =
        modes.items().stream().anyMatch(mode -> mode.text().equals("ReadWriteOncePod"));
    if (onePod && modes.items().size() > 1) {
      modes.forbidden("may not use ReadWriteOncePod with other access modes");
    }
    Field storage = spec.get("resources", "requests", "storage");
    Field said = spec.get("resources").get("[storage]");
    if (!storage.isThere()) {
      said.required("");
    } else if (storage.text().startsWith("-") || storage.text().equals("0")) {
      said.invalid(Field.quoted(storage.text()), "must be greater than zero");
    }
    spec.get("volumeMode").oneOfIfThere("Block", "Filesystem");
    LabelRules.selector(spec.get("selector"));
    Field storageClass = spec.get("storageClassName");
    if (!storageClass.isEmpty()) {
      storageClass.invalid(Names.problemsOfSubdomain(storageClass.text()));
    }
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.child;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.FieldManagers;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.CompactJson;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.child.ObservedChild.Owner;
import dev.unitgrid.core.child.ObservedChild.Ownership;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A live object as the API server sends it to an {@link ObservedChild}. */
final class ChildDecoding {
  private static final ImmutableSet<String> OUR_MANAGERS =
      ImmutableSet.of(FieldManagers.CHILDREN, FieldManagers.BOOKKEEPING, FieldManagers.HANDOVER);

  private ChildDecoding() {}

  static ObservedChild decode(ResourceType type, Json object) {
    Json metadata = object.get("metadata");
    Map<String, String> annotations = metadata.get("annotations").asStrings();
    return ImmutableObservedChild.builder()
        .type(type)
        .namespace(metadata.get("namespace").asString(""))
        .name(metadata.get("name").asString(""))
        .uid(metadata.get("uid").asString(""))
        .resourceVersion(metadata.get("resourceVersion").asString(""))
        .generation(metadata.get("generation").asLong(0))
        .replicas(object.get("spec", "replicas").asLong(1))
        .deleting(!metadata.get("deletionTimestamp").isNull())
        .labels(ImmutableMap.copyOf(metadata.get("labels").asStrings()))
        .annotations(ImmutableMap.copyOf(annotations))
        .controller(controller(metadata.get("ownerReferences")))
        .live(CompactJson.of(live(object, metadata)))
        .digest(digest(object, metadata, annotations))
        .ownership(ownership(metadata.get("managedFields")))
        .status(ChildStatus.parse(object.get("status")))
        .build();
  }

  private static Json live(Json object, Json metadata) {
    Map<String, Json> kept = new LinkedHashMap<>();
    for (String name : new String[] {"labels", "annotations", "ownerReferences"}) {
      metadata.find(name).ifPresent(value -> kept.put(name, value));
    }
    return Json.object("metadata", Json.object(kept), "spec", object.get("spec"));
  }

  /**
   * Foreign annotations change all the time (a Deployment's revision, kubectl's last-applied) and
   * are not ours to watch.
   */
  private static String digest(Json object, Json metadata, Map<String, String> annotations) {
    Map<String, String> ours = new LinkedHashMap<>();
    annotations.forEach(
        (name, value) -> {
          if (name.startsWith("unitgrid.dev/") || name.equals(Annotations.TOPOLOGY_KEYS)) {
            ours.put(name, value);
          }
        });
    return Json.object(
            "spec", object.get("spec"),
            "labels", metadata.get("labels"),
            "annotations", Json.strings(ours),
            "owners", metadata.get("ownerReferences"))
        .digest();
  }

  private static Optional<Owner> controller(Json owners) {
    return owners.items().stream()
        .filter(owner -> owner.get("controller").asBoolean(false))
        .findFirst()
        .map(
            owner ->
                new Owner(
                    owner.get("apiVersion").asString(""),
                    owner.get("kind").asString(""),
                    owner.get("name").asString(""),
                    owner.get("uid").asString("")));
  }

  private static Ownership ownership(Json managedFields) {
    boolean created = false;
    boolean applied = false;
    boolean ownsReplicas = false;
    Set<String> managers = new LinkedHashSet<>();
    String lastTime = "";
    Optional<String> lastOther = Optional.empty();
    for (Json entry : managedFields.items()) {
      String manager = entry.get("manager").asString("");
      String subresource = entry.get("subresource").asString("");
      if (subresource.isEmpty()) {
        managers.add(manager);
      }
      if (subresource.isEmpty() && manager.equals(FieldManagers.CHILDREN)) {
        boolean apply = entry.get("operation").asString("").equals("Apply");
        applied |= apply;
        created |= !apply;
        ownsReplicas |= entry.get("fieldsV1", "f:spec").has("f:replicas");
      }
      // RFC 3339 in UTC without fractions, as the API server writes it, sorts as text.
      String time = entry.get("time").asString("");
      boolean writesSpec = subresource.isEmpty() || subresource.equals("scale");
      if (writesSpec && !OUR_MANAGERS.contains(manager) && time.compareTo(lastTime) >= 0) {
        lastTime = time;
        lastOther = Optional.of(manager);
      }
    }
    return new Ownership(created, applied, ownsReplicas, ImmutableList.copyOf(managers), lastOther);
  }
}

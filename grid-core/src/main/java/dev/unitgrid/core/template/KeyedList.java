/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.template;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.json.Json;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A list whose items server-side apply tells apart by some of their fields (source: {@code
 * x-kubernetes-list-map-keys} of the API server's schema), so that two items of one key are
 * refused.
 *
 * @param name the field that is the list
 * @param keys the fields that tell its items apart; none for a set of scalars
 */
record KeyedList(String name, ImmutableList<String> keys) {
  /** The lists of a pod's metadata; finalizers are told apart by themselves. */
  static final ImmutableList<KeyedList> OF_METADATA =
      ImmutableList.of(of("finalizers"), of("ownerReferences", "uid"));

  /** The keyed lists of a pod spec; containers' own are {@link #OF_CONTAINER}. */
  static final ImmutableList<KeyedList> OF_POD =
      ImmutableList.of(
          of("containers", "name"),
          of("initContainers", "name"),
          of("volumes", "name"),
          of("imagePullSecrets", "name"),
          of("hostAliases", "ip"),
          of("topologySpreadConstraints", "topologyKey", "whenUnsatisfiable"),
          of("resourceClaims", "name"),
          of("schedulingGates", "name"));

  static final KeyedList PORTS = of("ports", "containerPort", "protocol");
  static final KeyedList ENV = of("env", "name");

  /** The keyed lists of a container, save those that can be merged. */
  static final ImmutableList<KeyedList> OF_CONTAINER =
      ImmutableList.of(of("volumeMounts", "mountPath"), of("volumeDevices", "devicePath"));

  /** The keyed lists of a container's resources. */
  static final ImmutableList<KeyedList> OF_RESOURCES = ImmutableList.of(of("claims", "name"));

  private static KeyedList of(String name, String... keys) {
    return new KeyedList(name, ImmutableList.copyOf(keys));
  }

  /** The values of the keys of {@code item}, e.g. {@code 8080/TCP}. */
  String keyOf(Json item) {
    if (keys.isEmpty()) {
      return item.asString(item.toString());
    }
    return String.join("/", keys.stream().map(key -> valueOf(key, item)).toList());
  }

  /** The keys that more than one of {@code items} has, in the order of their second item. */
  Set<String> duplicates(List<Json> items) {
    Set<String> seen = new LinkedHashSet<>();
    Set<String> duplicates = new LinkedHashSet<>();
    for (Json item : items) {
      if (!seen.add(keyOf(item))) {
        duplicates.add(keyOf(item));
      }
    }
    return duplicates;
  }

  private static String valueOf(String key, Json item) {
    Json value = item.get(key);
    if (value.isNull()) {
      return key.equals("protocol") ? "TCP" : "";
    }
    return value.asString(value.toString());
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.template;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.child.Problem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Takes the duplicates out of one template that the kubelet would let the last win anyway, and
 * finds those that nobody can merge without guessing (RULE 8).
 */
final class Normalisation {
  private static final List<String> POD_SPEC = List.of("template", "spec");

  private final List<String> merges = new ArrayList<>();
  private final List<String> conflicts = new ArrayList<>();

  NormalisedTemplate of(Json template, String unit) {
    Json pod = template.get("template", "spec");
    refuseDuplicates(KeyedList.OF_METADATA, template.get("template", "metadata"), "the pod");
    refuseDuplicates(KeyedList.OF_POD, pod, "the pod");
    Json merged = pod;
    for (String list : List.of("initContainers", "containers")) {
      if (pod.get(list).isArray()) {
        merged = merged.with(list, pod.get(list).mapItems(this::container));
      }
    }
    if (!conflicts.isEmpty()) {
      return new NormalisedTemplate.Refused(
          Problem.blocking(
              unit,
              ConditionTypes.INVALID_TEMPLATE,
              "the template has duplicates that cannot be merged: "
                  + String.join("; ", conflicts)));
    }
    return new NormalisedTemplate.Applicable(
        merges.isEmpty() ? template : template.withAt(POD_SPEC, merged),
        ImmutableList.copyOf(merges));
  }

  private Json container(Json container) {
    String owner = "container " + container.get("name").asString("?");
    refuseDuplicates(KeyedList.OF_CONTAINER, container, owner);
    refuseDuplicates(KeyedList.OF_RESOURCES, container.get("resources"), owner);
    return mergeEnv(mergePorts(container, owner), owner);
  }

  private void refuseDuplicates(List<KeyedList> lists, Json parent, String owner) {
    for (KeyedList list : lists) {
      for (String key : list.duplicates(parent.get(list.name()).items())) {
        conflicts.add(owner + " has two " + list.name() + " " + key);
      }
    }
  }

  /** Two ports that differ, say by their host's address, are two to the kubelet. */
  private Json mergePorts(Json container, String owner) {
    List<Json> ports = container.get("ports").items();
    Set<String> mergeable = new LinkedHashSet<>();
    for (String key : KeyedList.PORTS.duplicates(ports)) {
      long different =
          ports.stream()
              .filter(port -> KeyedList.PORTS.keyOf(port).equals(key))
              .map(port -> port.without("protocol"))
              .distinct()
              .count();
      if (different == 1) {
        mergeable.add(key);
      } else {
        conflicts.add(owner + " has two different ports " + key);
      }
    }
    return merge(KeyedList.PORTS, mergeable, container, owner);
  }

  private Json mergeEnv(Json container, String owner) {
    List<Json> env = container.get("env").items();
    Set<String> mergeable = new LinkedHashSet<>();
    for (String name : KeyedList.ENV.duplicates(env)) {
      if (env.stream().noneMatch(entry -> refersTo(name, entry))) {
        mergeable.add(name);
      } else {
        conflicts.add(
            owner + " has two env " + name + ", and $(" + name + ") refers to one of them");
      }
    }
    return merge(KeyedList.ENV, mergeable, container, owner);
  }

  /** An escaped {@code $$(NAME)} refers to nothing. */
  private static boolean refersTo(String name, Json entry) {
    return Pattern.compile("(?<!\\$)(\\$\\$)*\\$\\(" + Pattern.quote(name) + "\\)")
        .matcher(entry.get("value").asString(""))
        .find();
  }

  /** The last item of each key stays where it is, so that what it refers to still precedes it. */
  private Json merge(KeyedList list, Set<String> mergeable, Json container, String owner) {
    if (mergeable.isEmpty()) {
      return container;
    }
    mergeable.forEach(key -> merges.add(list.name() + " " + key + " of " + owner));
    List<Json> items = container.get(list.name()).items();
    List<Json> kept = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      String key = list.keyOf(items.get(i));
      boolean last =
          items.subList(i + 1, items.size()).stream()
              .noneMatch(later -> list.keyOf(later).equals(key));
      if (last || !mergeable.contains(key)) {
        kept.add(items.get(i));
      }
    }
    return container.with(list.name(), Json.array(kept));
  }
}

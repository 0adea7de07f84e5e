/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.JsonSyntaxException;
import java.util.Collection;
import java.util.Map;

/**
 * What a Service says about how far its traffic may go (RULE 27). Immutable.
 *
 * @param keys node labels within whose values traffic stays, without duplicates; {@value
 *     #EVERYWHERE} stands for everywhere. Empty: the Service is not filtered
 * @param mode what several keys mean
 */
public record Topology(ImmutableList<String> keys, Mode mode) {
  /** The key that every endpoint shares with every node. */
  public static final String EVERYWHERE = "*";

  /** As many keys as Kubernetes allowed when a Service had the field {@code topologyKeys}. */
  public static final int MOST_KEYS = 16;

  /** A Service without keys: nothing is filtered. */
  public static final Topology UNFILTERED = new Topology(ImmutableList.of(), Mode.ANY);

  private static final String ORDERED = "ordered";

  /** What several keys mean. */
  public enum Mode {
    /**
     * An endpoint is kept for any of the keys; {@value #EVERYWHERE} keeps all where the others keep
     * nothing.
     */
    ANY,
    /** Only the first key counts that keeps a ready endpoint. */
    ORDERED
  }

  /** What the annotations of a Service say. */
  public sealed interface Reading {
    /** They can be read. */
    record Stated(Topology topology) implements Reading {}

    /**
     * They cannot: what they said last stays in force, else nothing is dropped (RULE 29).
     *
     * @param sentence what is wrong, for an event
     */
    record Broken(String sentence) implements Reading {}
  }

  /**
   * Checks the keys.
   *
   * @throws IllegalArgumentException with a sentence, if a key is empty or there are more than
   *     {@value #MOST_KEYS}
   */
  public Topology {
    keys = ImmutableSet.copyOf(keys).asList();
    mode = keys.isEmpty() ? Mode.ANY : mode; // nothing to order
    if (keys.contains("")) {
      throw new IllegalArgumentException("a topology key is empty");
    }
    if (keys.size() > MOST_KEYS) {
      throw new IllegalArgumentException(
          "there are " + keys.size() + " topology keys, more than " + MOST_KEYS);
    }
  }

  /** Traffic within any of {@code keys}. */
  public static Topology within(Collection<String> keys) {
    return new Topology(ImmutableList.copyOf(keys), Mode.ANY);
  }

  /** Reads the annotations of a Service; never throws, whatever they are. */
  public static Reading read(Map<String, String> annotations) {
    String text = annotations.getOrDefault(Annotations.TOPOLOGY_KEYS, "");
    if (text.isBlank()) {
      return new Reading.Stated(UNFILTERED);
    }
    String mode = annotations.getOrDefault(Annotations.TOPOLOGY_MODE, "");
    if (!mode.isEmpty() && !mode.equals(ORDERED)) {
      return new Reading.Broken(
          Annotations.TOPOLOGY_MODE + " is \"" + ORDERED + "\" or absent, not \"" + mode + "\"");
    }
    try {
      return new Reading.Stated(new Topology(keys(text), mode.isEmpty() ? Mode.ANY : Mode.ORDERED));
    } catch (JsonSyntaxException notJson) {
      return broken("it is no JSON: " + text);
    } catch (IllegalArgumentException wrong) {
      return broken(String.valueOf(wrong.getMessage()));
    }
  }

  private static Reading broken(String why) {
    return new Reading.Broken(
        Annotations.TOPOLOGY_KEYS + " is a JSON list of node labels, e.g. [\"location\"]: " + why);
  }

  private static ImmutableList<String> keys(String text) {
    Json list = Json.parse(text);
    if (!list.isArray()) {
      throw new IllegalArgumentException("it is no list: " + text);
    }
    ImmutableList.Builder<String> keys = ImmutableList.builder();
    for (Json item : list.items()) {
      if (!item.isString()) {
        throw new IllegalArgumentException("it holds something other than a string: " + text);
      }
      keys.add(item.asString(""));
    }
    return keys.build();
  }

  /** Whether anything is filtered at all. */
  public boolean filters() {
    return !keys.isEmpty();
  }

  /** One bit for each key, the first key's the lowest. */
  int allKeys() {
    return (1 << keys.size()) - 1;
  }

  /** The bit of {@link #EVERYWHERE}; 0 if it is not among the keys. */
  int everywhere() {
    int at = keys.indexOf(EVERYWHERE);
    return at < 0 ? 0 : 1 << at;
  }

  /** Whether what one slice keeps depends on the Service's other endpoints. */
  boolean looksAtAllSlices() {
    return mode == Mode.ORDERED || everywhere() != 0;
  }
}

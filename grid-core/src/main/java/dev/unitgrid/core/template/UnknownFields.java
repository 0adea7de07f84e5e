/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.template;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Sets;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.JsonSyntaxException;
import dev.unitgrid.core.child.ObservedChild;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fields that an API server does not know, learnt from its refusals (RULE 7). It drops them from a
 * lenient create without a word and refuses every apply that has them, so they are left out of
 * children. An immutable value; each child keeps its own as an annotation.
 *
 * @param server the version of the API server, e.g. {@code 1.34}; empty where that is not known
 * @param paths places in a child without the positions in lists, e.g. {@code
 *     spec.template.spec.containers[].noSuchField}: what a field is does not depend on them
 */
public record UnknownFields(String server, ImmutableSortedSet<String> paths) {
  /** Nothing is known to be refused, by a server of no known version. */
  public static final UnknownFields NONE = new UnknownFields("", ImmutableSortedSet.of());

  /** How a strict API server names one. */
  private static final Pattern NAMED = Pattern.compile("unknown field \"((?:[^\"\\\\]|\\\\.)*)\"");

  private static final Pattern ESCAPED = Pattern.compile("\\\\(.)");
  private static final Pattern POSITION = Pattern.compile("\\[\\d+]");

  /**
   * The fields of {@code spec} that the refusal of an object names; none if it is about something
   * else, or if what it names cannot be found without doubt.
   *
   * @param spec the field {@code spec} of the object that was refused
   * @param refusal what the API server said
   */
  public static UnknownFields refused(Json spec, String refusal) {
    ImmutableSortedSet.Builder<String> named = ImmutableSortedSet.naturalOrder();
    Matcher matcher = NAMED.matcher(refusal);
    while (matcher.find()) {
      named.add(withoutPositions(ESCAPED.matcher(matcher.group(1)).replaceAll("$1")));
    }
    return new UnknownFields("", named.build()).strippedFrom(spec).unknown();
  }

  /** {@code path} as these paths are written. */
  static String withoutPositions(String path) {
    return POSITION.matcher(path).replaceAll("[]");
  }

  /** What a child with {@code annotations} remembers. */
  static UnknownFields of(Map<String, String> annotations) {
    String annotation = annotations.get(Annotations.UNKNOWN_FIELDS);
    if (annotation == null) {
      return NONE;
    }
    try {
      return Json.parse(annotation).fields().entrySet().stream()
          .findFirst()
          .map(entry -> new UnknownFields(entry.getKey(), strings(entry.getValue())))
          .orElse(NONE);
    } catch (JsonSyntaxException notOurs) {
      return NONE; // somebody else's words are no knowledge; the next write replaces them
    }
  }

  private static ImmutableSortedSet<String> strings(Json array) {
    return array.items().stream()
        .map(path -> path.asString(""))
        .collect(ImmutableSortedSet.toImmutableSortedSet(String::compareTo));
  }

  /** Whether nothing is known to be refused. */
  public boolean isEmpty() {
    return paths.isEmpty();
  }

  /** These, and the paths of {@code more}. */
  public UnknownFields and(UnknownFields more) {
    return new UnknownFields(server, ImmutableSortedSet.copyOf(Sets.union(paths, more.paths())));
  }

  /**
   * What of this is known of a server of the version {@code now}. Another version may know more
   * fields, so nothing; where either version is not known, the server is taken for the same.
   */
  public UnknownFields ofServer(String now) {
    if (now.isEmpty() || now.equals(server)) {
      return this;
    }
    return new UnknownFields(now, server.isEmpty() ? paths : ImmutableSortedSet.of());
  }

  /** These, and what the child that lives remembers of the same server. */
  public UnknownFields andOf(Optional<ObservedChild> living) {
    return living.map(child -> of(child.annotations()).ofServer(server).and(this)).orElse(this);
  }

  /**
   * {@code template} without these fields.
   *
   * @param template the spec of a child
   */
  public StrippedTemplate strippedFrom(Json template) {
    return Stripping.of(template, this);
  }

  /** The annotation by which a child remembers these; none for none. */
  public ImmutableMap<String, String> annotation() {
    if (isEmpty()) {
      return ImmutableMap.of();
    }
    Json all = Json.array(paths.stream().map(Json::of).collect(ImmutableList.toImmutableList()));
    return ImmutableMap.of(Annotations.UNKNOWN_FIELDS, Json.object(server, all).canonical());
  }
}

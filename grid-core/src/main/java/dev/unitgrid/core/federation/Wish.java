/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.federation;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.json.CompactJson;
import dev.unitgrid.api.json.Digest;
import dev.unitgrid.api.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a copy, or what is made of one, should read. Immutable.
 *
 * @param kind which of the three
 * @param namespace its namespace
 * @param name its name
 * @param labels all of its labels
 * @param annotations those of its annotations that we care for; empty for one that must not be
 * @param spec its spec
 */
public record Wish(
    GridKind kind,
    String namespace,
    String name,
    ImmutableSortedMap<String, String> labels,
    ImmutableSortedMap<String, Optional<String>> annotations,
    CompactJson spec) {
  /** What users say to a grid by annotations is said to all of its copies. */
  static final ImmutableSet<String> PASSED_ON =
      ImmutableSet.of(
          Annotations.ADOPT, Annotations.ALLOW_DELETION, Annotations.PAUSED, Annotations.RELEASE);

  /**
   * What the API server made of a wish: a webhook that changes what is written would else be fought
   * for ever.
   *
   * @param wish the digest of the wish
   * @param live the digest of the object that was answered
   */
  public record Answered(String wish, String live) {}

  /** Whether {@code live} reads so. */
  public boolean isMetBy(FederatedGrid live) {
    return live.labels().equals(labels)
        && live.spec().equals(spec)
        && annotations.entrySet().stream()
            .allMatch(
                wanted ->
                    wanted
                        .getValue()
                        .equals(Optional.ofNullable(live.annotations().get(wanted.getKey()))));
  }

  /** What to remember when {@code answer} was the API server's answer to this wish. */
  public Answered answeredWith(FederatedGrid answer) {
    Json wanted =
        Json.object(
            "labels",
            Json.strings(labels),
            "annotations",
            Json.strings(annotations(wanted(annotations))),
            "spec",
            spec.digest());
    Json live =
        Json.object(
            "labels",
            Json.strings(ImmutableSortedMap.copyOf(answer.labels())),
            "annotations",
            Json.strings(annotations(answer.annotations())),
            "spec",
            answer.spec().digest());
    return new Answered(Digest.of(wanted.canonical()), Digest.of(live.canonical()));
  }

  private ImmutableSortedMap<String, String> annotations(Map<String, String> from) {
    ImmutableSortedMap.Builder<String, String> ours = ImmutableSortedMap.naturalOrder();
    from.forEach(
        (key, value) -> {
          if (annotations.containsKey(key)) {
            ours.put(key, value);
          }
        });
    return ours.buildOrThrow();
  }

  private static ImmutableMap<String, String> wanted(Map<String, Optional<String>> annotations) {
    ImmutableMap.Builder<String, String> wanted = ImmutableMap.builder();
    annotations.forEach((key, value) -> value.ifPresent(text -> wanted.put(key, text)));
    return wanted.buildOrThrow();
  }

  /** The object to be created. */
  public Json body() {
    return Json.object(
        "apiVersion",
        kind.type().apiVersion(),
        "kind",
        kind.type().kind(),
        "metadata",
        Json.object(
            "name",
            name,
            "namespace",
            namespace,
            "labels",
            Json.strings(labels),
            "annotations",
            Json.strings(wanted(annotations))),
        "spec",
        spec.json());
  }

  /**
   * The JSON patch (RFC 6902) that makes {@code live} read so. It says nothing of finalizers,
   * status and other annotations, and it never touches another object of the same name.
   */
  public Json patchOf(FederatedGrid live) {
    List<Json> operations = new ArrayList<>();
    operations.add(sameObject(live));
    if (!live.labels().equals(labels)) {
      operations.add(add("/metadata/labels", Json.strings(labels)));
    }
    operations.addAll(annotationsOf(live));
    if (!live.spec().equals(spec)) {
      operations.add(add("/spec", spec.json()));
    }
    return Json.array(operations);
  }

  private ImmutableList<Json> annotationsOf(FederatedGrid live) {
    if (live.annotations().isEmpty()) {
      return ImmutableList.of(add("/metadata/annotations", Json.strings(wanted(annotations))));
    }
    ImmutableList.Builder<Json> operations = ImmutableList.builder();
    annotations.forEach(
        (key, value) -> {
          String path = annotation(key);
          if (value.isPresent() && !value.get().equals(live.annotations().get(key))) {
            operations.add(add(path, Json.of(value.get())));
          } else if (value.isEmpty() && live.annotations().containsKey(key)) {
            operations.add(Json.object("op", "remove", "path", path));
          }
        });
    return operations.build();
  }

  /** The first operation of every patch: a successor of the same name is another object. */
  static Json sameObject(FederatedGrid live) {
    return Json.object("op", "test", "path", "/metadata/uid", "value", live.uid());
  }

  static Json add(String path, Json value) {
    return Json.object("op", "add", "path", path).with("value", value);
  }

  /** The path of an annotation of an object that has at least one. */
  static String annotation(String key) {
    return "/metadata/annotations/" + key.replace("~", "~0").replace("/", "~1");
  }
}

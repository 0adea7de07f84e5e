/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.access;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a request does, as authorization sees it: read from its method and path alone, also of one
 * that will find nothing. Either a verb on a resource, or a method on a path. Immutable.
 *
 * @param verb e.g. {@code list}; the method in small letters for a path
 * @param group empty for the core group
 * @param resource the plural; empty for a path
 * @param subresource empty for none
 * @param namespace empty for all, or for a resource without; a namespace is in itself
 * @param name empty for none
 * @param path as it came
 */
public record Deed(
    String verb,
    String group,
    String resource,
    String subresource,
    String namespace,
    String name,
    String path) {
  private static final Pattern ONE_NAME =
      Pattern.compile("(?:^|,)metadata\\.name==?([^,]+)(?:,|$)");

  /** What a request of {@code method} to {@code path} does. */
  public static Deed of(String method, String path, Map<String, String> query) {
    List<String> parts = new ArrayList<>(Arrays.asList(path.split("/", -1)));
    parts.removeIf(String::isEmpty);
    int resourceAt = parts.isEmpty() ? 0 : parts.get(0).equals("api") ? 2 : 3;
    boolean ofApi = resourceAt > 0 && List.of("api", "apis").contains(parts.get(0));
    if (!ofApi || parts.size() <= resourceAt) {
      return new Deed(method.toLowerCase(Locale.ROOT), "", "", "", "", "", path);
    }
    String group = resourceAt == 2 ? "" : parts.get(1);
    List<String> rest = parts.subList(resourceAt, parts.size());
    String namespace = "";
    if (rest.get(0).equals("namespaces") && rest.size() > 1) {
      namespace = rest.get(1);
      boolean within = rest.size() > 2 && !List.of("status", "finalize").contains(rest.get(2));
      rest = within ? rest.subList(2, rest.size()) : rest;
    }
    String name = rest.size() > 1 ? rest.get(1) : "";
    return new Deed(
        verb(method, name, query),
        group,
        rest.get(0),
        rest.size() > 2 ? rest.get(2) : "",
        namespace,
        name,
        path);
  }

  private static String verb(String method, String name, Map<String, String> query) {
    // Whatever is not false is true.
    String watch = query.getOrDefault("watch", "false");
    boolean watches = !watch.equalsIgnoreCase("false") && !watch.equals("0");
    return switch (method) {
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> name.isEmpty() ? "deletecollection" : "delete";
      default -> !name.isEmpty() ? "get" : watches ? "watch" : "list";
    };
  }

  /** Whether it is about a resource, and not about a path. */
  public boolean isOfResource() {
    return !resource.isEmpty();
  }

  /** A list or watch of one name by field selector counts as one of that name. */
  public Deed selecting(String fieldSelector) {
    Matcher one = ONE_NAME.matcher(fieldSelector);
    boolean many = verb.equals("list") || verb.equals("watch") || verb.equals("deletecollection");
    return many && name.isEmpty() && one.find() ? named(one.group(1)) : this;
  }

  private Deed named(String other) {
    return new Deed(verb, group, resource, subresource, namespace, other, path);
  }

  /** The same with another verb. */
  public Deed doing(String other) {
    return new Deed(other, group, resource, subresource, namespace, name, path);
  }

  /** {@code plural.group}. */
  public String storage() {
    return group.isEmpty() ? resource : resource + "." + group;
  }

  /** {@code resource/subresource}, as rules write it. */
  String fullResource() {
    return subresource.isEmpty() ? resource : resource + "/" + subresource;
  }

  /** Why {@code user} is refused, in the real server's words. */
  public String refusalFor(String user) {
    String who = "User \"" + user + "\" cannot " + verb;
    if (!isOfResource()) {
      return who + " path \"" + path + "\"";
    }
    return who
        + " resource \""
        + fullResource()
        + "\" in API group \""
        + group
        + "\" "
        + (namespace.isEmpty() ? "at the cluster scope" : "in the namespace \"" + namespace + "\"");
  }
}

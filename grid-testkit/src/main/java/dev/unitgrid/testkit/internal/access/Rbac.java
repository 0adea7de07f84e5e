/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.access;

import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.store.Store;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the RBAC objects in a store allow: rules only add up, and nothing else is allowed. Not
 * thread-safe: the server's lock guards the store.
 */
public final class Rbac {
  private static final String GROUP = ".rbac.authorization.k8s.io";

  private final Store store;

  /** Decides by the objects that are in {@code store} when it is asked. */
  public Rbac(Store store) {
    this.store = store;
  }

  /**
   * Whether something is allowed.
   *
   * @param reason which binding allows it, or what went wrong on the way, such as a role that is
   *     not there; empty for nothing to say
   */
  public record Decision(boolean allowed, String reason) {}

  /** A rule that applies to somebody, by which binding, and whether it applies to paths too. */
  private record Granted(JsonObject rule, String source, boolean everywhere) {}

  /** Whether {@code who} may do {@code deed}. */
  public Decision decide(Identity who, Deed deed) {
    if (who.groups().contains(Identity.MASTERS)) {
      return new Decision(true, "");
    }
    List<String> missing = new ArrayList<>();
    for (Granted granted : granted(who, deed.namespace(), missing)) {
      if (allows(granted, deed)) {
        return new Decision(true, "RBAC: allowed by " + granted.source());
      }
    }
    return new Decision(false, missing.isEmpty() ? "" : "RBAC: " + aggregate(missing));
  }

  private static String aggregate(List<String> missing) {
    return missing.size() == 1 ? missing.get(0) : "[" + String.join(", ", missing) + "]";
  }

  /** The rules that apply to {@code who} in {@code namespace}, and everywhere. */
  public List<JsonObject> rules(Identity who, String namespace) {
    return granted(who, namespace, new ArrayList<>()).stream().map(Granted::rule).toList();
  }

  private List<Granted> granted(Identity who, String namespace, List<String> missing) {
    List<Granted> granted = new ArrayList<>();
    for (JsonObject binding : store.all("clusterrolebindings" + GROUP).values()) {
      granted.addAll(grantedBy(binding, who, "", missing));
    }
    for (Map.Entry<ObjectKey, JsonObject> entry : store.all("rolebindings" + GROUP).entrySet()) {
      if (!namespace.isEmpty() && entry.getKey().namespace().equals(namespace)) {
        granted.addAll(grantedBy(entry.getValue(), who, namespace, missing));
      }
    }
    return granted;
  }

  private List<Granted> grantedBy(
      JsonObject binding, Identity who, String namespace, List<String> missing) {
    Optional<JsonObject> subject =
        Trees.objects(binding, "subjects").stream()
            .filter(each -> isMeant(each, who, namespace))
            .findFirst();
    if (subject.isEmpty()) {
      return List.of();
    }
    boolean role = Trees.string(binding, "roleRef", "kind").equals("Role");
    String name = Trees.string(binding, "roleRef", "name");
    JsonObject found =
        role
            ? store.get(new ObjectKey("roles" + GROUP, namespace, name))
            : store.get(new ObjectKey("clusterroles" + GROUP, "", name));
    if (found == null) {
      missing.add((role ? "role" : "clusterrole") + GROUP + " \"" + name + "\" not found");
      return List.of();
    }
    String source = source(binding, subject.get(), namespace);
    return Trees.objects(found, "rules").stream()
        .map(rule -> new Granted(rule, source, namespace.isEmpty()))
        .toList();
  }

  private static String source(JsonObject binding, JsonObject subject, String namespace) {
    String kind = Trees.string(subject, "kind");
    String account = Trees.string(subject, "namespace");
    String home = "/" + (account.isEmpty() ? namespace : account);
    return (namespace.isEmpty() ? "ClusterRoleBinding \"" : "RoleBinding \"")
        + Trees.string(binding, "metadata", "name")
        + (namespace.isEmpty() ? "" : "/" + namespace)
        + "\" of "
        + Trees.string(binding, "roleRef", "kind")
        + " \""
        + Trees.string(binding, "roleRef", "name")
        + "\" to "
        + kind
        + " \""
        + Trees.string(subject, "name")
        + (kind.equals("ServiceAccount") ? home : "")
        + "\"";
  }

  private static boolean isMeant(JsonObject subject, Identity who, String namespace) {
    String name = Trees.string(subject, "name");
    return switch (Trees.string(subject, "kind")) {
      case "User" -> name.equals(who.user());
      case "Group" -> who.groups().contains(name);
      case "ServiceAccount" -> {
        String said = Trees.string(subject, "namespace");
        String in = said.isEmpty() ? namespace : said;
        yield !in.isEmpty() && who.user().equals("system:serviceaccount:" + in + ":" + name);
      }
      default -> false;
    };
  }

  private static boolean allows(Granted granted, Deed deed) {
    JsonObject rule = granted.rule();
    if (!has(rule, "verbs", deed.verb())) {
      return false;
    }
    if (!deed.isOfResource()) {
      return granted.everywhere()
          && strings(rule, "nonResourceURLs").stream().anyMatch(url -> covers(url, deed.path()));
    }
    List<String> names = strings(rule, "resourceNames");
    return has(rule, "apiGroups", deed.group())
        && strings(rule, "resources").stream().anyMatch(each -> isResource(each, deed))
        && (names.isEmpty() || names.contains(deed.name()));
  }

  private static boolean isResource(String written, Deed deed) {
    return written.equals("*")
        || written.equals(deed.fullResource())
        || (!deed.subresource().isEmpty() && written.equals("*/" + deed.subresource()));
  }

  private static boolean covers(String url, String path) {
    return url.equals(path)
        || (url.endsWith("*") && path.startsWith(url.substring(0, url.length() - 1)));
  }

  private static boolean has(JsonObject rule, String field, String word) {
    List<String> words = strings(rule, field);
    return words.contains("*") || words.contains(word);
  }

  private static List<String> strings(@Nullable JsonObject rule, String field) {
    List<String> words = new ArrayList<>();
    Trees.array(rule, field).forEach(word -> words.add(word.getAsString()));
    return words;
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.access;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who asks. Immutable.
 *
 * @param uid empty for none
 * @param extra more about the user, as a SelfSubjectReview shows it
 */
public record Identity(
    String user, String uid, List<String> groups, Map<String, List<String>> extra) {
  /** The group that may do everything, whatever RBAC objects say. */
  public static final String MASTERS = "system:masters";

  static final String AUTHENTICATED = "system:authenticated";
  private static final String ACCOUNT = "system:serviceaccount:";
  private static final String ACCOUNTS = "system:serviceaccounts";

  /** Copies. */
  public Identity {
    groups = List.copyOf(groups);
    extra = Map.copyOf(extra);
  }

  /** A user with these groups and {@code system:authenticated}. */
  public static Identity of(String user, List<String> groups) {
    List<String> all = new ArrayList<>(groups);
    if (!all.contains(AUTHENTICATED)) {
      all.add(AUTHENTICATED);
    }
    return new Identity(user, "", all, Map.of());
  }

  /** A user who may do everything. */
  public static Identity master(String user) {
    return of(user, List.of(MASTERS));
  }

  /** A user by name alone: a ServiceAccount's name brings the groups of ServiceAccounts. */
  public static Identity named(String user) {
    if (!user.startsWith(ACCOUNT)) {
      return of(user, List.of());
    }
    String[] parts = user.substring(ACCOUNT.length()).split(":", -1);
    return of(user, List.of(ACCOUNTS, ACCOUNTS + ":" + parts[0]));
  }

  /** A ServiceAccount that showed a token. */
  public static Identity serviceAccount(String namespace, String name, String uid, String token) {
    Identity plain = named(ACCOUNT + namespace + ":" + name);
    return new Identity(
        plain.user,
        uid,
        plain.groups,
        Map.of("authentication.kubernetes.io/credential-id", List.of("JTI=" + token)));
  }

  /** Who shows nothing. */
  public static Identity anonymous() {
    return new Identity("system:anonymous", "", List.of("system:unauthenticated"), Map.of());
  }

  /** As reviews show it. */
  public JsonObject toJson() {
    JsonObject info = Trees.objectOf("username", user);
    if (!uid.isEmpty()) {
      info.addProperty("uid", uid);
    }
    info.add("groups", strings(groups));
    if (!extra.isEmpty()) {
      JsonObject more = new JsonObject();
      new LinkedHashMap<>(extra).forEach((key, values) -> more.add(key, strings(values)));
      info.add("extra", more);
    }
    return info;
  }

  private static JsonArray strings(List<String> values) {
    return Trees.arrayOf(values.toArray());
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.controlplane;

import java.util.List;

/**
 * Somebody that the API server knows by a token.
 *
 * @param name e.g. {@code system:serviceaccount:kube-system:unitgrid}
 * @param token what a request carries
 * @param groups the groups besides {@code system:authenticated}
 */
public record User(String name, String token, List<String> groups) {
  /** Copies {@code groups}. */
  public User {
    groups = List.copyOf(groups);
  }

  /** A service account, with the groups that every one has; its token is its name. */
  public static User serviceAccount(String namespace, String name) {
    return new User(
        "system:serviceaccount:" + namespace + ":" + name,
        "token-of-" + namespace + "-" + name,
        List.of("system:serviceaccounts", "system:serviceaccounts:" + namespace));
  }

  String line() {
    return token + "," + name + "," + name + ",\"" + String.join(",", groups) + "\"\n";
  }
}

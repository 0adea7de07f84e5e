/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

/** Kubeconfig files. Stateless. */
final class Kubeconfigs {
  private Kubeconfigs() {}

  static String plain(String url, String token) {
    return """
        apiVersion: v1
        kind: Config
        current-context: embedded
        clusters:
        - {name: embedded, cluster: {server: "%s"}}
        users:
        - {name: user, user: {token: "%s"}}
        contexts:
        - {name: embedded, context: {cluster: embedded, user: user}}
        """
        .formatted(url, token);
  }
}

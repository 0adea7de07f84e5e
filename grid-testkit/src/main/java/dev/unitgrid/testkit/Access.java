/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import dev.unitgrid.testkit.internal.access.Identity;
import dev.unitgrid.testkit.internal.api.ApiServer;
import java.util.List;

/**
 * Who is let into an embedded server, and whether RBAC objects are enforced. A server begins open:
 * who shows no token is {@link EmbeddedApiServer#ADMIN}, an unknown token is its user's name, and
 * everybody may do everything. Thread-safe.
 *
 * <pre>{@code
 * cluster.apply(Path.of("role.yaml"));
 * cluster.access().enforce();
 * ApiTransport limited = cluster.transport("system:serviceaccount:default:my-controller");
 * String token = cluster.access().token("carl", "developers");
 * }</pre>
 */
public final class Access {
  private final ApiServer server;

  Access(ApiServer server) {
    this.server = server;
  }

  /**
   * Enforces RBAC objects from now on, as a real server does that runs with {@code
   * --authorization-mode=RBAC}: no token is {@code system:anonymous}, an unknown one is 401, what
   * no role allows is 403. Creates the roles of users that every cluster has, such as {@code
   * cluster-admin}, {@code view} and {@code system:discovery}. {@link EmbeddedApiServer#ADMIN} may
   * do everything, and so may the cluster's own methods. There is no way back.
   */
  public void enforce() {
    server.locked(
        () -> {
          server.gate().enforce();
          return this;
        });
  }

  /**
   * A token that lets {@code user} in over HTTP; the same user and groups have the same token.
   *
   * @param groups the groups besides {@code system:authenticated}
   */
  public String token(String user, String... groups) {
    String token = groups.length == 0 ? user : user + "/" + String.join("/", groups);
    server.locked(
        () -> {
          Identity identity =
              groups.length == 0 ? Identity.named(user) : Identity.of(user, List.of(groups));
          server.gate().tokens().add(token, identity);
          return token;
        });
    return token;
  }
}

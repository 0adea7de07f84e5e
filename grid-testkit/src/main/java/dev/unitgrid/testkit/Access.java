/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import dev.unitgrid.testkit.internal.access.Identity;
import java.util.List;

/**
 * Who is let into a cluster, and whether RBAC objects are enforced. A cluster begins open, a real
 * one too: who shows no token is {@link EmbeddedApiServer#ADMIN}, an unknown token is its user's
 * name, and everybody may do everything. Thread-safe.
 *
 * <pre>{@code
 * cluster.apply(Path.of("role.yaml"));
 * cluster.access().enforce();
 * ApiTransport limited = cluster.transport("system:serviceaccount:default:my-controller");
 * String token = cluster.access().token("carl", "developers");
 * }</pre>
 */
public final class Access {
  private final Lock lock;

  Access(Lock lock) {
    this.lock = lock;
  }

  /** What opens a server. Thread-safe. */
  interface Lock {
    /** From now on only known tokens count, and RBAC objects say what is allowed. */
    void enforce();

    /** Lets {@code who} in by {@code token}. */
    void add(String token, Identity who);
  }

  /**
   * Enforces RBAC objects from now on, as a real server does that runs with {@code
   * --authorization-mode=RBAC}: no token is {@code system:anonymous}, an unknown one is 401, what
   * no role allows is 403. The roles of users that every cluster has are there from then on, such
   * as {@code cluster-admin}, {@code view} and {@code system:discovery}. {@link
   * EmbeddedApiServer#ADMIN} may do everything, and so may the cluster's own methods. There is no
   * way back.
   */
  public void enforce() {
    lock.enforce();
  }

  /**
   * A token that lets {@code user} in over HTTP; the same user and groups have the same token.
   *
   * @param groups the groups besides {@code system:authenticated}
   */
  public String token(String user, String... groups) {
    String token = groups.length == 0 ? user : user + "/" + String.join("/", groups);
    lock.add(token, groups.length == 0 ? Identity.named(user) : Identity.of(user, List.of(groups)));
    return token;
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.testkit.internal.access.Identity;
import dev.unitgrid.testkit.internal.api.StatusException;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Who asks a real server through our doors, and as whom it hears of them. Open at first, as the
 * embedded server is: whoever shows nothing is the administrator, a token that nobody knows is its
 * user's name, and each user is impersonated with the group that may do everything. Enforced, users
 * are impersonated as they are. Thread-safe.
 */
final class RealUsers implements Access.Lock {
  private static final String BEARER = "Bearer ";

  private final Map<String, Identity> known = new ConcurrentHashMap<>();
  private final Function<Identity, ApiTransport> transports;

  /** Set once; each request looks at it once. */
  private volatile boolean enforced;

  /**
   * @param transports the way to the server as somebody
   */
  RealUsers(Function<Identity, ApiTransport> transports) {
    this.transports = transports;
    known.put(EmbeddedApiServer.ADMIN, Identity.master(EmbeddedApiServer.ADMIN));
  }

  @Override
  public void enforce() {
    enforced = true;
  }

  @Override
  public void add(String token, Identity who) {
    known.put(token, who);
  }

  /** The way to the server for what {@code who} asks. */
  ApiTransport transport(Identity who) {
    return transports.apply(enforced ? who : Identity.master(who.user()));
  }

  Identity identify(String authorization, Map<String, List<String>> headers) {
    Identity self = self(authorization);
    List<String> as = headers.getOrDefault("impersonate-user", List.of());
    if (as.isEmpty()) {
      return self;
    }
    if (enforced && !self.groups().contains(Identity.MASTERS)) {
      throw StatusException.notImplemented(
          "an impersonation by another user than the administrator, before a real server,");
    }
    List<String> groups = headers.getOrDefault("impersonate-group", List.of());
    return groups.isEmpty() ? Identity.named(as.get(0)) : Identity.of(as.get(0), groups);
  }

  private Identity self(String authorization) {
    if (!authorization.startsWith(BEARER)) {
      return enforced ? Identity.anonymous() : Identity.master(EmbeddedApiServer.ADMIN);
    }
    String token = authorization.substring(BEARER.length()).trim();
    return Optional.ofNullable(known.get(token))
        .or(() -> isSigned(token) ? reviewed(token) : Optional.empty())
        .or(() -> enforced ? Optional.empty() : Optional.of(Identity.named(token)))
        .orElseThrow(() -> StatusException.of(401, "Unauthorized", "Unauthorized"));
  }

  /** Whether a token has the form of those that the server gives to ServiceAccounts. */
  private static boolean isSigned(String token) {
    return token.startsWith("ey") && token.split("\\.", -1).length == 3;
  }

  /** Whose a token is, in the server's own opinion. */
  private Optional<Identity> reviewed(String token) {
    JsonObject review =
        Trees.objectOf(
            "apiVersion", "authentication.k8s.io/v1",
            "kind", "TokenReview",
            "spec", Trees.objectOf("token", token));
    ApiResponse answer =
        transports
            .apply(Identity.master(EmbeddedApiServer.ADMIN))
            .send(
                ApiRequest.post("/apis/authentication.k8s.io/v1/tokenreviews", Trees.bytes(review)))
            .join();
    JsonObject status = Trees.object(Trees.parse(answer.body()), "status");
    if (!Trees.isTrue(status, "authenticated")) {
      return Optional.empty();
    }
    List<String> groups = new ArrayList<>();
    for (JsonElement group : Trees.array(status, "user", "groups")) {
      groups.add(group.getAsString());
    }
    return Optional.of(Identity.of(Trees.string(status, "user", "username"), groups));
  }
}

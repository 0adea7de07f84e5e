/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.access.Deed;
import dev.unitgrid.testkit.internal.access.Identity;
import dev.unitgrid.testkit.internal.access.Rbac;
import dev.unitgrid.testkit.internal.access.Tokens;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.store.Store;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

/**
 * Who is let in, and what they may do. Open at first: whoever shows nothing is an administrator, a
 * token that was never handed out is its user's name, and all may do everything. Not thread-safe:
 * the server's lock guards it.
 */
public final class Gate {
  private static final String IMPERSONATE = "impersonate-";
  private static final String ADMIN = "admin";

  private final Store store;
  private final Kinds kinds;
  private final ObjectWriter writer;
  private final Tokens tokens;
  private final Rbac rbac;
  private boolean enforced;

  Gate(Store store, Kinds kinds, ObjectWriter writer, Clock clock, Random random) {
    this.store = store;
    this.kinds = kinds;
    this.writer = writer;
    this.tokens = new Tokens(clock, random);
    this.rbac = new Rbac(store);
    tokens.add(ADMIN, Identity.master(ADMIN));
  }

  /** From now on only known tokens count, and RBAC objects say what is allowed. */
  public void enforce() {
    if (!enforced) {
      enforced = true;
      bootstrap();
    }
  }

  boolean isEnforced() {
    return enforced;
  }

  /** The roles that every cluster has for users. */
  private void bootstrap() {
    try (InputStream roles = Identity.class.getResourceAsStream("roles.json")) {
      byte[] text = Objects.requireNonNull(roles, "roles.json").readAllBytes();
      for (JsonElement each : Trees.parse(text).getAsJsonArray()) {
        JsonObject object = each.getAsJsonObject();
        ResourceKind kind =
            kinds
                .ofObject(Trees.string(object, "apiVersion"), Trees.string(object, "kind"))
                .orElseThrow();
        ObjectKey key = new ObjectKey(kind.storage(), "", Trees.string(object, "metadata", "name"));
        if (store.get(key) == null) {
          writer.create(kind, "", object, Request.of("kube-apiserver"));
        }
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** The tokens. */
  public Tokens tokens() {
    return tokens;
  }

  Rbac rbac() {
    return rbac;
  }

  Optional<Identity> identityOf(String token) {
    return tokens.identityOf(token, this::accountUid);
  }

  private String accountUid(String namespace, String name) {
    return Trees.string(
        store.get(new ObjectKey("serviceaccounts", namespace, name)), "metadata", "uid");
  }

  /**
   * Who sent a request.
   *
   * @param authorization the header; empty for none
   * @param headers the other headers, by their names in small letters
   * @throws StatusException 401 for a token that is nobody's, 403 for one who may not impersonate
   */
  Identity identify(String authorization, Map<String, List<String>> headers) {
    Identity self = self(authorization);
    List<String> as = headers.getOrDefault("impersonate-user", List.of());
    if (as.isEmpty() && headers.keySet().stream().anyMatch(each -> each.startsWith(IMPERSONATE))) {
      throw StatusException.internal("requested groups or more without impersonating a user");
    }
    return as.isEmpty() ? self : impersonated(self, as.get(0), headers);
  }

  private Identity self(String authorization) {
    if (!authorization.startsWith("Bearer ")) {
      return enforced ? Identity.anonymous() : Identity.master(ADMIN);
    }
    String token = authorization.substring("Bearer ".length()).trim();
    return identityOf(token)
        .or(() -> enforced ? Optional.empty() : Optional.of(Identity.named(token)))
        .orElseThrow(() -> StatusException.of(401, "Unauthorized", "Unauthorized"));
  }

  private Identity impersonated(Identity self, String as, Map<String, List<String>> headers) {
    impersonation(self, "users", as);
    List<String> groups = headers.getOrDefault("impersonate-group", List.of());
    groups.forEach(group -> impersonation(self, "groups", group));
    Map<String, List<String>> extra = new LinkedHashMap<>();
    headers.forEach(
        (name, values) -> {
          if (name.startsWith("impersonate-extra-")) {
            extra.put(name.substring("impersonate-extra-".length()), values);
          }
        });
    List<String> uids = headers.getOrDefault("impersonate-uid", List.of());
    if (!extra.isEmpty() || !uids.isEmpty()) {
      throw StatusException.notImplemented("the impersonation of a uid or of extra fields");
    }
    return groups.isEmpty() ? Identity.named(as) : Identity.of(as, groups);
  }

  private void impersonation(Identity self, String resource, String name) {
    String account = "system:serviceaccount:";
    String[] parts = name.startsWith(account) ? name.split(":", -1) : new String[0];
    boolean isAccount = resource.equals("users") && parts.length == 4;
    Deed deed =
        new Deed(
            "impersonate",
            "",
            isAccount ? "serviceaccounts" : resource,
            "",
            isAccount ? parts[2] : "",
            isAccount ? parts[3] : name,
            "");
    check(self, deed);
  }

  /**
   * Lets a request pass.
   *
   * @throws StatusException 403 if its sender may not do it
   */
  void admit(Call call) {
    if (enforced) {
      check(
          call.who(),
          Deed.of(call.method(), call.path(), call.query()).selecting(call.query("fieldSelector")));
    }
  }

  /**
   * Lets a write that turns out to create pass.
   *
   * @throws StatusException 403 if its sender may not create
   */
  void admitCreation(Call call) {
    if (enforced) {
      check(call.who(), Deed.of(call.method(), call.path(), call.query()).doing("create"));
    }
  }

  private void check(Identity who, Deed deed) {
    Rbac.Decision decision = decide(who, deed);
    if (!decision.allowed()) {
      throw StatusException.forbidden(deed, who.user(), decision.reason());
    }
  }

  Rbac.Decision decide(Identity who, Deed deed) {
    return enforced ? rbac.decide(who, deed) : new Rbac.Decision(true, "");
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.access.Deed;
import dev.unitgrid.testkit.internal.access.Identity;
import dev.unitgrid.testkit.internal.access.Rbac;
import dev.unitgrid.testkit.internal.access.Tokens;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.store.Store;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Answers what is asked by creating an object that is never stored: who am I, may I, and a token
 * for a ServiceAccount. Not thread-safe: the server's lock guards it.
 */
final class Reviews {
  private static final String AUTHENTICATION = "authentication.k8s.io/v1";
  private static final String AUTHORIZATION = "authorization.k8s.io/v1";
  private static final long SHORTEST = 600;
  private static final long LONGEST = 1L << 32;

  private final Store store;
  private final Gate gate;
  private final Clock clock;

  Reviews(Store store, Gate gate, Clock clock) {
    this.store = store;
    this.gate = gate;
    this.clock = clock;
  }

  /** A kind of review: where it is served. */
  record Kind(String apiVersion, String kind, boolean namespaced) {
    String plural() {
      return kind.toLowerCase(Locale.ROOT) + "s";
    }
  }

  static final List<Kind> KINDS =
      List.of(
          new Kind(AUTHENTICATION, "SelfSubjectReview", false),
          new Kind(AUTHENTICATION, "TokenReview", false),
          new Kind(AUTHORIZATION, "LocalSubjectAccessReview", true),
          new Kind(AUTHORIZATION, "SelfSubjectAccessReview", false),
          new Kind(AUTHORIZATION, "SelfSubjectRulesReview", false),
          new Kind(AUTHORIZATION, "SubjectAccessReview", false));

  /** What {@code path} asks for by a POST; empty if it is another resource's. */
  Optional<JsonObject> answer(Call call, JsonObject body) {
    Deed deed = Deed.of(call.method(), call.path(), call.query());
    if (deed.storage().equals("serviceaccounts") && deed.subresource().equals("token")) {
      return Optional.of(token(deed.namespace(), deed.name(), body));
    }
    for (Kind kind : KINDS) {
      String path = "/apis/" + kind.apiVersion() + "/";
      String within = kind.namespaced() ? "namespaces/" + deed.namespace() + "/" : "";
      if (call.path().equals(path + within + kind.plural())) {
        return Optional.of(review(kind, deed.namespace(), call.who(), body));
      }
    }
    return Optional.empty();
  }

  /** Whether {@code path} leads to something that can only be created. */
  static boolean serves(String path) {
    Deed deed = Deed.of("POST", path, java.util.Map.of());
    return (deed.storage().equals("serviceaccounts") && deed.subresource().equals("token"))
        || KINDS.stream()
            .anyMatch(
                kind ->
                    path.startsWith("/apis/" + kind.apiVersion() + "/")
                        && deed.resource().equals(kind.plural()));
  }

  private JsonObject review(Kind kind, String namespace, Identity who, JsonObject body) {
    JsonObject review =
        Trees.objectOf(
            "kind", kind.kind(), "apiVersion", kind.apiVersion(), "metadata", new JsonObject());
    JsonObject spec = Trees.object(body, "spec");
    if (!kind.kind().equals("SelfSubjectReview")) {
      review.add("spec", spec.deepCopy());
    }
    JsonObject status =
        switch (kind.kind()) {
          case "SelfSubjectReview" -> {
            Trees.child(review, "metadata").addProperty("creationTimestamp", seconds(0));
            yield Trees.objectOf("userInfo", who.toJson());
          }
          case "TokenReview" -> tokenReview(spec);
          case "SelfSubjectAccessReview" -> access(who, spec);
          case "SelfSubjectRulesReview" -> rules(who, Trees.string(spec, "namespace"));
          case "LocalSubjectAccessReview" -> localAccess(namespace, spec);
          default -> access(subject(spec), spec);
        };
    review.add("status", status);
    return review;
  }

  private JsonObject tokenReview(JsonObject spec) {
    Optional<Identity> found = gate.identityOf(Trees.string(spec, "token"));
    return found
        .map(
            identity ->
                Trees.objectOf(
                    "authenticated",
                    true,
                    "user",
                    identity.toJson(),
                    "audiences",
                    Trees.arrayOf(Tokens.ISSUER)))
        .orElseGet(() -> Trees.objectOf("user", new JsonObject()));
  }

  private static Identity subject(JsonObject spec) {
    List<String> groups =
        Trees.array(spec, "groups").asList().stream().map(each -> each.getAsString()).toList();
    return new Identity(
        Trees.string(spec, "user"), Trees.string(spec, "uid"), groups, java.util.Map.of());
  }

  private JsonObject localAccess(String namespace, JsonObject spec) {
    String said = Trees.string(spec, "resourceAttributes", "namespace");
    if (!said.equals(namespace)) {
      throw StatusException.badRequest(
          "spec.resourceAttributes.namespace must match namespace: " + namespace);
    }
    return access(subject(spec), spec);
  }

  private JsonObject access(Identity who, JsonObject spec) {
    Rbac.Decision decision = gate.decide(who, deed(spec));
    JsonObject status = Trees.objectOf("allowed", decision.allowed());
    if (!decision.reason().isEmpty()) {
      status.addProperty("reason", decision.reason());
    }
    return status;
  }

  private static Deed deed(JsonObject spec) {
    JsonObject path = Trees.object(spec, "nonResourceAttributes");
    if (!path.isEmpty()) {
      return new Deed(Trees.string(path, "verb"), "", "", "", "", "", Trees.string(path, "path"));
    }
    JsonObject resource = Trees.object(spec, "resourceAttributes");
    if (resource.isEmpty()) {
      throw StatusException.badRequest(
          "exactly one of nonResourceAttributes or resourceAttributes must be specified");
    }
    return new Deed(
        Trees.string(resource, "verb"),
        Trees.string(resource, "group"),
        Trees.string(resource, "resource"),
        Trees.string(resource, "subresource"),
        Trees.string(resource, "namespace"),
        Trees.string(resource, "name"),
        "");
  }

  private JsonObject rules(Identity who, String namespace) {
    JsonArray resources = new JsonArray();
    JsonArray paths = new JsonArray();
    for (JsonObject rule : gate.rbac().rules(who, namespace)) {
      (rule.has("nonResourceURLs") ? paths : resources).add(rule);
    }
    return Trees.objectOf(
        "resourceRules", resources, "nonResourceRules", paths, "incomplete", false);
  }

  private JsonObject token(String namespace, String name, JsonObject body) {
    JsonObject account = store.get(new ObjectKey("serviceaccounts", namespace, name));
    if (account == null) {
      throw StatusException.notFound("serviceaccounts", name);
    }
    long lasts = Trees.number(body, 3600, "spec", "expirationSeconds");
    checkDuration(lasts);
    if (Trees.at(body, "spec", "boundObjectRef") != null) {
      throw StatusException.notImplemented("a token that is bound to an object");
    }
    JsonArray audiences = Trees.array(body, "spec", "audiences").deepCopy();
    if (audiences.isEmpty()) {
      audiences.add(Tokens.ISSUER);
    }
    String uid = Trees.string(account, "metadata", "uid");
    JsonObject spec = Trees.objectOf("audiences", audiences, "expirationSeconds", lasts);
    spec.add("boundObjectRef", com.google.gson.JsonNull.INSTANCE);
    return Trees.objectOf(
        "kind",
        "TokenRequest",
        "apiVersion",
        AUTHENTICATION,
        "metadata",
        Trees.objectOf(
            "name", name, "namespace", namespace, "uid", uid, "creationTimestamp", seconds(0)),
        "spec",
        spec,
        "status",
        Trees.objectOf(
            "token",
            gate.tokens().issue(namespace, name, uid, audiences, lasts),
            "expirationTimestamp",
            seconds(lasts)));
  }

  private static void checkDuration(long lasts) {
    String detail =
        lasts < SHORTEST
            ? "may not specify a duration less than 10 minutes"
            : lasts > LONGEST ? "may not specify a duration larger than 2^32 seconds" : "";
    if (!detail.isEmpty()) {
      throw StatusException.invalid(
          "authentication.k8s.io",
          "TokenRequest",
          "",
          List.of(
              StatusException.Cause.invalid(
                  "spec.expirationSeconds", Long.toString(lasts), detail)));
    }
  }

  private String seconds(long later) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    return now.plusSeconds(later).toString();
  }
}

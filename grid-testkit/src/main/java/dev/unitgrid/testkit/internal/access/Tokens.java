/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.access;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The tokens that a server knows: those that were handed to it, and those that it signed for
 * ServiceAccounts. The signed ones are JSON Web Tokens with the real server's claims. Not
 * thread-safe: the server's lock guards it.
 */
public final class Tokens {
  /** For whom a token is, if a request does not say; also who issues it. */
  public static final String ISSUER = "https://kubernetes.default.svc";

  private static final String HEADER = encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");

  private final Clock clock;
  private final Random random;
  private final byte[] key = new byte[32];
  private final Map<String, Identity> known = new HashMap<>();

  /** No tokens yet. */
  public Tokens(Clock clock, Random random) {
    this.clock = clock;
    this.random = random;
    random.nextBytes(key);
  }

  /** Tells whose a ServiceAccount's token can be. */
  @FunctionalInterface
  public interface Accounts {
    /** The uid of an account that is there; empty if it is not. */
    String uidOf(String namespace, String name);
  }

  /** Lets {@code identity} in by {@code token}. */
  public void add(String token, Identity identity) {
    known.put(token, identity);
  }

  /** A token of a ServiceAccount. */
  public String issue(
      String namespace, String name, String uid, JsonArray audiences, long seconds) {
    long now = clock.instant().getEpochSecond();
    JsonObject claims =
        Trees.objectOf(
            "aud",
            audiences,
            "exp",
            now + seconds,
            "iat",
            now,
            "iss",
            ISSUER,
            "jti",
            new UUID(random.nextLong(), random.nextLong()).toString(),
            "kubernetes.io",
            Trees.objectOf(
                "namespace", namespace, "serviceaccount", Trees.objectOf("name", name, "uid", uid)),
            "nbf",
            now,
            "sub",
            "system:serviceaccount:" + namespace + ":" + name);
    String signed = HEADER + "." + encode(claims.toString());
    return signed + "." + signature(signed);
  }

  /** Whose {@code token} is; empty if it is nobody's, too old, or of an account that is gone. */
  public Optional<Identity> identityOf(String token, Accounts accounts) {
    Identity handed = known.get(token);
    return handed != null ? Optional.of(handed) : signed(token, accounts);
  }

  private Optional<Identity> signed(String token, Accounts accounts) {
    int dot = token.lastIndexOf('.');
    if (dot < 0 || !isSignature(token.substring(0, dot), token.substring(dot + 1))) {
      return Optional.empty();
    }
    JsonObject claims = claims(token);
    JsonObject account = Trees.object(claims, "kubernetes.io", "serviceaccount");
    String namespace = Trees.string(claims, "kubernetes.io", "namespace");
    String name = Trees.string(account, "name");
    String uid = Trees.string(account, "uid");
    boolean isValid =
        Trees.number(claims, 0, "exp") > clock.instant().getEpochSecond()
            && accounts.uidOf(namespace, name).equals(uid)
            && Trees.array(claims, "aud").contains(Trees.of(ISSUER));
    return isValid
        ? Optional.of(Identity.serviceAccount(namespace, name, uid, Trees.string(claims, "jti")))
        : Optional.empty();
  }

  private static JsonObject claims(String token) {
    try {
      return Trees.parse(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]))
          .getAsJsonObject();
    } catch (IllegalArgumentException | IllegalStateException | JsonParseException malformed) {
      return new JsonObject();
    }
  }

  private boolean isSignature(String signed, String signature) {
    return MessageDigest.isEqual(
        signature(signed).getBytes(StandardCharsets.UTF_8),
        signature.getBytes(StandardCharsets.UTF_8));
  }

  private String signature(String signed) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java has HmacSHA256", impossible);
    }
  }

  private static String encode(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.api.json.Json;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.credentials.AccessTokenAuthentication;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Where the parent cluster is and who we are there, as Clusternet's agent wrote it down.
 *
 * @param url of its API server
 * @param token of the child's account
 * @param certificates of the authority that signed the API server's; empty for the system's
 * @param namespace of the child in the parent
 */
record ParentCluster(String url, String token, String certificates, String namespace) {
  /** Its place in a child cluster. */
  static final String SECRET_NAMESPACE = "clusternet-system";

  /** Its name there. */
  static final String SECRET_NAME = "parent-cluster";

  /**
   * What {@code secret} says.
   *
   * @throws CommandFailure if it does not say it well, with a sentence that says what to do
   */
  static ParentCluster parse(Json secret) {
    return new ParentCluster(
        required(secret, "parent-url"),
        required(secret, "token"),
        field(secret, "ca.crt").orElse(""),
        namespace(secret));
  }

  private static String namespace(Json secret) {
    String namespace = required(secret, "namespace");
    if (!namespace.matches(NamespaceName.FORM)) {
      throw malformed("its field namespace is no name of a namespace: \"" + namespace + "\"");
    }
    return namespace;
  }

  private static String required(Json secret, String name) {
    return field(secret, name)
        .orElseThrow(() -> malformed("its field " + name + " is missing or empty"));
  }

  private static Optional<String> field(Json secret, String name) {
    String encoded = secret.get("data", name).asString("");
    try {
      String text = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
      return Optional.of(text.strip()).filter(found -> !found.isEmpty());
    } catch (IllegalArgumentException notBase64) {
      throw malformed("its field " + name + " is not base64");
    }
  }

  private static CommandFailure malformed(String what) {
    return new CommandFailure(
        "the Secret "
            + SECRET_NAMESPACE
            + "/"
            + SECRET_NAME
            + " does not say where the parent cluster is: "
            + what
            + "; register this cluster again with Clusternet, or give --parent-kubeconfig and"
            + " --cluster-namespace");
  }

  /** A client of the parent. */
  ApiClient client() {
    ClientBuilder builder =
        new ClientBuilder()
            .setBasePath(url)
            .setVerifyingSsl(true)
            .setAuthentication(new AccessTokenAuthentication(token));
    if (!certificates.isEmpty()) {
      builder.setCertificateAuthority(certificates.getBytes(StandardCharsets.UTF_8));
    }
    try {
      ApiClient client = builder.build();
      client.setUserAgent("unitgrid/" + Version.version());
      return client;
    } catch (RuntimeException unusable) {
      throw malformed("it cannot be used: " + unusable.getMessage());
    }
  }

  /** Nothing that is logged shows the token. */
  @Override
  public String toString() {
    return url + ", namespace " + namespace;
  }
}

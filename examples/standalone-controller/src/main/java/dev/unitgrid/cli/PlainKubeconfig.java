/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.cli.yaml.Manifest;
import dev.unitgrid.cli.yaml.ManifestException;
import dev.unitgrid.runtime.transport.ServerTransport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.X509TrustManager;

/**
 * A kubeconfig that says no more than where the server is, who vouches for it, and a token. What
 * says more (client certificates, plugins, proxies) is client-java's to understand.
 */
final class PlainKubeconfig {
  private static final Set<String> OF_CLUSTERS =
      Set.of("server", "certificate-authority", "certificate-authority-data");
  private static final Set<String> OF_USERS = Set.of("token", "tokenFile");

  private final Path file;
  private final Json cluster;
  private final Json user;

  private PlainKubeconfig(Path file, Json cluster, Json user) {
    this.file = file;
    this.cluster = cluster;
    this.user = user;
  }

  /** The server of {@code file}; nothing if it is not plain, or cannot be read. */
  static Optional<ApiServer> read(Path file) {
    try {
      List<Manifest> documents = Manifest.read(file.toString(), Files.readAllBytes(file));
      return documents.size() == 1 ? read(file, documents.get(0).object()) : Optional.empty();
    } catch (IOException | ManifestException | IllegalArgumentException unusual) {
      return Optional.empty(); // whoever understands more of them has the sentence for it
    }
  }

  private static Optional<ApiServer> read(Path file, Json config) throws IOException {
    Json context = named(config.get("contexts"), config.get("current-context"), "context");
    Json cluster = named(config.get("clusters"), context.get("cluster"), "cluster");
    Json user = named(config.get("users"), context.get("user"), "user");
    PlainKubeconfig plain = new PlainKubeconfig(file, cluster, user);
    return plain.saysNoMore() ? Optional.of(plain.server()) : Optional.empty();
  }

  private static Json named(Json list, Json name, String kind) {
    if (!list.isArray() || !name.isString()) {
      return Json.ofNull();
    }
    return list.items().stream()
        .filter(item -> item.get("name").equals(name))
        .map(item -> item.get(kind))
        .findFirst()
        .orElse(Json.ofNull());
  }

  private boolean saysNoMore() {
    return cluster.isObject()
        && user.isObject()
        && OF_CLUSTERS.containsAll(cluster.fields().keySet())
        && OF_USERS.containsAll(user.fields().keySet())
        && !user.fields().isEmpty()
        && (!isTls() || authorities().length > 0 || cluster.has("certificate-authority"));
  }

  private ApiServer server() throws IOException {
    URI base = URI.create(text(cluster, "server"));
    Optional<X509TrustManager> trusted =
        isTls() ? Optional.of(ApiServer.trusting(authoritiesOrFile())) : Optional.empty();
    return new ApiServer(base, trusted, token());
  }

  private boolean isTls() {
    return text(cluster, "server").startsWith("https:");
  }

  private byte[] authorities() {
    return Base64.getDecoder().decode(text(cluster, "certificate-authority-data"));
  }

  private byte[] authoritiesOrFile() throws IOException {
    byte[] said = authorities();
    return said.length > 0
        ? said
        : Files.readAllBytes(beside(text(cluster, "certificate-authority")));
  }

  private ServerTransport.Token token() {
    String said = text(user, "token");
    return said.isEmpty() ? ApiServer.ofFile(beside(text(user, "tokenFile"))) : () -> said;
  }

  private Path beside(String name) {
    return file.toAbsolutePath().resolveSibling(name);
  }

  private static String text(Json object, String field) {
    return object.get(field).asString("").strip();
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.node.passthrough.Upstream;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.transport.ServerTransport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The API server as a node agent reaches it with what every agent has, a pod's service account or a
 * kubeconfig with a token: without client-java, whose models are a third of an agent's memory and
 * half of its start.
 *
 * @param base its address
 * @param trusted decides about its certificate; nothing without TLS
 */
record ApiServer(URI base, Optional<X509TrustManager> trusted, ServerTransport.Token token) {
  /** A transport to it. */
  ServerTransport transport(Scheduler scheduler) {
    String agent = "unitgrid/" + Version.version();
    return trusted.isPresent()
        ? ServerTransport.to(base, trusted.get(), token, agent, scheduler)
        : ServerTransport.plain(base, token, agent, scheduler);
  }

  /** Where requests of others go. */
  Upstream upstream() {
    return trusted.map(manager -> Upstream.of(base, manager)).orElseGet(() -> Upstream.plain(base));
  }

  /**
   * The API server of the pod that this process runs in.
   *
   * @param account the folder of the service account
   * @throws IOException if the account cannot be read
   */
  static ApiServer ofPod(Map<String, String> environment, Path account) throws IOException {
    String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
    String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    URI base = URI.create("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
    byte[] authorities = Files.readAllBytes(account.resolve("ca.crt"));
    return new ApiServer(
        base, Optional.of(trusting(authorities)), ofFile(account.resolve("token")));
  }

  /** The token of a file, which the kubelet replaces now and then. */
  static ServerTransport.Token ofFile(Path file) {
    return () -> Files.readString(file, StandardCharsets.US_ASCII).strip();
  }

  /**
   * Trusts certificates of these authorities.
   *
   * @param authorities certificates in PEM
   * @throws IOException if they are none
   */
  static X509TrustManager trusting(byte[] authorities) throws IOException {
    try (InputStream in = new ByteArrayInputStream(authorities)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("authority-" + number++, each);
      }
      return manager(store);
    } catch (GeneralSecurityException unusable) {
      throw new IOException("these are no certificates: " + unusable.getMessage(), unusable);
    }
  }

  private static X509TrustManager manager(KeyStore store)
      throws GeneralSecurityException, IOException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        return x509;
      }
    }
    throw new IOException("this Java trusts no certificates of X.509");
  }
}

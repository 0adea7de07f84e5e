/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import dev.unitgrid.api.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Where clients list and watch: a kube-apiserver, or what stands before it.
 *
 * @param url of the server
 * @param http for lists
 * @param sockets for watches
 * @param token of the administrator
 */
record Door(URI url, HttpClient http, SocketFactory sockets, String token) {
  /** A server without TLS. */
  static Door plain(int port, String token) {
    return new Door(
        URI.create("http://127.0.0.1:" + port),
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(),
        SocketFactory.getDefault(),
        token);
  }

  /** A kube-apiserver whose certificate is in a file. */
  static Door tls(String url, Path certificate, String token) throws IOException {
    SSLContext context = trusting(certificate);
    return new Door(
        URI.create(url),
        HttpClient.newBuilder().sslContext(context).build(),
        context.getSocketFactory(),
        token);
  }

  private static SSLContext trusting(Path certificate) throws IOException {
    try (var in = java.nio.file.Files.newInputStream(certificate)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (var each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("authority-" + number++, each);
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException unusable) {
      throw new IOException("cannot trust " + certificate, unusable);
    }
  }

  int port() {
    return url.getPort();
  }

  /** A whole list. */
  Json list(String path) throws IOException {
    HttpResponse<byte[]> response = get(path, Duration.ofMinutes(2));
    if (response.statusCode() != 200) {
      throw new IOException(url + path + " answers " + response.statusCode());
    }
    return Json.parse(response.body());
  }

  /** The value of a metric without tags; 0 if it is not counted yet. */
  double metric(String name) throws IOException {
    return new String(get("/metrics", Duration.ofSeconds(10)).body(), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .sum();
  }

  /** Whether the server says that it is ready. */
  boolean isReady() {
    try {
      return get("/readyz", Duration.ofSeconds(5)).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  private HttpResponse<byte[]> get(String path, Duration limit) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(url.resolve(path))
            .header("Authorization", "Bearer " + token)
            .header("Accept", "application/json")
            .timeout(limit)
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import picocli.CommandLine.Option;

/** The options of a server that listens with TLS: both, or none. */
final class ServingCertificate {
  private static final char[] NO_PASSWORD = new char[0];
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");
  private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

  @Option(
      names = "--tls-cert-file",
      required = true,
      paramLabel = "FILE",
      description =
          "Listen with TLS, and show this certificate (PEM, intermediate ones behind it): clients"
              + " that are written with client-go send credentials over TLS only. It is read once.")
  @SuppressWarnings("NullAway.Init") // required
  private Path certificate;

  @Option(
      names = "--tls-private-key-file",
      required = true,
      paramLabel = "FILE",
      description = "The certificate's private key (PEM, PKCS#8).")
  @SuppressWarnings("NullAway.Init") // required
  private Path key;

  /**
   * What shows the certificate.
   *
   * @throws CommandFailure if the files cannot be read, or do not belong together
   */
  SSLContext context() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("serving", key(), NO_PASSWORD, certificates());
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, NO_PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (IOException | GeneralSecurityException | RuntimeException unreadable) {
      throw new CommandFailure(
          "no certificate to listen with in "
              + certificate
              + " (--tls-cert-file) and "
              + key
              + " (--tls-private-key-file): "
              + unreadable.getMessage(),
          unreadable);
    }
  }

  /** By the JDK alone: the jar of a node's agents holds no other reader of keys. */
  private PrivateKey key() throws IOException {
    Matcher pem = PKCS8.matcher(Files.readString(key, StandardCharsets.US_ASCII));
    if (!pem.find()) {
      throw new IOException(
          "the key is not in PEM as PKCS#8 (BEGIN PRIVATE KEY), which openssl pkcs8 -topk8 -nocrypt"
              + " writes");
    }
    PKCS8EncodedKeySpec encoded =
        new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
    return ALGORITHMS.stream()
        .flatMap(algorithm -> key(algorithm, encoded).stream())
        .findFirst()
        .orElseThrow(() -> new IOException("the key is none of " + ALGORITHMS));
  }

  private static Optional<PrivateKey> key(String algorithm, PKCS8EncodedKeySpec encoded) {
    try {
      return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(encoded));
    } catch (GeneralSecurityException another) {
      return Optional.empty();
    }
  }

  private Certificate[] certificates() throws IOException, GeneralSecurityException {
    byte[] pem = Files.readAllBytes(certificate);
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(pem))
        .toArray(new Certificate[0]);
  }
}

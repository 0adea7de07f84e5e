/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import io.kubernetes.client.util.SSLUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import picocli.CommandLine.Option;

/** The options of a server that listens with TLS: both, or none. */
final class ServingCertificate {
  private static final char[] NO_PASSWORD = new char[0];

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
      description = "The certificate's private key (PEM).")
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
              + unreadable,
          unreadable);
    }
  }

  private PrivateKey key() throws IOException, GeneralSecurityException {
    return SSLUtils.loadKey(Files.readAllBytes(key));
  }

  private Certificate[] certificates() throws IOException, GeneralSecurityException {
    byte[] pem = Files.readAllBytes(certificate);
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(pem))
        .toArray(new Certificate[0]);
  }
}

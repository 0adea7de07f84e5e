/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.passthrough;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * The API server that requests are passed to: its address and whose certificates it may show. It
 * holds no key and no token: what is sent there is never more than what the client brought.
 * Immutable and thread-safe.
 */
public final class Upstream {
  private final URI base;
  private final Optional<SSLContext> tls;

  private Upstream(URI base, Optional<SSLContext> tls) {
    this.base = base;
    this.tls = tls;
  }

  /**
   * An API server that is reached over TLS.
   *
   * @param base {@code https}, a host, perhaps a port, and perhaps a path that all paths begin with
   *     there (as with Rancher)
   * @param trusted decides about its certificate, e.g. by the kubeconfig's CA; the host's name is
   *     checked besides that
   * @throws IllegalArgumentException for another kind of address
   */
  public static Upstream of(URI base, X509TrustManager trusted) {
    return new Upstream(checked(base, "https"), Optional.of(context(trusted)));
  }

  /**
   * An API server that is reached without TLS: on loopback only, behind something that adds it.
   *
   * @param base as for {@link #of}, with {@code http}
   * @throws IllegalArgumentException for another kind of address
   */
  public static Upstream plain(URI base) {
    return new Upstream(checked(base, "http"), Optional.empty());
  }

  /** The address without its path. */
  URI address() {
    return URI.create(base.getScheme() + "://" + base.getRawAuthority());
  }

  /** What the Host header says. */
  String authority() {
    return base.getRawAuthority();
  }

  /** What all paths begin with, without a slash at the end; mostly empty. */
  String prefix() {
    return base.getRawPath().replaceAll("/+$", "");
  }

  Optional<SSLContext> tls() {
    return tls;
  }

  @Override
  public String toString() {
    return base.toString();
  }

  private static URI checked(URI base, String scheme) {
    boolean usual =
        scheme.equalsIgnoreCase(base.getScheme())
            && base.getHost() != null
            && base.getRawUserInfo() == null
            && base.getRawQuery() == null
            && base.getRawFragment() == null;
    if (!usual) {
      throw new IllegalArgumentException(
          "not an API server's address over " + scheme + ": " + base);
    }
    return base;
  }

  /** Without key managers: a client without credentials must not borrow ours. */
  private static SSLContext context(X509TrustManager trusted) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trusted}, null);
      return context;
    } catch (GeneralSecurityException unavailable) {
      throw new IllegalStateException("this Java has no TLS", unavailable);
    }
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.transport;

import dev.unitgrid.runtime.time.Scheduler;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.CipherSuite;
import okhttp3.ConnectionSpec;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/**
 * The {@link ApiTransport} to one API server with a bearer token, for processes that have little
 * memory and little time to start: client-java's {@code ApiClient} loads every model that there is,
 * and is not needed here. Its threads are daemons and gone after {@link #close()}. Thread-safe.
 *
 * <p>Of TLS's ciphers it asks for ChaCha20 first: a JVM whose optimizing compiler is switched off,
 * as such processes run it, deciphers that four times as fast as AES.
 */
public final class ServerTransport implements ApiTransport, AutoCloseable {
  private static final CipherSuite[] CIPHERS = {
    CipherSuite.TLS_CHACHA20_POLY1305_SHA256,
    CipherSuite.TLS_AES_128_GCM_SHA256,
    CipherSuite.TLS_AES_256_GCM_SHA384,
    CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    CipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
  };

  private final HttpCalls calls;

  /** A bearer token, which may be another one each time: a pod's changes every hour. */
  public interface Token {
    /**
     * The token; empty for none. Asked for each request, on any thread.
     *
     * @throws IOException if there is none to be had; that fails the request
     */
    String read() throws IOException;
  }

  private ServerTransport(HttpCalls calls) {
    this.calls = calls;
  }

  /**
   * A transport to a server that is reached over TLS.
   *
   * @param base {@code https}, a host, perhaps a port, and perhaps a path that all paths begin with
   * @param trusted decides about the server's certificate; the host's name is checked besides that
   * @param token its own credentials
   * @param userAgent of all requests
   * @param scheduler wakes it when a watch does not open
   * @throws IllegalArgumentException if {@code base} is no such address
   */
  public static ServerTransport to(
      URI base, X509TrustManager trusted, Token token, String userAgent, Scheduler scheduler) {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .sslSocketFactory(context(trusted).getSocketFactory(), trusted)
            .connectionSpecs(
                List.of(
                    new ConnectionSpec.Builder(ConnectionSpec.MODERN_TLS)
                        .cipherSuites(CIPHERS)
                        .build()))
            .followRedirects(false)
            .build();
    return on(client, base, token, userAgent, scheduler);
  }

  /**
   * A transport to a server that is reached without TLS, as {@link #to}: on loopback only.
   *
   * @throws IllegalArgumentException if {@code base} is no {@code http} address
   */
  public static ServerTransport plain(
      URI base, Token token, String userAgent, Scheduler scheduler) {
    OkHttpClient client = new OkHttpClient.Builder().followRedirects(false).build();
    return on(client, base, token, userAgent, scheduler);
  }

  private static ServerTransport on(
      OkHttpClient client, URI base, Token token, String userAgent, Scheduler scheduler) {
    String root = HttpUrl.get(base.toString()).toString().replaceAll("/+$", "");
    return new ServerTransport(
        new HttpCalls(new Bearer(client, root, token, userAgent), scheduler));
  }

  @Override
  public CompletableFuture<ApiResponse> send(ApiRequest request) {
    return calls.send(request);
  }

  @Override
  public Watch watch(ApiRequest request, WatchListener listener) {
    return calls.watch(request, listener);
  }

  /**
   * Abandons every request and watch, and waits up to ten seconds for the threads, unless it is
   * called on one of them. Requests after it fail.
   */
  @Override
  public void close() {
    calls.close();
  }

  private static SSLContext context(X509TrustManager trusted) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trusted}, null);
      return context;
    } catch (GeneralSecurityException unavailable) {
      throw new IllegalStateException("this Java has no TLS", unavailable);
    }
  }

  private record Bearer(OkHttpClient client, String root, Token token, String userAgent)
      implements HttpCalls.Server {
    @Override
    public Request request(ApiRequest request) throws IOException {
      Request.Builder built =
          new Request.Builder()
              .url(url(request))
              .method(request.method(), OnceBody.of(request))
              .header("Accept", request.accept())
              .header("User-Agent", userAgent);
      String secret = token.read();
      if (!secret.isEmpty()) {
        built.header("Authorization", "Bearer " + secret);
      }
      return built.build();
    }

    private HttpUrl url(ApiRequest request) {
      HttpUrl.Builder url = HttpUrl.get(root + request.path()).newBuilder();
      for (Map.Entry<String, String> parameter : request.query().entrySet()) {
        url.addQueryParameter(parameter.getKey(), parameter.getValue());
      }
      return url.build();
    }
  }
}

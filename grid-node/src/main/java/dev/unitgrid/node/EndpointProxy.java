/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node;

import dev.unitgrid.node.cache.CacheState;
import dev.unitgrid.node.cache.NodeCache;
import dev.unitgrid.node.cache.Taps;
import dev.unitgrid.node.files.Disk;
import dev.unitgrid.node.http.HttpLimits;
import dev.unitgrid.node.http.HttpListener;
import dev.unitgrid.node.http.ServingHandler;
import dev.unitgrid.node.passthrough.PassThrough;
import dev.unitgrid.node.passthrough.Upstream;
import dev.unitgrid.node.serve.ServedKind;
import dev.unitgrid.node.serve.ServedResource;
import dev.unitgrid.node.snapshot.SnapshotFile;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiTransport;
import io.undertow.server.HttpHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server that a node's clients (kube-proxy first) list and watch instead of the API server:
 * Services, EndpointSlices and Endpoints as this node may see them, its own Node and ServiceCIDRs
 * from memory, everything else passed through unchanged with the client's own credentials. While
 * the API server is away it serves on. It has threads of its own from {@link #start} to {@link
 * #close}. Thread-safe.
 */
public final class EndpointProxy implements AutoCloseable {
  /** Where it listens unless it is told otherwise. */
  public static final InetSocketAddress DEFAULT_ADDRESS =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 51006);

  private static final Logger LOG = LoggerFactory.getLogger(EndpointProxy.class);

  private final InetSocketAddress listen;
  private final @Nullable SSLContext tls;
  private final @Nullable SystemScheduler disk;
  private final NodeCache cache;
  private final HttpHandler handler;
  private @Nullable HttpListener listener;

  private EndpointProxy(Builder builder) {
    this.listen = builder.listen;
    this.tls = builder.tls;
    this.disk =
        builder.stateDir == null ? null : SystemScheduler.start("unitgrid-endpoint-proxy-disk", 1);
    this.cache = cache(builder, disk);
    HttpHandler rest = PassThrough.to(builder.upstream, builder.scheduler, builder.metrics);
    HttpHandler serving = new ServingHandler(kinds(cache), builder.node, cache.serving(), rest);
    this.handler = new Probes(cache::state, builder.companion, builder.metricsPage, serving);
  }

  /**
   * A proxy for the clients of {@code node}, still to be built.
   *
   * @param transport how it reads the API server, with its own, read-only credentials
   * @param upstream where it passes through what it does not serve
   * @param scheduler its threads and clock; not closed
   */
  public static Builder builder(
      String node, ApiTransport transport, Upstream upstream, Scheduler scheduler) {
    return new Builder(node, transport, upstream, scheduler);
  }

  /**
   * Reads the snapshot if there is one, and listens. To be called once.
   *
   * @throws RuntimeException if it cannot listen; it is closed then
   */
  public synchronized void start() {
    if (!listen.getAddress().isLoopbackAddress()) {
      LOG.warn("Listening on {}: whoever reaches it reads Services and endpoints there", listen);
    }
    try {
      listener = listener();
      cache.start();
    } catch (RuntimeException refused) {
      close();
      throw refused;
    }
  }

  private HttpListener listener() {
    String name = "unitgrid-endpoint-proxy";
    return tls == null
        ? HttpListener.start(name, listen, HttpLimits.USUAL, handler)
        : HttpListener.startTls(name, listen, tls, HttpLimits.USUAL, handler);
  }

  /**
   * Where it listens: with the port that was found if 0 was asked for.
   *
   * @throws IllegalStateException if it does not
   */
  public synchronized InetSocketAddress address() {
    if (listener == null) {
      throw new IllegalStateException("it does not listen");
    }
    return listener.address();
  }

  /** How it is. */
  public CacheState state() {
    return cache.state();
  }

  /** Ends all connections, writes the snapshot, and stops its threads. */
  @Override
  public synchronized void close() {
    if (listener != null) {
      listener.close();
      listener = null;
    }
    cache.close();
    if (disk != null) {
      disk.close();
    }
  }

  private static Map<ServedResource, ServedKind> kinds(NodeCache cache) {
    Map<ServedResource, ServedKind> kinds = new EnumMap<>(ServedResource.class);
    for (ServedResource resource : ServedResource.values()) {
      kinds.put(resource, cache.kind(resource));
    }
    return kinds;
  }

  private static NodeCache cache(Builder builder, @Nullable SystemScheduler disk) {
    NodeCache.Builder cache =
        NodeCache.builder(builder.node, builder.transport, builder.scheduler, new Random())
            .metrics(builder.metrics);
    if (builder.taps != null) {
      cache.taps(builder.taps);
    }
    if (builder.stateDir != null && disk != null) {
      SnapshotFile file = new SnapshotFile(Disk.system(), builder.stateDir, builder.metrics);
      cache.snapshot(file, disk::execute);
    }
    return cache.build();
  }

  /** A proxy to be built. */
  public static final class Builder {
    private final String node;
    private final ApiTransport transport;
    private final Upstream upstream;
    private final Scheduler scheduler;
    private InetSocketAddress listen = DEFAULT_ADDRESS;
    private @Nullable SSLContext tls;
    private @Nullable Path stateDir;
    private Metrics metrics = Metrics.NOOP;
    private @Nullable Supplier<String> metricsPage;
    private @Nullable Taps taps;
    private Supplier<List<String>> companion = List::of;

    private Builder(String node, ApiTransport transport, Upstream upstream, Scheduler scheduler) {
      this.node = node;
      this.transport = transport;
      this.upstream = upstream;
      this.scheduler = scheduler;
    }

    /**
     * Where it listens; {@link #DEFAULT_ADDRESS} by default. Whoever reaches it reads Services and
     * endpoints there, with TLS or without: keep to loopback.
     */
    public Builder listen(InetSocketAddress address) {
      this.listen = address;
      return this;
    }

    /**
     * Listens with TLS only, for clients that send their credentials no other way, as those do that
     * are written with client-go. Without it, it listens without.
     *
     * @param context the certificate that it shows; certificates of clients are not asked for
     */
    public Builder tls(SSLContext context) {
      this.tls = context;
      return this;
    }

    /** The folder of its snapshot, by which it survives a restart without the API server. */
    public Builder stateDir(Path folder) {
      this.stateDir = folder;
      return this;
    }

    /** Where it counts. */
    public Builder metrics(Metrics metrics) {
      this.metrics = metrics;
      return this;
    }

    /** What it answers on {@code /metrics}, in Prometheus' text format. */
    public Builder metricsPage(Supplier<String> page) {
      this.metricsPage = page;
      return this;
    }

    /**
     * Another agent in this process that reads the same feeds.
     *
     * @param problems sentences for {@code /readyz}; they do not make the proxy unready, for its
     *     own clients do not need the other agent
     */
    public Builder companion(Taps taps, Supplier<List<String>> problems) {
      this.taps = taps;
      this.companion = problems;
      return this;
    }

    /** The proxy, not started. */
    public EndpointProxy build() {
      return new EndpointProxy(this);
    }
  }
}

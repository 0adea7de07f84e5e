/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.passthrough;

import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.time.Scheduler;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.SameThreadExecutor;
import java.net.InetSocketAddress;

/**
 * Passes requests to the API server and its answers back, both as streams: what arrives is sent on
 * at once, nothing is kept. Path, query and body go byte for byte; connections that are upgraded
 * (exec, attach, port-forward) become tunnels. The client's credentials go with its request; a
 * client without any is anonymous there too. While the API server cannot be reached, the answer is
 * its own 503 with Retry-After, after some seconds at most. Thread-safe; for HTTP/1.1 listeners.
 *
 * <p>The API server decodes paths before it looks at them: whoever serves some paths here must
 * decide by the decoded path too, or {@code /api/v1/%73ervices} gets past.
 */
public final class PassThrough implements HttpHandler {
  private final Upstream upstream;
  private final UpstreamConnections connections;
  private final PassLimits limits;
  private final PassReport report;

  PassThrough(Upstream upstream, Scheduler scheduler, Metrics metrics, PassLimits limits) {
    this.upstream = upstream;
    this.connections = new UpstreamConnections(upstream, scheduler, limits);
    this.limits = limits;
    this.report = new PassReport(upstream, metrics);
  }

  /**
   * A handler that passes everything to {@code upstream}.
   *
   * @param scheduler for its clock
   */
  public static PassThrough to(Upstream upstream, Scheduler scheduler, Metrics metrics) {
    return new PassThrough(upstream, scheduler, metrics, PassLimits.USUAL);
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    if (exchange.isInIoThread()) {
      exchange.dispatch(SameThreadExecutor.INSTANCE, () -> pass(exchange));
    } else {
      exchange.dispatch(exchange.getIoThread(), () -> pass(exchange));
    }
  }

  private void pass(HttpServerExchange exchange) {
    Forwarding forwarding = Forwarding.of(head(exchange), upstream);
    if (forwarding instanceof Forwarding.Refuse refuse) {
      refuse.refusal().answer(exchange);
    } else if (forwarding instanceof Forwarding.Forward forward) {
      // The API server has its own limit, and pods behind its proxy have theirs.
      exchange.setMaxEntitySize(-1);
      new Relay(exchange, forward.request(), connections, limits, report).start();
    }
  }

  private static Forwarding.Head head(HttpServerExchange exchange) {
    InetSocketAddress client = exchange.getConnection().getPeerAddress(InetSocketAddress.class);
    return new Forwarding.Head(
        exchange.getRequestMethod(),
        exchange.getRequestURI(),
        exchange.isHostIncludedInRequestURI(),
        exchange.getQueryString(),
        exchange.getRequestHeaders(),
        client.getAddress().getHostAddress());
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.passthrough;

import dev.unitgrid.node.NodeMetrics;
import dev.unitgrid.runtime.metrics.Metrics;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells operators when the API server goes and comes back, and counts. Thread-safe. */
final class PassReport {
  private static final Logger LOG = LoggerFactory.getLogger(PassThrough.class);

  private final Upstream upstream;
  private final Metrics metrics;
  private final AtomicBoolean gone = new AtomicBoolean();

  PassReport(Upstream upstream, Metrics metrics) {
    this.upstream = upstream;
    this.metrics = metrics;
  }

  void answered(int code) {
    metrics.count(NodeMetrics.PASSED, NodeMetrics.TAG_CODE, Integer.toString(code));
    if (gone.compareAndSet(true, false)) {
      LOG.info("The API server {} answers again", upstream);
    }
  }

  /** Returns the sentence for the client. */
  String failed(Exception failure) {
    metrics.count(NodeMetrics.PASS_FAILURES);
    String cause = cause(failure);
    String sentence = "The API server " + upstream + " does not answer: " + cause;
    if (gone.compareAndSet(false, true)) {
      LOG.warn("{}; what is not served here is answered with 503 until it does", sentence);
    }
    LOG.debug("A request was not passed on", failure);
    return sentence;
  }

  private String cause(Exception failure) {
    if (failure instanceof UnknownHostException) {
      return "its name has no address";
    }
    if (failure.getMessage() != null) {
      return failure.getMessage();
    }
    // Undertow closes the connection for a certificate that is refused, and does not say why.
    return upstream.tls().isPresent()
        ? "the connection ended; perhaps its certificate is not of the kubeconfig's CA, or not of"
            + " this host"
        : "the connection ended";
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.passthrough;

import io.undertow.client.ClientCallback;
import io.undertow.client.ClientConnection;
import io.undertow.client.ClientExchange;
import io.undertow.client.ClientRequest;
import io.undertow.client.ClientResponse;
import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpAttachments;
import io.undertow.server.protocol.http.HttpContinue;
import io.undertow.util.Attachable;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import io.undertow.util.Transfer;
import io.undertow.util.WorkerUtils;
import java.io.IOException;
import java.nio.channels.Channel;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelExceptionHandler;
import org.xnio.ChannelListener;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.channels.StreamSourceChannel;

/**
 * One request on its way to the API server, and the answer on its way back. Lives on the I/O thread
 * of the client's connection, which the connection to the API server shares.
 */
final class Relay implements UpstreamConnections.Taker {
  private final HttpServerExchange exchange;
  private final ClientRequest request;
  private final UpstreamConnections connections;
  private final PassLimits limits;
  private final PassReport report;
  private @Nullable ClientConnection connection;
  private final boolean bodiless;
  private boolean reused;
  private boolean answered;
  private boolean requestSent;
  private XnioExecutor.@Nullable Key deadline;

  Relay(
      HttpServerExchange exchange,
      ClientRequest request,
      UpstreamConnections connections,
      PassLimits limits,
      PassReport report) {
    this.exchange = exchange;
    this.request = request;
    this.connections = connections;
    this.limits = limits;
    this.report = report;
    this.bodiless = exchange.isRequestComplete();
  }

  void start() {
    connections.take(exchange, this);
  }

  @Override
  public void connected(ClientConnection connected, boolean wasUsed) {
    connection = connected;
    reused = wasUsed;
    if (HttpContinue.requiresContinueResponse(exchange)) {
      HttpContinue.sendContinueResponse(exchange, new AfterContinue());
    } else {
      send();
    }
  }

  private final class AfterContinue implements IoCallback {
    @Override
    public void onComplete(HttpServerExchange same, Sender sender) {
      send();
    }

    @Override
    public void onException(HttpServerExchange same, Sender sender, IOException gone) {
      IoUtils.safeClose(exchange.getConnection());
    }
  }

  private void send() {
    ClientConnection open = Objects.requireNonNull(connection);
    open.sendRequest(request, callback(this::sent));
  }

  private void sent(ClientExchange result) {
    result.setResponseListener(callback(this::answer));
    StreamSinkChannel out = result.getRequestChannel();
    if (exchange.isRequestComplete()) {
      finishRequest(out, result);
      return;
    }
    StreamSourceChannel in = exchange.getRequestChannel();
    if (request.getRequestHeaders().contains(Headers.TRANSFER_ENCODING) && !flush(out)) {
      return;
    }
    transfer(in, out, sink -> finishRequest(sink, result));
  }

  private void finishRequest(StreamSinkChannel out, ClientExchange result) {
    copyTrailers(exchange, result);
    if (!finish(out)) {
      return;
    }
    requestSent = true;
    if (!answered) {
      deadline =
          WorkerUtils.executeAfter(
              exchange.getIoThread(),
              () -> fail(new IOException("no answer in " + limits.answer().toSeconds() + " s")),
              limits.answer().toMillis(),
              TimeUnit.MILLISECONDS);
    }
  }

  private void answer(ClientExchange result) {
    answered = true;
    cancelDeadline();
    ClientResponse response = result.getResponse();
    report.answered(response.getResponseCode());
    EndToEnd.copy(response.getResponseHeaders(), exchange.getResponseHeaders());
    exchange.setStatusCode(response.getResponseCode());
    if (response.getResponseCode() == StatusCodes.SWITCHING_PROTOCOLS && !upgrade(result)) {
      return;
    }
    StreamSourceChannel in = result.getResponseChannel();
    StreamSinkChannel out = exchange.getResponseChannel();
    boolean stream = !response.getResponseHeaders().contains(Headers.CONTENT_LENGTH);
    // The head of a stream goes at once: a watch may have nothing to tell for minutes.
    if (stream && !flush(out)) {
      return;
    }
    transfer(in, out, sink -> finishAnswer(sink, result));
    if (stream && !exchange.isUpgrade() && !exchange.isResponseComplete()) {
      new Leaving(exchange).watch();
    }
  }

  private boolean upgrade(ClientExchange result) {
    HeaderMap headers = result.getResponse().getResponseHeaders();
    if (!EndToEnd.isUpgrade(request.getRequestHeaders()) || !EndToEnd.isUpgrade(headers)) {
      UpstreamConnections.abort(connection);
      IoUtils.safeClose(exchange.getConnection());
      return false;
    }
    exchange
        .getResponseHeaders()
        .putAll(Headers.UPGRADE, Objects.requireNonNull(headers.get(Headers.UPGRADE)));
    exchange.upgradeChannel((client, upgraded) -> Tunnel.between(client, result.getConnection()));
    return true;
  }

  private void finishAnswer(StreamSinkChannel out, ClientExchange result) {
    copyTrailers(result, exchange);
    if (requestSent) {
      connections.keep(exchange);
    } else {
      // An answer before the end of the request: what is still to come must not be taken for the
      // next request.
      UpstreamConnections.abort(connection);
    }
    finish(out);
  }

  /** Where Undertow puts the trailers that it read, and where it takes those that it writes. */
  private static void copyTrailers(Attachable from, Attachable to) {
    HeaderMap trailers = from.getAttachment(HttpAttachments.REQUEST_TRAILERS);
    if (trailers != null) {
      to.putAttachment(HttpAttachments.RESPONSE_TRAILERS, trailers);
    }
  }

  private boolean finish(StreamSinkChannel out) {
    try {
      out.shutdownWrites();
    } catch (IOException gone) {
      fail(gone);
      return false;
    }
    return flush(out);
  }

  /** Sends what is buffered, later if it must be; false if the other side is gone. */
  private boolean flush(StreamSinkChannel out) {
    try {
      if (!out.flush()) {
        out.getWriteSetter().set(ChannelListeners.flushingChannelListener(null, onFailure()));
        out.resumeWrites();
      }
      return true;
    } catch (IOException gone) {
      fail(gone);
      return false;
    }
  }

  private void transfer(
      StreamSourceChannel in, StreamSinkChannel out, ChannelListener<StreamSinkChannel> whole) {
    Transfer.initiateTransfer(
        in,
        out,
        ChannelListeners.closingChannelListener(),
        whole,
        onFailure(),
        onFailure(),
        exchange.getConnection().getByteBufferPool());
  }

  private <C extends Channel> ChannelExceptionHandler<C> onFailure() {
    ClientConnection attempt = connection;
    return (channel, failure) -> fail(attempt, failure);
  }

  private ClientCallback<ClientExchange> callback(Consumer<ClientExchange> next) {
    ClientConnection attempt = connection;
    return new ClientCallback<>() {
      @Override
      public void completed(ClientExchange result) {
        next.accept(result);
      }

      @Override
      public void failed(IOException failure) {
        fail(attempt, failure);
      }
    };
  }

  /** Of an attempt that was given up, several channels may tell that it failed. */
  private void fail(@Nullable ClientConnection attempt, IOException failure) {
    if (attempt == connection) {
      fail(failure);
    }
  }

  @Override
  public void failed(IOException failure) {
    fail(failure);
  }

  private void fail(IOException failure) {
    cancelDeadline();
    ClientConnection attempt = connection;
    // Before the end of the attempt, which tells its callbacks that they failed.
    connection = null;
    UpstreamConnections.abort(attempt);
    if (answered || exchange.isResponseStarted()) {
      // An answer that stops in its middle must not look whole.
      IoUtils.safeClose(exchange.getConnection());
      return;
    }
    if (mayRepeat()) {
      reused = false;
      requestSent = false;
      connections.open(exchange, this);
      return;
    }
    answered = true;
    Refusal.unavailable(report.failed(failure)).answer(exchange);
  }

  /** A kept connection may have died unnoticed; what changes nothing is asked once more. */
  private boolean mayRepeat() {
    boolean reads =
        request.getMethod().equals(Methods.GET) || request.getMethod().equals(Methods.HEAD);
    return reused && reads && bodiless;
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.remove();
      deadline = null;
    }
  }
}

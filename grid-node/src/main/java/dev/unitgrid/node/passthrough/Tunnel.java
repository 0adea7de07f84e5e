/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.passthrough;

import io.undertow.client.ClientConnection;
import io.undertow.connector.ByteBufferPool;
import io.undertow.util.Transfer;
import java.io.IOException;
import java.nio.channels.Channel;
import org.xnio.ChannelExceptionHandler;
import org.xnio.ChannelListener;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.channels.StreamSourceChannel;

/**
 * Bytes both ways between a client and the API server after both agreed to speak another protocol.
 * When one side ends, the other gets what is on its way, and both are closed, as the API server's
 * own proxy does: these protocols end their streams by their own frames.
 */
final class Tunnel {
  private final StreamConnection client;
  private final StreamConnection server;
  private final ByteBufferPool buffers;

  private Tunnel(StreamConnection client, StreamConnection server, ByteBufferPool buffers) {
    this.client = client;
    this.server = server;
    this.buffers = buffers;
  }

  static void between(StreamConnection client, ClientConnection upstream) {
    StreamConnection server;
    try {
      server = upstream.performUpgrade();
    } catch (IOException gone) {
      IoUtils.safeClose(client);
      IoUtils.safeClose(upstream);
      return;
    }
    Tunnel tunnel = new Tunnel(client, server, upstream.getBufferPool());
    client.getCloseSetter().set(closed -> IoUtils.safeClose(server));
    tunnel.carry(server.getSourceChannel(), client.getSinkChannel());
    tunnel.carry(client.getSourceChannel(), server.getSinkChannel());
  }

  private void carry(StreamSourceChannel in, StreamSinkChannel out) {
    ChannelExceptionHandler<Channel> onFailure = (channel, failure) -> close();
    Transfer.initiateTransfer(
        in, out, ChannelListeners.nullChannelListener(), this::end, onFailure, onFailure, buffers);
  }

  private void end(StreamSinkChannel out) {
    ChannelListener<StreamSinkChannel> closing = sink -> close();
    try {
      out.shutdownWrites();
      if (out.flush()) {
        close();
      } else {
        out.getWriteSetter()
            .set(ChannelListeners.flushingChannelListener(closing, (sink, failure) -> close()));
        out.resumeWrites();
      }
    } catch (IOException gone) {
      close();
    }
  }

  private void close() {
    IoUtils.safeClose(client);
    IoUtils.safeClose(server);
  }
}

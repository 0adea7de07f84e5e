/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.passthrough;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import org.xnio.IoUtils;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * Notices that a client leaves while it is being answered: a watch on a quiet kind would live on at
 * the API server otherwise, for nobody, until there is something to write.
 */
final class Leaving {
  private final HttpServerExchange exchange;

  Leaving(HttpServerExchange exchange) {
    this.exchange = exchange;
  }

  void watch() {
    if (exchange.isRequestComplete()
        && exchange.getConnection() instanceof HttpServerConnection connection) {
      ConduitStreamSourceChannel in = connection.getChannel().getSourceChannel();
      in.setReadListener(source -> read(connection, source));
      in.resumeReads();
    }
  }

  private static void read(HttpServerConnection connection, ConduitStreamSourceChannel in) {
    PooledByteBuffer buffer = connection.getByteBufferPool().allocate();
    boolean kept = false;
    try {
      int count = in.read(buffer.getBuffer());
      if (count < 0) {
        // Its close listeners end the connection to the API server.
        IoUtils.safeClose(connection);
      } else if (count > 0) {
        // The next request came early; it waits for its turn.
        in.suspendReads();
        buffer.getBuffer().flip();
        connection.ungetRequestBytes(buffer);
        kept = true;
      }
    } catch (IOException gone) {
      IoUtils.safeClose(connection);
    } finally {
      if (!kept) {
        buffer.close();
      }
    }
  }
}

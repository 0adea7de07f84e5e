/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.ServerConnection;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.xnio.IoUtils;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * Notices when the client of a watch goes away: nothing may be written to it for hours, and a write
 * alone would tell. The connection serves no other request afterwards.
 */
final class Departure {
  private Departure() {}

  static void watch(HttpServerExchange exchange) {
    ServerConnection connection = exchange.getConnection();
    if (connection instanceof HttpServerConnection http) {
      exchange.setPersistent(false);
      ConduitStreamSourceChannel source = http.getChannel().getSourceChannel();
      source.setReadListener(readable -> read(readable, connection));
      source.resumeReads();
    }
  }

  private static void read(ConduitStreamSourceChannel source, ServerConnection connection) {
    try {
      if (source.read(ByteBuffer.allocate(1)) == 0) {
        return;
      }
    } catch (IOException broken) {
      IoUtils.safeClose(source);
    }
    // It ended, or says something where there is nothing to be said.
    IoUtils.safeClose(connection);
  }
}

/**
 * Everything that a node agent does not serve itself goes to the one API server, and to no other
 * host: as the client wrote it, with the client's credentials or none.
 *
 * <pre>{@code
 * Upstream upstream = Upstream.of(URI.create("https://10.0.0.1:6443"), trustedByKubeconfig);
 * HttpHandler rest = PassThrough.to(upstream, scheduler, metrics);
 * Undertow.builder()
 *     .addHttpListener(51006, "127.0.0.1")
 *     .setHandler(exchange -> (servedHere(exchange) ? own : rest).handleRequest(exchange));
 * }</pre>
 */
@NullMarked
package dev.unitgrid.node.passthrough;

import org.jspecify.annotations.NullMarked;

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The HTTP side of what a node serves: which requests it answers itself, in which form, and how
 * answers go out without a thread for each client.
 *
 * <pre>{@code
 * var handler = new ServingHandler(kinds, "bj-1", serving, passThrough);
 * var address = new InetSocketAddress("127.0.0.1", 51006);
 * try (var listener = HttpListener.start("endpoint-proxy", address, HttpLimits.USUAL, handler)) {
 *   listener.address(); // kube-proxy --master=http://127.0.0.1:51006
 * }
 * }</pre>
 */
@NullMarked
package dev.unitgrid.node.http;

import org.jspecify.annotations.NullMarked;

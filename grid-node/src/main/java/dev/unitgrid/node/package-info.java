/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The node side: what a node's clients are served instead of the API server's own answers.
 *
 * <pre>{@code
 * EndpointProxy proxy =
 *     EndpointProxy.builder("bj-1", transport, Upstream.of(apiServer, trusted), scheduler)
 *         .listen(new InetSocketAddress("127.0.0.1", 51006))
 *         .stateDir(Path.of("/var/lib/unitgrid"))
 *         .metrics(metrics)
 *         .build();
 * proxy.start();            // kube-proxy --master http://127.0.0.1:51006
 * proxy.state().problems(); // sentences for people
 * proxy.close();
 * }</pre>
 */
@NullMarked
package dev.unitgrid.node;

import org.jspecify.annotations.NullMarked;

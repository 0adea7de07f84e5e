/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The one seam to a Kubernetes API server, at the level of bytes: send a request, open a watch of
 * frames. Never blocking.
 *
 * <pre>{@code
 * ApiRequest list = ApiRequest.get("/api/v1/nodes").query("limit", "500");
 * transport.send(list).thenAccept(response -> response.status());
 * Watch watch = transport.watch(list.query("watch", "true"), listener);
 * watch.close();
 * }</pre>
 */
@NullMarked
package dev.unitgrid.runtime.transport;

import org.jspecify.annotations.NullMarked;

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.testkit.internal.access.Identity;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.Config;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The ways in: in process, and over HTTP once somebody asks for it. Thread-safe. */
final class Doors implements AutoCloseable {
  private final Front front;
  private final Scheduler scheduler;
  private final Latency latency;
  private final AtomicReference<@Nullable HttpDoor> http = new AtomicReference<>();

  Doors(Front front, Scheduler scheduler, Latency latency) {
    this.front = front;
    this.scheduler = scheduler;
    this.latency = latency;
  }

  Front front() {
    return front;
  }

  ApiTransport transport(String user) {
    Identity who =
        user.equals(EmbeddedApiServer.ADMIN) ? Identity.master(user) : Identity.named(user);
    return new InProcessTransport(front, scheduler, latency, who);
  }

  ApiClient apiClient(String user) {
    ApiClient client = Config.fromToken(url(), user, false);
    client.setReadTimeout(0);
    return client;
  }

  String kubeconfig(String user) {
    return Kubeconfigs.plain(url(), user);
  }

  String url() {
    synchronized (http) {
      HttpDoor door = http.get();
      if (door == null) {
        door = HttpDoor.open(front);
        http.set(door);
      }
      return door.url();
    }
  }

  @Override
  public void close() {
    HttpDoor door = http.getAndSet(null);
    if (door != null) {
      door.close();
    }
  }
}

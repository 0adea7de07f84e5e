/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.testkit.internal.api.ApiServer;
import dev.unitgrid.testkit.internal.cluster.Controllers;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.Config;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The in-memory API server and the cluster around it, with two doors: in process and HTTP on a
 * loopback port. What it does not do it refuses with a {@code Status} and a sentence. Thread-safe.
 */
public final class EmbeddedApiServer implements AutoCloseable {
  /** Who asks in process, and over HTTP without a token: may do everything. */
  public static final String ADMIN = "admin";

  private static final long SEED = 42;

  private final Scheduler scheduler;
  private final Latency latency;
  private final Runnable closeScheduler;
  private final ApiServer server;
  private final Controllers controllers;
  private final Front front;
  private final AtomicReference<@Nullable HttpDoor> http = new AtomicReference<>();

  EmbeddedApiServer(Scheduler scheduler, Latency latency, long seed, Runnable closeScheduler) {
    this.scheduler = scheduler;
    this.latency = latency;
    this.closeScheduler = closeScheduler;
    this.server = new ApiServer(scheduler, new Random(seed));
    this.controllers = new Controllers(server, scheduler);
    this.front = new Front(server, scheduler);
  }

  /** A server in real time, with two daemon threads. */
  public static EmbeddedApiServer start() {
    SystemScheduler scheduler = SystemScheduler.start("unitgrid-testkit", 2);
    return new EmbeddedApiServer(scheduler, Latency.NONE, SEED, scheduler::close);
  }

  /** The door in process, as {@link #ADMIN}. */
  public ApiTransport transport() {
    return transport(ADMIN);
  }

  /** The door in process, as {@code user}: the request log and the fault rules tell them apart. */
  public ApiTransport transport(String user) {
    return new InProcessTransport(front, scheduler, latency, user);
  }

  /** A new client of the HTTP door, as {@link #ADMIN}. Opens the door on first use. */
  public ApiClient apiClient() {
    ApiClient client = Config.fromToken(url(), ADMIN, false);
    client.setReadTimeout(0);
    return client;
  }

  /** A kubeconfig of the HTTP door, as {@link #ADMIN}. Opens the door on first use. */
  public String kubeconfig() {
    return Kubeconfigs.plain(url(), ADMIN);
  }

  /** The URL of the HTTP door. Opens it on first use. */
  public String url() {
    return door().url();
  }

  private HttpDoor door() {
    synchronized (http) {
      HttpDoor door = http.get();
      if (door == null) {
        door = HttpDoor.open(front);
        http.set(door);
      }
      return door;
    }
  }

  /** What goes wrong. */
  public Faults faults() {
    return front.faults();
  }

  /** What was asked so far, oldest first; without what {@link Cluster} does itself. */
  public List<RecordedRequest> requests() {
    return front.requests();
  }

  /** Begins the request log anew. */
  public void forgetRequests() {
    front.forgetRequests();
  }

  /** Forgets history: watches and pages of lists from before are answered with 410. */
  public void compact() {
    server.compact();
  }

  /** Sends a bookmark on every watch that allows them; otherwise they come each minute. */
  public void bookmark() {
    server.bookmark();
  }

  /** Ends all watches and connections, as a server does that stops and starts again. */
  public void restart() {
    server.endWatches();
  }

  /** How many watches are open. */
  public int openWatches() {
    return server.openWatches();
  }

  /** Stops the simulated controllers, or lets them go on: workloads stay as they are meanwhile. */
  public void pauseControllers(boolean pause) {
    controllers.pause(pause);
  }

  ApiServer server() {
    return server;
  }

  List<String> problems() {
    return controllers.problems();
  }

  boolean controllersAreIdle() {
    return controllers.isIdle();
  }

  /** Ends watches, closes the doors; leaves no thread. */
  @Override
  public void close() {
    server.endWatches();
    HttpDoor door = http.getAndSet(null);
    if (door != null) {
      door.close();
    }
    closeScheduler.run();
  }
}

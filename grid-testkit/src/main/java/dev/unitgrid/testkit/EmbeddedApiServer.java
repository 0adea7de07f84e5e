/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.testkit.internal.access.Identity;
import dev.unitgrid.testkit.internal.api.ApiServer;
import dev.unitgrid.testkit.internal.cluster.ClusterNames;
import dev.unitgrid.testkit.internal.cluster.Controllers;
import io.kubernetes.client.openapi.ApiClient;
import java.util.List;
import java.util.Random;

/**
 * The in-memory API server and the cluster around it, with two doors: in process and HTTP on a
 * loopback port. What it does not do it refuses with a {@code Status} and a sentence. Thread-safe.
 */
public final class EmbeddedApiServer implements AutoCloseable {
  /** Who asks in process, and over HTTP without a token: may do everything. */
  public static final String ADMIN = "admin";

  private static final long SEED = 42;

  private final Runnable closeScheduler;
  private final ApiServer server;
  private final Controllers controllers;
  private final Access access;
  private final Doors doors;
  private final Admission admission;

  EmbeddedApiServer(Scheduler scheduler, Latency latency, long seed, Runnable closeScheduler) {
    this.closeScheduler = closeScheduler;
    this.server = new ApiServer(scheduler, new Random(seed));
    this.controllers = new Controllers(server, scheduler);
    Front front = new Front(new EmbeddedUpstream(server), scheduler);
    this.doors = new Doors(front, scheduler, latency);
    this.admission = new Admission(front.names());
    server.admitWith(admission.internal());
    this.access = new Access(new Opened(server));
  }

  /** A server in real time, with two daemon threads. */
  public static EmbeddedApiServer start() {
    SystemScheduler scheduler = SystemScheduler.start("unitgrid-testkit", 2);
    return new EmbeddedApiServer(scheduler, Latency.NONE, SEED, scheduler::close);
  }

  /** The gate of the server. */
  private record Opened(ApiServer server) implements Access.Lock {
    @Override
    public void enforce() {
      server.locked(
          () -> {
            server.gate().enforce();
            return this;
          });
    }

    @Override
    public void add(String token, Identity who) {
      server.locked(
          () -> {
            server.gate().tokens().add(token, who);
            return token;
          });
    }
  }

  /** The door in process, as {@link #ADMIN}. */
  public ApiTransport transport() {
    return transport(ADMIN);
  }

  /**
   * The door in process, as {@code user}: the request log and the fault rules tell them apart.
   * Where RBAC objects are enforced, they say what this user may do; {@code
   * system:serviceaccount:NS:NAME} has the groups of a ServiceAccount.
   */
  public ApiTransport transport(String user) {
    return doors.transport(user);
  }

  /** Who is let in by which token, and whether RBAC objects are enforced. */
  public Access access() {
    return access;
  }

  /** A new client of the HTTP door, as {@link #ADMIN}. Opens the door on first use. */
  public ApiClient apiClient() {
    return doors.apiClient(ADMIN);
  }

  /** A kubeconfig of the HTTP door, as {@link #ADMIN}. Opens the door on first use. */
  public String kubeconfig() {
    return doors.kubeconfig(ADMIN);
  }

  /** The URL of the HTTP door. Opens it on first use. */
  public String url() {
    return doors.url();
  }

  /** What goes wrong. */
  public Faults faults() {
    return doors.front().faults();
  }

  /** What sees each write before it is stored. */
  public Admission admission() {
    return admission;
  }

  /** The cluster around the server: its parts, images, nodes that fail, names. */
  public Surroundings around() {
    return new Surroundings(controllers, new ClusterNames(server));
  }

  /** What was asked so far, oldest first; without what {@link Cluster} does itself. */
  public List<RecordedRequest> requests() {
    return doors.front().requests();
  }

  /** Begins the request log anew. */
  public void forgetRequests() {
    doors.front().forgetRequests();
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

  Backend backend() {
    return new EmbeddedBackend(this, doors, controllers);
  }

  /** Ends watches, closes the doors; leaves no thread. */
  @Override
  public void close() {
    server.endWatches();
    doors.close();
    closeScheduler.run();
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.testkit.controlplane.ControlPlane;
import dev.unitgrid.testkit.controlplane.Part;
import dev.unitgrid.testkit.internal.access.Identity;
import dev.unitgrid.testkit.internal.api.Call;
import io.kubernetes.client.openapi.ApiClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * etcd and kube-apiserver, with as much of a cluster around them as there are programs for, behind
 * the same log, faults and users as the embedded server. Thread-safe.
 */
final class RealBackend implements Backend {
  private final ControlPlane plane;
  private final SystemScheduler scheduler = SystemScheduler.start("unitgrid-testkit", 2);
  private final Map<Identity, ApiClientTransport> transports = new ConcurrentHashMap<>();
  private final RealUsers users = new RealUsers(this::transport);
  private final RealUpstream upstream = new RealUpstream(users);
  private final Access access = new Access(users);
  private final Doors doors = new Doors(new Front(upstream, scheduler), scheduler, Latency.NONE);

  private RealBackend(ControlPlane plane) {
    this.plane = plane;
  }

  static RealBackend start(Path assets) {
    ControlPlane.Builder builder = ControlPlane.builder(assets);
    for (Part part : List.of(Part.KUBE_CONTROLLER_MANAGER, Part.KUBE_SCHEDULER, Part.KWOK)) {
      if (!Files.isExecutable(assets.resolve(part.program()))) {
        builder.without(part);
      }
    }
    return new RealBackend(builder.start());
  }

  private ApiTransport transport(Identity who) {
    return transports.computeIfAbsent(who, this::open);
  }

  private ApiClientTransport open(Identity who) {
    ApiClient client = plane.apiClient();
    if (!who.user().equals(EmbeddedApiServer.ADMIN)) {
      impersonate(client, who);
    }
    return ApiClientTransport.on(client, scheduler);
  }

  /** A client's default headers have one value each; groups are several. */
  private static void impersonate(ApiClient client, Identity who) {
    client.setHttpClient(
        client
            .getHttpClient()
            .newBuilder()
            .addInterceptor(
                chain -> {
                  var request = chain.request().newBuilder();
                  request.header("Impersonate-User", who.user());
                  who.groups().forEach(group -> request.addHeader("Impersonate-Group", group));
                  return chain.proceed(request.build());
                })
            .build());
  }

  @Override
  public Access access() {
    return access;
  }

  @Override
  public Doors doors() {
    return doors;
  }

  @Override
  public ApiResponse answer(Call call) {
    try {
      return upstream.answer(call, -1).join();
    } catch (CompletionException failed) {
      throw new IllegalStateException(
          call.method() + " " + call.path() + " was not answered", failed.getCause());
    }
  }

  @Override
  public void restart() {
    plane.restart(Part.KUBE_APISERVER);
  }

  @Override
  public void compact() {
    plane.compact();
  }

  @Override
  public boolean isIdle() {
    throw new UnsupportedOperationException("nobody knows when a real control plane is idle");
  }

  @Override
  public List<String> problems() {
    return List.of();
  }

  @Override
  public Map<String, String> nodeAnnotations() {
    return Map.of("kwok.x-k8s.io/node", "fake", "node.alpha.kubernetes.io/ttl", "0");
  }

  @Override
  public EmbeddedApiServer embedded() {
    throw new UnsupportedOperationException(
        "behind this cluster is a real control plane: it has no parts to switch, no admission hooks"
            + " and no embedded server; TestCluster.isReal() tells");
  }

  @Override
  public void close() {
    doors.close();
    transports.values().forEach(ApiClientTransport::close);
    scheduler.close();
    plane.close();
  }
}

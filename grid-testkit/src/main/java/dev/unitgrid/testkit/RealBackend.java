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
 * the same log and faults as the embedded server. Other users than the administrator are
 * impersonated. Thread-safe.
 */
final class RealBackend implements Backend {
  private final ControlPlane plane;
  private final SystemScheduler scheduler = SystemScheduler.start("unitgrid-testkit", 2);
  private final Map<String, ApiClientTransport> transports = new ConcurrentHashMap<>();
  private final RealUpstream upstream = new RealUpstream(this::transport);
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

  private ApiTransport transport(String user) {
    return transports.computeIfAbsent(user, this::open);
  }

  private ApiClientTransport open(String user) {
    ApiClient client = plane.apiClient();
    if (!user.equals(EmbeddedApiServer.ADMIN)) {
      client.addDefaultHeader("Impersonate-User", user);
    }
    return ApiClientTransport.on(client, scheduler);
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
    throw new UnsupportedOperationException("behind this cluster is a real kube-apiserver");
  }

  @Override
  public void close() {
    doors.close();
    transports.values().forEach(ApiClientTransport::close);
    scheduler.close();
    plane.close();
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.clients;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** fabric8's informer of slices: what its events say is there. */
final class Fabric8Informer implements AutoCloseable, ResourceEventHandler<EndpointSlice> {
  private final KubernetesClient client;
  private final Map<String, String> slices = new ConcurrentHashMap<>();

  private Fabric8Informer(KubernetesClient client) {
    this.client = client;
  }

  static Fabric8Informer start(String url) {
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder()
                    .withAutoConfigure(false)
                    .withMasterUrl(url)
                    .withOauthToken("fabric8")
                    .withNamespace("default")
                    .withWatchReconnectInterval(50)
                    .build())
            .build();
    Fabric8Informer informer = new Fabric8Informer(client);
    client.discovery().v1().endpointSlices().inAnyNamespace().inform(informer);
    return informer;
  }

  /** The text of each slice. */
  Map<String, String> slices() {
    return new TreeMap<>(slices);
  }

  @Override
  public void onAdd(EndpointSlice slice) {
    slices.put(slice.getMetadata().getName(), text(slice));
  }

  private static String text(EndpointSlice slice) {
    StringBuilder text =
        new StringBuilder(
            slice.getMetadata().getLabels().getOrDefault("kubernetes.io/service-name", ""));
    if (slice.getEndpoints() != null) {
      for (Endpoint endpoint : slice.getEndpoints()) {
        Truth.line(
            text,
            endpoint.getAddresses().get(0),
            endpoint.getNodeName(),
            endpoint.getConditions().getReady());
      }
    }
    return text.toString();
  }

  @Override
  public void onUpdate(EndpointSlice before, EndpointSlice after) {
    onAdd(after);
  }

  @Override
  public void onDelete(EndpointSlice slice, boolean unknown) {
    slices.remove(slice.getMetadata().getName());
  }

  @Override
  public void close() {
    client.close();
  }
}

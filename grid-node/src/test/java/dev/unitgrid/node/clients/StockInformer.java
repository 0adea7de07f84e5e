/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.clients;

import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.apis.DiscoveryV1Api;
import io.kubernetes.client.openapi.models.V1Endpoint;
import io.kubernetes.client.openapi.models.V1EndpointSlice;
import io.kubernetes.client.openapi.models.V1EndpointSliceList;
import io.kubernetes.client.util.Config;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** client-java's informer of slices: what its events say is there. */
final class StockInformer implements AutoCloseable, ResourceEventHandler<V1EndpointSlice> {
  private final SharedInformerFactory factory;
  private final Map<String, String> slices = new ConcurrentHashMap<>();

  private StockInformer(SharedInformerFactory factory) {
    this.factory = factory;
  }

  static StockInformer start(String url) {
    ApiClient client = Config.fromToken(url, "stock", false);
    client.setReadTimeout(0);
    SharedInformerFactory factory = new SharedInformerFactory(client);
    DiscoveryV1Api api = new DiscoveryV1Api(client);
    StockInformer informer = new StockInformer(factory);
    factory
        .sharedIndexInformerFor(
            params ->
                api.listEndpointSliceForAllNamespaces()
                    .resourceVersion(params.resourceVersion)
                    .timeoutSeconds(params.timeoutSeconds)
                    .watch(params.watch)
                    .buildCall(null),
            V1EndpointSlice.class,
            V1EndpointSliceList.class)
        .addEventHandler(informer);
    factory.startAllRegisteredInformers();
    return informer;
  }

  /** The text of each slice. */
  Map<String, String> slices() {
    return new TreeMap<>(slices);
  }

  @Override
  public void onAdd(V1EndpointSlice slice) {
    slices.put(slice.getMetadata().getName(), text(slice));
  }

  private static String text(V1EndpointSlice slice) {
    StringBuilder text =
        new StringBuilder(
            slice.getMetadata().getLabels().getOrDefault("kubernetes.io/service-name", ""));
    if (slice.getEndpoints() != null) {
      for (V1Endpoint endpoint : slice.getEndpoints()) {
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
  public void onUpdate(V1EndpointSlice before, V1EndpointSlice after) {
    onAdd(after);
  }

  @Override
  public void onDelete(V1EndpointSlice slice, boolean unknown) {
    slices.remove(slice.getMetadata().getName());
  }

  @Override
  public void close() {
    factory.stopAllRegisteredInformers();
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.node.Rule;
import dev.unitgrid.node.serve.ServedChange;
import dev.unitgrid.node.serve.ServedObjects;
import dev.unitgrid.node.serve.ServedResource;
import dev.unitgrid.runtime.codec.ObjectKey;
import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.models.V1EndpointSlice;
import io.kubernetes.client.openapi.models.V1EndpointSliceList;
import io.kubernetes.client.util.generic.GenericKubernetesApi;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** client-java's informer behind the server ends with what is served. */
class ServedInformersTest {
  /** What the informer tells, held against what it told before. */
  private static final class Told implements ResourceEventHandler<V1EndpointSlice> {
    private final Map<String, Long> known = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();

    @Override
    public void onAdd(V1EndpointSlice slice) {
      if (known.put(name(slice), version(slice)) != null) {
        wrong.add("added twice: " + name(slice));
      }
    }

    @Override
    public void onUpdate(V1EndpointSlice before, V1EndpointSlice after) {
      Long last = known.put(name(after), version(after));
      if (last == null || last > version(after)) {
        wrong.add("updated from " + last + " to " + version(after) + ": " + name(after));
      }
    }

    @Override
    public void onDelete(V1EndpointSlice slice, boolean finalStateUnknown) {
      if (known.remove(name(slice)) == null) {
        wrong.add("deleted twice: " + name(slice));
      }
    }

    private static String name(V1EndpointSlice slice) {
      return String.valueOf(slice.getMetadata().getName());
    }

    private static long version(V1EndpointSlice slice) {
      return Long.parseLong(String.valueOf(slice.getMetadata().getResourceVersion()));
    }
  }

  @Test
  @Rule(30)
  void an_informer_that_starts_in_the_middle_of_changes_ends_with_what_is_served()
      throws Exception {
    Random random = new Random(11);
    try (ServedSite site = new ServedSite()) {
      site.begin(ServedResource.ENDPOINT_SLICES, 100, ServedObjects.slice("first", 100, Map.of()));
      ApiClient client = new ApiClient().setBasePath(site.address()).setReadTimeout(0);
      SharedInformerFactory factory = new SharedInformerFactory(client);
      SharedIndexInformer<V1EndpointSlice> informer =
          factory.sharedIndexInformerFor(
              new GenericKubernetesApi<>(
                  V1EndpointSlice.class,
                  V1EndpointSliceList.class,
                  "discovery.k8s.io",
                  "v1",
                  "endpointslices",
                  client),
              V1EndpointSlice.class,
              0);
      Told told = new Told();
      informer.addEventHandler(told);
      Map<String, Long> truth = new TreeMap<>(Map.of("first", 100L));
      change(site, truth, random, 101, 200);
      factory.startAllRegisteredInformers();
      change(site, truth, random, 301, 2000);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (!told.known.equals(truth) && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      factory.stopAllRegisteredInformers();
      assertThat(told.known).isEqualTo(truth);
      assertThat(told.wrong).isEmpty();
    }
  }

  private static void change(
      ServedSite site, Map<String, Long> truth, Random random, long from, int changes) {
    List<ServedChange> batch = new ArrayList<>();
    for (long version = from; version < from + changes; version++) {
      String name = "s" + random.nextInt(50);
      if (random.nextInt(4) == 0) {
        truth.remove(name);
        batch.add(new ServedChange.Gone(new ObjectKey("default", name), version));
      } else {
        truth.put(name, version);
        batch.add(new ServedChange.Put(ServedObjects.slice(name, version, Map.of())));
      }
      if (random.nextInt(3) == 0) {
        site.apply(ServedResource.ENDPOINT_SLICES, batch);
        batch.clear();
      }
    }
    site.apply(ServedResource.ENDPOINT_SLICES, batch);
  }
}

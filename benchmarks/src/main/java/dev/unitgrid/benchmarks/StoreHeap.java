/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.runtime.codec.ListPage;
import dev.unitgrid.runtime.codec.ObjectCodec;
import dev.unitgrid.runtime.reflect.Replacement;
import dev.unitgrid.runtime.store.Store;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How much heap the store of children takes, beside the text that came over the wire. */
@Command(name = "heap", description = "Heap of a store of Deployments as the engine keeps them.")
final class StoreHeap implements Callable<Integer> {
  private static final int PAGE = 500;
  private static final double MIB = 1 << 20;

  @Option(names = "--count", defaultValue = "10000", description = "Deployments; default 10000")
  private int count;

  @Override
  public Integer call() {
    ObjectCodec<ObservedChild> codec =
        ObjectCodec.of(object -> ObservedChild.decode(ResourceType.DEPLOYMENT, object));
    Store<ObservedChild> store = new Store<>();
    long before = usedHeap();
    long wire = 0;
    for (int first = 0; first < count; first += PAGE) {
      byte[] bytes = LiveObjects.page(deployments(first, Math.min(count, first + PAGE)));
      wire += bytes.length;
      ListPage<ObservedChild> page = codec.page(bytes);
      store.replace(new Replacement<>("", page.items(), Set.of(), true));
    }
    report(store, wire, before);
    return 0;
  }

  private void report(Store<ObservedChild> store, long wire, long before) {
    try {
      print(store, wire, usedHeap() - before);
    } finally {
      Reference.reachabilityFence(store);
    }
  }

  private void print(Store<ObservedChild> store, long wire, long heap) {
    System.out.printf(
        "%d Deployments: %.1f MiB on the wire, %.1f MiB of heap in the store, %d bytes each%n",
        store.size(), wire / MIB, heap / MIB, heap / count);
  }

  private static List<Json> deployments(int from, int to) {
    return new ArrayList<>(IntStream.range(from, to).mapToObj(LiveObjects::deployment).toList());
  }

  private static long usedHeap() {
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
    }
    return used;
  }
}

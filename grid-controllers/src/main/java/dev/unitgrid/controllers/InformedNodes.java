/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import dev.unitgrid.core.nodeunit.ObservedNode;
import dev.unitgrid.runtime.codec.Item;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.codec.ResourceVersion;
import dev.unitgrid.runtime.reflect.ReflectorState;
import dev.unitgrid.runtime.reflect.ReflectorState.Phase;
import dev.unitgrid.runtime.reflect.Replacement;
import dev.unitgrid.runtime.store.Store;
import dev.unitgrid.runtime.time.Scheduler;
import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.openapi.models.V1Node;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Nodes as an informer of client-java shows them. */
final class InformedNodes implements NodeFeed, ResourceEventHandler<V1Node> {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

  private final SharedIndexInformer<V1Node> informer;
  private final Scheduler scheduler;
  private final Runnable onState;
  private final Store<ObservedNode> nodes = new Store<>();
  // Set by the scheduler's thread, read by anybody.
  private volatile boolean synced;
  private volatile boolean closed;

  InformedNodes(SharedIndexInformer<V1Node> informer, Scheduler scheduler, Runnable onState) {
    this.informer = informer;
    this.scheduler = scheduler;
    this.onState = onState;
  }

  @Override
  public void start() {
    informer.addEventHandler(this);
    lookWhetherSynced();
  }

  /** client-java tells nobody when an informer has its first list. */
  private void lookWhetherSynced() {
    if (closed) {
      return;
    }
    if (!informer.hasSynced()) {
      scheduler.schedule(LOOK_AGAIN, this::lookWhetherSynced);
      return;
    }
    nodes.replace(
        new Replacement<>(
            "", informer.getIndexer().list().stream().map(this::item).toList(), Set.of(), false));
    synced = true;
    onState.run();
  }

  @Override
  public ReflectorState state() {
    return new ReflectorState(
        synced ? Phase.WATCHING : Phase.LISTING,
        synced,
        false,
        reached(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of());
  }

  private ResourceVersion reached() {
    String version = informer.lastSyncResourceVersion();
    return version == null ? ResourceVersion.NONE : new ResourceVersion(version);
  }

  @Override
  public Store<ObservedNode> nodes() {
    return nodes;
  }

  @Override
  public void onAdd(V1Node node) {
    tell(() -> nodes.upsert(item(node)));
  }

  @Override
  public void onUpdate(V1Node before, V1Node after) {
    tell(() -> nodes.upsert(item(after)));
  }

  @Override
  public void onDelete(V1Node node, boolean finalStateUnknown) {
    Item<ObservedNode> item = item(node);
    tell(() -> nodes.remove(item.key(), item.version()));
  }

  /** An informer forgets no handler, so one that is closed must not listen any more. */
  private void tell(Runnable change) {
    if (!closed) {
      change.run();
    }
  }

  private Item<ObservedNode> item(V1Node node) {
    V1ObjectMeta metadata = node.getMetadata();
    if (metadata == null) {
      throw new IllegalArgumentException("a node without metadata");
    }
    Map<String, String> labels = metadata.getLabels();
    String version = metadata.getResourceVersion();
    return new Item<>(
        new ObjectKey("", String.valueOf(metadata.getName())),
        new ResourceVersion(version == null ? "" : version),
        ObservedNode.of(String.valueOf(metadata.getName()), labels == null ? Map.of() : labels));
  }

  @Override
  public void close() {
    closed = true;
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import dev.unitgrid.runtime.time.Scheduler;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.openapi.models.V1Node;

/**
 * Nodes from an informer that the embedder runs anyway, instead of a watch of our own.
 *
 * <p>The embedder starts and stops the informer. It should watch with bookmarks: a deletion for
 * emptiness waits until the informer has seen the version of the list that confirms it (RULE 17),
 * and without bookmarks only the next change of some node tells.
 */
public final class InformerFeed {
  private final SharedIndexInformer<V1Node> informer;

  private InformerFeed(SharedIndexInformer<V1Node> informer) {
    this.informer = informer;
  }

  /** The nodes of {@code informer}, which is not transformed to drop names, labels or versions. */
  public static InformerFeed of(SharedIndexInformer<V1Node> informer) {
    return new InformerFeed(informer);
  }

  NodeFeed open(Scheduler scheduler, Runnable onState) {
    return new InformedNodes(informer, scheduler, onState);
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonObject;
import dev.unitgrid.testkit.cluster.ClusterPart;
import dev.unitgrid.testkit.internal.store.Change;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Deletes pods whose node is gone: at once, where the real collector waits 40 s; those of a node
 * that was not there yet have as long to see it come.
 */
final class PodCollector implements Controller {
  private static final Duration QUARANTINE = Duration.ofSeconds(40);

  private final World world;

  PodCollector(World world) {
    this.world = world;
  }

  @Override
  public void changed(Change change, Consumer<ObjectKey> touched) {
    if (change.key().resource().equals(World.NODES) && change.after() == null) {
      world.podsOn(change.key().name()).forEach(touched);
    } else if (change.key().resource().equals(World.PODS) && isLost(change.after())) {
      world.again(ClusterPart.POD_COLLECTOR, change.key(), QUARANTINE);
    }
  }

  private boolean isLost(@org.jspecify.annotations.Nullable JsonObject pod) {
    String node = Trees.string(pod, "spec", "nodeName");
    return !node.isEmpty() && world.get(new ObjectKey(World.NODES, "", node)) == null;
  }

  @Override
  public void all(Consumer<ObjectKey> touched) {
    world.keysOf(World.PODS, touched);
  }

  @Override
  public void sync(ObjectKey key) {
    JsonObject pod = world.get(key);
    boolean ended =
        pod != null
            && World.isTerminating(pod)
            && Trees.number(pod, 0, "metadata", "deletionGracePeriodSeconds") == 0;
    if (isLost(pod) && !ended) {
      world.delete(key);
    }
  }
}

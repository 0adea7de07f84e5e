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
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;

/** A Lease per node, renewed while its kubelet runs, and the node's own heartbeat now and then. */
final class Heartbeats implements Controller {
  static final String LEASES = "leases.coordination.k8s.io";
  static final String NAMESPACE = "kube-node-lease";
  private static final int LEASE_SECONDS = 40;
  private static final Duration STATUS_REPORTS = Duration.ofMinutes(5);

  private final World world;

  Heartbeats(World world) {
    this.world = world;
  }

  @Override
  public void changed(Change change, Consumer<ObjectKey> touched) {
    if (change.key().resource().equals(World.NODES) && change.before() == null) {
      touched.accept(change.key());
    }
  }

  @Override
  public void all(Consumer<ObjectKey> touched) {
    world.keysOf(World.NODES, touched);
  }

  @Override
  public void sync(ObjectKey key) {
    JsonObject node = world.get(key);
    if (node == null || !world.hasKubelet(key.name())) {
      return;
    }
    renew(key.name(), node);
    reportStatus(key, node);
    world.again(ClusterPart.HEARTBEATS, key, world.settings().times().heartbeat());
  }

  private void renew(String node, JsonObject owner) {
    String now = world.instant().truncatedTo(ChronoUnit.MICROS).toString();
    ObjectKey key = new ObjectKey(LEASES, NAMESPACE, node);
    if (world.get(key) != null) {
      world.change(key, "", live -> Trees.child(live, "spec").addProperty("renewTime", now));
      return;
    }
    JsonObject reference =
        Trees.objectOf(
            "apiVersion",
            "v1",
            "kind",
            "Node",
            "name",
            node,
            "uid",
            Trees.string(owner, "metadata", "uid"));
    world.create(
        LEASES,
        NAMESPACE,
        Trees.objectOf(
            "metadata",
            Trees.objectOf("name", node, "ownerReferences", Trees.arrayOf(reference)),
            "spec",
            Trees.objectOf(
                "holderIdentity", node,
                "leaseDurationSeconds", LEASE_SECONDS,
                "renewTime", now)));
  }

  private void reportStatus(ObjectKey key, JsonObject node) {
    JsonObject ready = World.condition(node, "Ready");
    String last = Trees.string(ready, "lastHeartbeatTime");
    boolean due =
        ready != null
            && Trees.string(ready, "status").equals("True")
            && (last.isEmpty()
                || !Instant.parse(last).plus(STATUS_REPORTS).isAfter(world.instant()));
    if (due) {
      world.change(key, "status", live -> NodeConditions.report(live, world.now()));
    }
  }
}

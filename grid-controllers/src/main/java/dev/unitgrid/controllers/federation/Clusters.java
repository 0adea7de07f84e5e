/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.federation;

import com.google.common.collect.ImmutableMap;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.internal.Loop;
import dev.unitgrid.controllers.internal.Reflecting;
import dev.unitgrid.core.federation.Link;
import dev.unitgrid.runtime.health.WatchHealth;
import dev.unitgrid.runtime.reflect.Reflector;
import dev.unitgrid.runtime.store.Change;
import dev.unitgrid.runtime.store.Store;
import dev.unitgrid.runtime.time.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster namespaces of the parent, and whether their children live: told by changes of their
 * Leases and by this process's steady clock alone (RULE 36).
 */
final class Clusters implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Clusters.class);

  /** A cluster that is turned away says so once a minute. */
  private static final Duration CONTENDER_BELIEVED_FOR = Duration.ofMinutes(5);

  private final Store<Boolean> namespaces = new Store<>();
  private final Store<ClusterLease> leases = new Store<>();
  private final Reflector<Boolean> namespaceReflector;
  private final Reflector<ClusterLease> leaseReflector;
  private final Duration unreachableAfter;
  private final Duration giveUpAfter;
  private final Scheduler scheduler;
  private final Loop loop;
  private final Consumer<String> listener;
  // Confined to the loop.
  private final Map<String, Heard> heard = new HashMap<>();
  // Written on the loop, read by anybody.
  private volatile ImmutableMap<String, Cluster> snapshot = ImmutableMap.of();
  private boolean closed;

  /**
   * A cluster namespace.
   *
   * @param terminating whether it is being deleted
   * @param givenUp whether it has been for too long
   * @param link whether its child lives
   */
  record Cluster(boolean terminating, boolean givenUp, Link link) {}

  /** What was heard of one cluster, by the steady clock. */
  private static final class Heard {
    private Link link;
    private Duration last;
    private Duration contenderLast = Duration.ZERO;
    private Optional<Duration> terminatingSince = Optional.empty();
    private boolean givenUp;
    private Scheduler.Task next = () -> {};

    private Heard(Link link, Duration now) {
      this.link = link;
      this.last = now;
    }
  }

  /**
   * Clusters that are not watched yet.
   *
   * @param label that makes a namespace one of a cluster
   * @param leaseName of the Lease in each of them
   * @param listener told of each cluster that changed, on the loop
   */
  Clusters(
      String label,
      String leaseName,
      Duration unreachableAfter,
      Duration giveUpAfter,
      Reflecting reflecting,
      Loop loop,
      Consumer<String> listener) {
    this.unreachableAfter = unreachableAfter;
    this.giveUpAfter = giveUpAfter;
    this.scheduler = reflecting.scheduler();
    this.loop = loop;
    this.listener = listener;
    this.namespaceReflector =
        reflecting
            .of(ResourceType.NAMESPACE, Clusters::isTerminating, namespaces, "")
            .labelSelector(label)
            .metadataOnly()
            .build();
    this.leaseReflector =
        reflecting
            .of(ResourceType.LEASE, ClusterLease::decode, leases, "")
            .fieldSelector("metadata.name=" + leaseName)
            .build();
    namespaces.listen(change -> loop.execute(() -> onNamespace(change)));
    leases.listen(
        change -> {
          boolean listening = leaseReflector.state().synced();
          loop.execute(() -> onLease(change, listening));
        });
  }

  private static boolean isTerminating(Json namespace) {
    return !namespace.get("metadata", "deletionTimestamp").isNull();
  }

  void start() {
    namespaceReflector.start();
    leaseReflector.start();
  }

  @Override
  public void close() {
    namespaceReflector.close();
    leaseReflector.close();
    loop.execute(() -> closed = true);
  }

  /** All cluster namespaces, by name; for any thread. */
  ImmutableMap<String, Cluster> all() {
    return snapshot;
  }

  boolean synced() {
    return namespaceReflector.state().synced() && leaseReflector.state().synced();
  }

  boolean deletionsTrusted() {
    return namespaceReflector.state().allowsDeletions();
  }

  List<WatchHealth> health() {
    return List.of(
        WatchHealth.of(ResourceType.NAMESPACE, "", namespaceReflector.state()),
        WatchHealth.of(ResourceType.LEASE, "", leaseReflector.state()));
  }

  private void onNamespace(Change<Boolean> change) {
    String name = change.key().name();
    Boolean terminating = change.after();
    if (terminating == null) {
      heard.remove(name);
      publish(name);
      return;
    }
    Heard cluster = heard.get(name);
    if (cluster == null) {
      cluster = new Heard(Link.unknown(now()), scheduler.elapsed());
      heard.put(name, cluster);
      listenFor(unreachableAfter, name, cluster);
    }
    if (terminating && cluster.terminatingSince.isEmpty()) {
      cluster.terminatingSince = Optional.of(scheduler.elapsed());
      lookAfter(giveUpAfter, name, cluster);
    } else if (!terminating) {
      cluster.terminatingSince = Optional.empty();
    }
    publish(name);
  }

  /** The first sight of a Lease is no sign of life, unless it was created while we listened. */
  private void onLease(Change<ClusterLease> change, boolean listening) {
    String name = change.key().namespace();
    Heard cluster = heard.get(name);
    ClusterLease before = change.before();
    ClusterLease after = change.after();
    if (cluster == null || after == null) {
      return;
    }
    Link link = cluster.link;
    boolean renewed = before == null ? listening : !before.spec().equals(after.spec());
    if (renewed && !after.holder().isEmpty()) {
      cluster.last = scheduler.elapsed();
      cluster.link = cluster.link.heard(now());
    }
    if (!after.contender().isEmpty()
        && (before == null || !before.contender().equals(after.contender()))) {
      cluster.contenderLast = scheduler.elapsed();
      cluster.link = cluster.link.contendedBy(Optional.of(after.contenderUid()));
      lookAfter(CONTENDER_BELIEVED_FOR, name, cluster);
    }
    if (!cluster.link.equals(link)) {
      tell(name, link, cluster.link);
      if (cluster.link.state() != link.state()) {
        listenFor(unreachableAfter, name, cluster);
      }
      publish(name);
    }
  }

  /** One look at a time is due for each cluster, however often it is heard. */
  private void listenFor(Duration delay, String name, Heard cluster) {
    cluster.next.cancel();
    cluster.next = scheduler.schedule(delay, () -> loop.execute(() -> look(name, cluster)));
  }

  private void lookAfter(Duration delay, String name, Heard cluster) {
    scheduler.schedule(delay, () -> loop.execute(() -> look(name, cluster)));
  }

  private void look(String name, Heard cluster) {
    if (closed || heard.get(name) != cluster) {
      return;
    }
    Link before = cluster.link;
    boolean givenUp = cluster.givenUp;
    Duration silence = scheduler.elapsed().minus(cluster.last);
    cluster.link = cluster.link.silentFor(silence, unreachableAfter, now());
    if (cluster.link.contender().isPresent()
        && isOver(cluster.contenderLast, CONTENDER_BELIEVED_FOR)) {
      cluster.link = cluster.link.contendedBy(Optional.empty());
    }
    cluster.givenUp =
        cluster.terminatingSince.filter(since -> isOver(since, giveUpAfter)).isPresent();
    if (cluster.link.state() == Link.State.REACHABLE) {
      listenFor(unreachableAfter.minus(silence), name, cluster);
    }
    if (!cluster.link.equals(before) || cluster.givenUp != givenUp) {
      tell(name, before, cluster.link);
      publish(name);
    }
  }

  private boolean isOver(Duration since, Duration patience) {
    return scheduler.elapsed().minus(since).compareTo(patience) >= 0;
  }

  private static void tell(String name, Link before, Link after) {
    if (before.state() != after.state()) {
      LOG.info("Cluster {} is {}", name, after.state() == Link.State.SILENT ? "silent" : "heard");
    }
  }

  private void publish(String name) {
    ImmutableMap.Builder<String, Cluster> clusters = ImmutableMap.builder();
    heard.forEach(
        (namespace, cluster) ->
            clusters.put(
                namespace,
                new Cluster(cluster.terminatingSince.isPresent(), cluster.givenUp, cluster.link)));
    snapshot = clusters.buildOrThrow();
    listener.accept(name);
  }

  private Instant now() {
    return scheduler.clock().instant();
  }
}

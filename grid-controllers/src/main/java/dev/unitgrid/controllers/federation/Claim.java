/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.federation;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.FieldManagers;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.internal.Answer;
import dev.unitgrid.controllers.internal.Loop;
import dev.unitgrid.controllers.internal.Mandate;
import dev.unitgrid.controllers.internal.Mandates;
import dev.unitgrid.controllers.internal.Sending;
import dev.unitgrid.runtime.lease.LeaderState;
import dev.unitgrid.runtime.lease.LeaseElector;
import dev.unitgrid.runtime.lease.LeaseListener;
import dev.unitgrid.runtime.lease.LeaseTimes;
import dev.unitgrid.runtime.lease.Term;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiTransport;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A child's claim to its cluster namespace: the Lease there, whose holder is the uid of the child's
 * own namespace {@code kube-system}. Who finds another holder stands down and says so on the Lease
 * (RULE 36).
 */
final class Claim implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Claim.class);
  private static final Duration UID_AGAIN = Duration.ofSeconds(5);
  private static final Duration PROTEST_AGAIN = Duration.ofMinutes(1);

  /**
   * A renewal each ten seconds: a parent may have hundreds of children. A cluster that is away, or
   * whose controller restarts, does not lose its namespace to another one that waits for it.
   */
  private static final LeaseTimes TIMES =
      new LeaseTimes(Duration.ofHours(1), Duration.ofSeconds(40), Duration.ofSeconds(10));

  private final String namespace;
  private final ApiTransport parent;
  private final Sending local;
  private final Sending remote;
  private final Scheduler scheduler;
  private final Loop loop;
  private final RandomGenerator random;
  private final Metrics metrics;
  private final Mandates mandates = new Mandates();
  private final Runnable onHeld;
  // Confined to the loop.
  private boolean started;
  // Written on the loop, read by anybody.
  private volatile @Nullable LeaseElector elector;
  private volatile String uid = "";
  private volatile String problem = "";
  private volatile boolean closed;

  Claim(
      String namespace,
      ApiTransport parent,
      Sending local,
      Sending remote,
      Scheduler scheduler,
      Loop loop,
      RandomGenerator random,
      Metrics metrics,
      Runnable onHeld) {
    this.namespace = namespace;
    this.parent = parent;
    this.local = local;
    this.remote = remote;
    this.scheduler = scheduler;
    this.loop = loop;
    this.random = random;
    this.metrics = metrics;
    this.onHeld = onHeld;
  }

  /** Begins to claim; later calls do nothing. */
  void start() {
    loop.execute(
        () -> {
          if (!started) {
            started = true;
            readUid();
          }
        });
  }

  /** Whether the namespace is this cluster's. */
  boolean isHeld() {
    return mandates.current().isPresent();
  }

  Mandate mandate() {
    return this::isHeld;
  }

  /** Why it is not, in sentences. */
  List<String> problems() {
    LeaderState state = state();
    if (!problem.isEmpty()) {
      return List.of(problem);
    }
    if (state == null || state.leading()) {
      return List.of();
    }
    return isAnothers(state)
        ? List.of(
            "the cluster namespace "
                + namespace
                + " is held by another cluster, whose namespace kube-system has the uid "
                + state.holder()
                + ": this one stands down; give it a namespace of its own, or, if it takes the place"
                + " of the other one, delete the Lease "
                + FederationParent.LEASE
                + " there")
        : state.problem().map(sentence -> "lease: " + sentence).stream().toList();
  }

  private @Nullable LeaderState state() {
    LeaseElector current = elector;
    return current == null ? null : current.state();
  }

  private boolean isAnothers(LeaderState state) {
    return !state.leading() && !state.holder().isEmpty() && !state.holder().equals(uid);
  }

  /** Completes when nothing is written any more. The Lease is kept for who comes back. */
  CompletableFuture<@Nullable Void> end() {
    closed = true;
    mandates.end();
    LeaseElector current = elector;
    return current == null ? CompletableFuture.completedFuture(null) : current.leave();
  }

  @Override
  public void close() {
    var unused = end();
  }

  private void readUid() {
    if (closed) {
      return;
    }
    Loop.letGo(
        local
            .read(ApiRequest.get(ResourceType.NAMESPACE.path("", "kube-system")))
            .thenAccept(this::onUid));
  }

  private void onUid(Answer answer) {
    String found = answer.body().get("metadata", "uid").asString("");
    if (found.isEmpty()) {
      problem =
          "the namespace kube-system, whose uid names this cluster, cannot be read: "
              + answer.refusal().map(Object::toString).orElse("it has no uid");
      scheduler.schedule(UID_AGAIN, () -> loop.execute(this::readUid));
    } else if (!closed) {
      problem = "";
      claim(found);
    }
  }

  private void claim(String found) {
    uid = found;
    LeaseElector claiming =
        new LeaseElector(
            namespace,
            FederationParent.LEASE,
            found,
            TIMES,
            new Terms(),
            parent,
            scheduler,
            random,
            metrics);
    elector = claiming;
    claiming.start();
    scheduler.schedule(PROTEST_AGAIN, () -> loop.execute(this::protest));
  }

  /** The parent reads it, and tells the users of both clusters. */
  private void protest() {
    LeaderState state = state();
    if (closed || state == null) {
      return;
    }
    scheduler.schedule(PROTEST_AGAIN, () -> loop.execute(this::protest));
    if (!isAnothers(state)) {
      return;
    }
    LOG.warn("{}", problems());
    String now = scheduler.clock().instant().truncatedTo(ChronoUnit.SECONDS).toString();
    Json patch =
        Json.object(
            "metadata",
            Json.object("annotations", Json.object(Annotations.CONTENDER, uid + " " + now)));
    ApiRequest write =
        ApiRequest.patch(
                ResourceType.LEASE.path(namespace, FederationParent.LEASE),
                ApiRequest.MERGE_PATCH,
                patch.toBytes())
            .query("fieldManager", FieldManagers.LEASE);
    Loop.letGo(
        remote
            .write(write, () -> !closed)
            .thenAccept(
                answer ->
                    answer
                        .refusal()
                        .ifPresent(status -> LOG.warn("The parent was not told: {}", status))));
  }

  private final class Terms implements LeaseListener {
    @Override
    public void onStarted(Term term) {
      mandates.begin(term::isHeld);
      onHeld.run();
    }

    @Override
    public void onStopped(Term term) {
      mandates.end();
    }
  }
}

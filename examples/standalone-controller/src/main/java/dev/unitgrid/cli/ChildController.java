/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.JsonSyntaxException;
import dev.unitgrid.controllers.GridEngine;
import dev.unitgrid.controllers.federation.FederationChild;
import dev.unitgrid.runtime.codec.ApiStatus;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import io.kubernetes.client.openapi.ApiClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The child's half, with credentials for the parent that are read again every half minute. Until
 * there are any, and whatever is wrong with them, the cluster's own grids are looked after.
 */
final class ChildController implements RunningController {
  private static final Logger LOG = LoggerFactory.getLogger(ChildController.class);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

  private final Function<Access, FederationChild> together;
  private final Source source;
  private final SystemScheduler scheduler = SystemScheduler.start("unitgrid-parent-access", 1);
  private final List<AutoCloseable> others = new ArrayList<>();
  // Guarded by this.
  private RunningController running;
  private @Nullable ParentAccess access;
  private Object known = "";
  private String namespace = "";
  private String problem = "";
  private boolean closed;
  private Scheduler.Task next = () -> {};

  /**
   * A way into the parent.
   *
   * @param client of the parent
   * @param namespace of this cluster there
   */
  record Access(ApiClient client, String namespace) {}

  /**
   * What was read about the parent.
   *
   * @param content equal if nothing changed
   * @param access what it means
   */
  record Reading(Object content, Supplier<Access> access) {}

  /** Where it is read. */
  @FunctionalInterface
  interface Source {
    /**
     * Reads it.
     *
     * @throws CommandFailure with a sentence that says what to do
     */
    Reading read();
  }

  /**
   * A child that is not started.
   *
   * @param alone makes an engine for the cluster's own grids
   * @param together makes the child's half, its engine included
   */
  ChildController(
      Source source, Supplier<GridEngine> alone, Function<Access, FederationChild> together) {
    this.source = source;
    this.together = together;
    this.running = RunningController.of(alone.get());
  }

  /** A kubeconfig file, which may be replaced, as may the files that it names. */
  static Source file(Path kubeconfig, String namespace, ClusterAccess clusters) {
    return () -> {
      try {
        return new Reading(
            ClusterAccess.content(kubeconfig),
            () -> new Access(clusters.connect(Optional.of(kubeconfig)).client(), namespace));
      } catch (CommandFailure unreadable) {
        throw new CommandFailure(
            "the parent cluster (--parent-kubeconfig): " + unreadable.getMessage(), unreadable);
      }
    };
  }

  /** Clusternet's Secret in the child cluster. */
  static Source secret(ApiClientTransport child) {
    ApiRequest request =
        ApiRequest.get(
            ResourceType.SECRET.path(ParentCluster.SECRET_NAMESPACE, ParentCluster.SECRET_NAME));
    return () -> {
      ParentCluster parent = ParentCluster.parse(read(child, request));
      return new Reading(parent, () -> new Access(parent.client(), parent.namespace()));
    };
  }

  private static Json read(ApiClientTransport child, ApiRequest request) {
    try {
      ApiResponse answer = child.send(request).join();
      if (answer.isSuccess()) {
        return Json.parse(answer.body());
      }
      throw new CommandFailure(
          "where the parent cluster is, the Secret "
              + ParentCluster.SECRET_NAMESPACE
              + "/"
              + ParentCluster.SECRET_NAME
              + " of Clusternet says, which cannot be read ("
              + ApiStatus.of(answer)
              + "); without Clusternet give --parent-kubeconfig and --cluster-namespace");
    } catch (CompletionException | JsonSyntaxException unanswered) {
      throw new CommandFailure(
          "where the parent cluster is cannot be read: " + unanswered.getMessage(), unanswered);
    }
  }

  @Override
  public void start() {
    look(true);
  }

  private synchronized void look(boolean first) {
    if (closed) {
      return;
    }
    try {
      Reading reading = source.read();
      if (!reading.content().equals(known)) {
        use(reading.access().get());
        known = reading.content();
      }
      problem = "";
    } catch (CommandFailure failure) {
      tell(String.valueOf(failure.getMessage()));
    }
    if (first && access == null) {
      running.start();
    }
    next.cancel();
    next = scheduler.schedule(LOOK_AGAIN, this::lookAgain);
  }

  /** Reads the credentials again. */
  void lookAgain() {
    look(false);
  }

  private void tell(String sentence) {
    if (!sentence.equals(problem)) {
      LOG.warn("{}", sentence);
    }
    problem = sentence;
  }

  private void use(Access fresh) {
    ParentAccess current = access;
    if (current == null) {
      ParentAccess begun = new ParentAccess(fresh.client());
      running.close();
      running = RunningController.of(together.apply(fresh));
      access = begun;
      namespace = fresh.namespace();
      LOG.info("The parent cluster is {}", fresh.client().getBasePath());
      running.start();
    } else if (fresh.namespace().equals(namespace)) {
      current.become(fresh.client());
    } else {
      throw new CommandFailure(
          "this cluster's namespace in the parent changed from "
              + namespace
              + " to "
              + fresh.namespace()
              + ": restart the controller to use it");
    }
  }

  @Override
  public synchronized List<String> whyNotReady() {
    return problem.isEmpty() ? running.whyNotReady() : List.of(problem);
  }

  /** Ends {@code parts} when it ends itself. */
  ChildController alsoClosing(AutoCloseable... parts) {
    others.addAll(List.of(parts));
    return this;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      running.close();
    }
    scheduler.close();
    others.forEach(ChildController::close);
  }

  private static void close(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception failure) {
      LOG.warn("{} could not be closed", part, failure);
    }
  }
}

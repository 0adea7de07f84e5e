/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonObject;
import dev.unitgrid.testkit.cluster.ClusterTimes;
import dev.unitgrid.testkit.cluster.ImageBehaviour;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One container as its kubelet knows it: what it does now, since when, and how often it ended.
 * Immutable: {@link #at} answers what has become of it.
 */
record ContainerLife(
    State state, Instant since, int restarts, int crashes, Optional<JsonObject> lastEnd) {

  /** What a container may do. */
  enum State {
    CREATED,
    PULL_FAILED,
    PULL_WAITS,
    RUNS,
    WAITS_TO_RESTART,
    ENDED
  }

  /** What a container depends on. */
  record Circumstances(
      ImageBehaviour behaviour, String restartPolicy, ClusterTimes times, Instant now) {}

  private static final int MOST_DOUBLINGS = 16;

  static ContainerLife created(Instant now) {
    return new ContainerLife(State.CREATED, now, 0, 0, Optional.empty());
  }

  /** What has become of it now; answers this if nothing has. */
  ContainerLife at(Circumstances there) {
    return switch (state) {
      case CREATED, PULL_FAILED, PULL_WAITS -> pull(there);
      case RUNS ->
          exitTime(there).filter(due -> !due.isAfter(there.now())).isPresent() ? end(there) : this;
      case WAITS_TO_RESTART ->
          since.plus(backOff(there.times())).isAfter(there.now()) ? this : restart(there.now());
      case ENDED -> this;
    };
  }

  private ContainerLife pull(Circumstances there) {
    if (there.behaviour().pulls()) {
      return new ContainerLife(State.RUNS, there.now(), restarts, crashes, lastEnd);
    }
    return state == State.PULL_WAITS
        ? this
        : new ContainerLife(
            state == State.CREATED ? State.PULL_FAILED : State.PULL_WAITS,
            there.now(),
            restarts,
            crashes,
            lastEnd);
  }

  private Optional<Instant> exitTime(Circumstances there) {
    return Optional.ofNullable(there.behaviour().exitsAfter()).map(since::plus);
  }

  private ContainerLife end(Circumstances there) {
    int code = there.behaviour().exitCode();
    JsonObject end =
        Trees.objectOf(
            "exitCode",
            code,
            "reason",
            code == 0 ? "Completed" : "Error",
            "startedAt",
            text(since),
            "finishedAt",
            text(there.now()));
    boolean again =
        !there.restartPolicy().equals("Never")
            && !(there.restartPolicy().equals("OnFailure") && code == 0);
    // Whoever ran for long begins anew.
    Duration calm = there.times().crashBackOffLimit().multipliedBy(2);
    int before = since.plus(calm).isAfter(there.now()) ? crashes : 0;
    ContainerLife ended =
        new ContainerLife(
            again ? State.WAITS_TO_RESTART : State.ENDED,
            there.now(),
            restarts,
            before + 1,
            Optional.of(end));
    return again && before == 0 ? ended.restart(there.now()) : ended;
  }

  private ContainerLife restart(Instant now) {
    return new ContainerLife(State.RUNS, now, restarts + 1, crashes, lastEnd);
  }

  /** The first restart is at once; then they wait, each twice as long as the one before. */
  private Duration backOff(ClusterTimes times) {
    Duration wait =
        times.crashBackOff().multipliedBy(1L << Math.min(MOST_DOUBLINGS, Math.max(0, crashes - 2)));
    return wait.compareTo(times.crashBackOffLimit()) > 0 ? times.crashBackOffLimit() : wait;
  }

  boolean isReady(Circumstances there) {
    return state == State.RUNS
        && readyTime(there).filter(due -> !due.isAfter(there.now())).isPresent();
  }

  private Optional<Instant> readyTime(Circumstances there) {
    return Optional.ofNullable(there.behaviour().readyAfter()).map(since::plus);
  }

  /** When something becomes of it next by itself. */
  Optional<Instant> nextCheck(Circumstances there) {
    return switch (state) {
      case RUNS ->
          java.util.stream.Stream.of(exitTime(there), readyTime(there))
              .flatMap(Optional::stream)
              .filter(at -> at.isAfter(there.now()))
              .min(Instant::compareTo);
      case WAITS_TO_RESTART -> Optional.of(since.plus(backOff(there.times())));
      case PULL_FAILED -> Optional.of(there.now());
      case CREATED, PULL_WAITS, ENDED -> Optional.empty();
    };
  }

  /** Whether it ran at some time. */
  boolean hasRun() {
    return state == State.RUNS || lastEnd.isPresent();
  }

  boolean hasFailed() {
    return lastEnd.filter(end -> Trees.number(end, 0, "exitCode") != 0).isPresent();
  }

  /** The container's status as its pod shows it. */
  JsonObject status(JsonObject container, JsonObject pod, Circumstances there) {
    String name = Trees.string(container, "name");
    JsonObject status =
        Trees.objectOf(
            "name",
            name,
            "image",
            Trees.string(container, "image"),
            "imageID",
            "",
            "ready",
            isReady(there),
            "restartCount",
            restarts,
            "started",
            state == State.RUNS,
            "state",
            state(name, Trees.string(container, "image"), pod, there));
    // What it is doing is the last end itself once nothing follows.
    status.add(
        "lastState",
        lastEnd
            .filter(end -> state != State.ENDED)
            .map(end -> Trees.objectOf("terminated", end.deepCopy()))
            .orElseGet(JsonObject::new));
    return status;
  }

  private JsonObject state(String name, String image, JsonObject pod, Circumstances there) {
    return switch (state) {
      case CREATED -> waiting("ContainerCreating", null);
      case PULL_FAILED -> waiting("ErrImagePull", "failed to pull image \"" + image + "\"");
      case PULL_WAITS -> waiting("ImagePullBackOff", "Back-off pulling image \"" + image + "\"");
      case RUNS -> Trees.objectOf("running", Trees.objectOf("startedAt", text(since)));
      case WAITS_TO_RESTART ->
          waiting(
              "CrashLoopBackOff",
              "back-off "
                  + goDuration(backOff(there.times()))
                  + " restarting failed container="
                  + name
                  + " pod="
                  + Trees.string(pod, "metadata", "name")
                  + "_"
                  + Trees.string(pod, "metadata", "namespace")
                  + "("
                  + Trees.string(pod, "metadata", "uid")
                  + ")");
      case ENDED ->
          Trees.objectOf(
              "terminated", lastEnd.map(JsonObject::deepCopy).orElseGet(JsonObject::new));
    };
  }

  private static JsonObject waiting(String reason, @Nullable String message) {
    JsonObject waiting = Trees.objectOf("reason", reason);
    if (message != null) {
      waiting.addProperty("message", message);
    }
    return Trees.objectOf("waiting", waiting);
  }

  /** {@code 10s}, {@code 2m40s}: as Go prints whole seconds. */
  private static String goDuration(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds == 0) {
      return duration.toMillis() + "ms";
    }
    return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
  }

  private static String text(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}

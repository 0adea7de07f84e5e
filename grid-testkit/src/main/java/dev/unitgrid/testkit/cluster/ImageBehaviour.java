/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.cluster;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How containers of an image behave, as seen from the API. Immutable; each method answers a changed
 * copy.
 *
 * @param pulls whether the image can be pulled
 * @param readyAfter how long after its start a container is ready; null for never
 * @param exitsAfter how long after its start a container exits; null for never
 * @param exitCode what it exits with
 * @param stopsAfter how long it takes to end after it was told to; its pod's grace period is the
 *     limit
 */
public record ImageBehaviour(
    boolean pulls,
    @Nullable Duration readyAfter,
    @Nullable Duration exitsAfter,
    int exitCode,
    Duration stopsAfter) {

  /** Ready at once, runs for ever, ends at once: what an image does that nobody spoke of. */
  public static ImageBehaviour healthy() {
    return new ImageBehaviour(true, Duration.ZERO, null, 0, Duration.ZERO);
  }

  /** Runs, and is never ready. */
  public static ImageBehaviour neverReady() {
    return new ImageBehaviour(true, null, null, 0, Duration.ZERO);
  }

  /** Cannot be pulled: {@code ErrImagePull}, then {@code ImagePullBackOff}. */
  public static ImageBehaviour cannotBePulled() {
    return new ImageBehaviour(false, null, null, 0, Duration.ZERO);
  }

  /** Is ready at once, and exits with code 1 after {@code duration}, again and again. */
  public static ImageBehaviour crashesAfter(Duration duration) {
    return new ImageBehaviour(true, Duration.ZERO, duration, 1, Duration.ZERO);
  }

  /** Is ready {@code duration} after its start. */
  public ImageBehaviour readyAfter(Duration duration) {
    return new ImageBehaviour(pulls, duration, exitsAfter, exitCode, stopsAfter);
  }

  /** Exits with {@code code}, {@code duration} after its start. */
  public ImageBehaviour exitsAfter(Duration duration, int code) {
    return new ImageBehaviour(pulls, readyAfter, duration, code, stopsAfter);
  }

  /** Takes {@code duration} to end: meanwhile its pod terminates and serves. */
  public ImageBehaviour stopsAfter(Duration duration) {
    return new ImageBehaviour(pulls, readyAfter, exitsAfter, exitCode, duration);
  }
}

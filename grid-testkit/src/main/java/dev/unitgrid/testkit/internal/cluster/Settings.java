/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import dev.unitgrid.testkit.cluster.ClusterTimes;
import dev.unitgrid.testkit.cluster.ImageBehaviour;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What tests set about images, times and addresses. Thread-safe; counts from the next look on. */
public final class Settings {
  private final Map<String, ImageBehaviour> images = new ConcurrentHashMap<>();

  /** Read by the controllers' turns, set by tests: each read takes the whole value. */
  private volatile ClusterTimes times = ClusterTimes.real();

  /** As {@link #times}. */
  private volatile int maxEndpointsPerSlice = 100;

  /** As {@link #times}. */
  private volatile boolean dualStack;

  Settings() {}

  /** How containers of {@code image} behave from their next start on. */
  public void image(String image, ImageBehaviour behaviour) {
    images.put(image, behaviour);
  }

  ImageBehaviour image(String image) {
    return images.getOrDefault(image, ImageBehaviour.healthy());
  }

  /** How long things take. */
  public void times(ClusterTimes changed) {
    times = changed;
  }

  ClusterTimes times() {
    return times;
  }

  /** How many endpoints a slice has at most. */
  public void maxEndpointsPerSlice(int most) {
    maxEndpointsPerSlice = most;
  }

  int maxEndpointsPerSlice() {
    return maxEndpointsPerSlice;
  }

  /** Whether pods get an IPv6 address, too. */
  public void dualStack(boolean dual) {
    dualStack = dual;
  }

  boolean isDualStack() {
    return dualStack;
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import dev.unitgrid.testkit.cluster.ClusterPart;
import dev.unitgrid.testkit.cluster.ClusterTimes;
import dev.unitgrid.testkit.cluster.DnsAnswer;
import dev.unitgrid.testkit.cluster.ImageBehaviour;
import dev.unitgrid.testkit.internal.cluster.ClusterNames;
import dev.unitgrid.testkit.internal.cluster.Controllers;

/**
 * The cluster around the API server: what a test switches, slows down and breaks in it. Each method
 * that sets something answers this. Thread-safe.
 */
public final class Surroundings {
  private final Controllers controllers;
  private final ClusterNames names;

  Surroundings(Controllers controllers, ClusterNames names) {
    this.controllers = controllers;
    this.names = names;
  }

  /** Switches parts off: nothing acts in their place. */
  public Surroundings turnOff(ClusterPart... parts) {
    for (ClusterPart part : parts) {
      controllers.set(part, false);
    }
    return this;
  }

  /** Switches parts on; they work off what has come up meanwhile. */
  public Surroundings turnOn(ClusterPart... parts) {
    for (ClusterPart part : parts) {
      controllers.set(part, true);
    }
    return this;
  }

  /** Whether a part is on: all but {@link ClusterPart#HEARTBEATS} are until a test says else. */
  public boolean isOn(ClusterPart part) {
    return controllers.isOn(part);
  }

  /** How containers of {@code image} behave from now on, those that run already, too. */
  public Surroundings image(String image, ImageBehaviour behaviour) {
    controllers.image(image, behaviour);
    return this;
  }

  /** How long things take from now on; {@link ClusterTimes#real()} until a test says else. */
  public Surroundings times(ClusterTimes times) {
    controllers.settings().times(times);
    return this;
  }

  /** How many endpoints a slice has at most from now on; 100 until a test says else. */
  public Surroundings maxEndpointsPerSlice(int most) {
    controllers.settings().maxEndpointsPerSlice(most);
    return this;
  }

  /** Gives pods that start from now on an IPv6 address, too, and Services that ask for one. */
  public Surroundings dualStack() {
    controllers.dualStack();
    return this;
  }

  /**
   * Stops the kubelet of a node, as when its power fails: what is there stays as it is, until the
   * node lifecycle controller notices.
   */
  public Surroundings stopKubelet(String node) {
    controllers.kubelet(node, false);
    return this;
  }

  /** Starts the kubelet of a node again. */
  public Surroundings startKubelet(String node) {
    controllers.kubelet(node, true);
    return this;
  }

  /**
   * What the cluster's DNS answers to a full name, such as {@code
   * demo-0.demo-svc.default.svc.cluster.local}.
   */
  public DnsAnswer dns(String fullName) {
    return names.answer(fullName);
  }

  /** What a pod of {@code namespace} gets for a name, short ones by its search path. */
  public DnsAnswer dns(String namespace, String name) {
    return names.answer(namespace, name);
  }
}

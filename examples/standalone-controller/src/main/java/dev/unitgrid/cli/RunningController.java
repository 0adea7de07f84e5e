/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.controllers.GridEngine;
import dev.unitgrid.controllers.federation.FederationChild;
import dev.unitgrid.controllers.federation.FederationParent;
import dev.unitgrid.runtime.health.Health;
import java.util.List;

/** What the command runs: an engine alone, or one half of many clusters. */
interface RunningController extends AutoCloseable {
  /** Begins. */
  void start();

  /** Sentences; none if it is ready. */
  List<String> whyNotReady();

  @Override
  void close();

  static RunningController of(GridEngine engine) {
    return new RunningController() {
      @Override
      public void start() {
        engine.start();
      }

      @Override
      public List<String> whyNotReady() {
        return sentences(engine.health());
      }

      @Override
      public void close() {
        engine.close();
      }
    };
  }

  static RunningController of(FederationParent parent) {
    return new RunningController() {
      @Override
      public void start() {
        parent.start();
      }

      @Override
      public List<String> whyNotReady() {
        return sentences(parent.health());
      }

      @Override
      public void close() {
        parent.close();
      }
    };
  }

  static RunningController of(FederationChild child) {
    return new RunningController() {
      @Override
      public void start() {
        child.start();
      }

      @Override
      public List<String> whyNotReady() {
        return sentences(child.health());
      }

      @Override
      public void close() {
        child.close();
      }
    };
  }

  private static List<String> sentences(Health health) {
    if (health.isReady()) {
      return List.of();
    }
    return health.problems().isEmpty()
        ? List.of("the first lists are not complete yet")
        : health.problems();
  }
}

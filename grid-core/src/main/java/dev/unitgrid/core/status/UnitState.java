/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.status;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.Problem;
import java.util.Optional;

/**
 * What the status of a grid is told about one unit that should have a child. Immutable; how far the
 * unit is, is found out once.
 */
public final class UnitState {
  private final String unit;
  private final Optional<ObservedChild> child;
  private final boolean converged;
  private final ImmutableList<Problem> problems;
  private final Phase phase;

  /**
   * The state of a unit.
   *
   * @param unit the unit; empty for the Service of a ServiceGrid
   * @param child the child that lives
   * @param converged whether it is what it should be
   * @param problems what users should know about it
   */
  public UnitState(
      String unit,
      Optional<ObservedChild> child,
      boolean converged,
      ImmutableList<Problem> problems) {
    this.unit = unit;
    this.child = child;
    this.converged = converged;
    this.problems = problems;
    this.phase = found();
  }

  String unit() {
    return unit;
  }

  Optional<ObservedChild> child() {
    return child;
  }

  ImmutableList<Problem> problems() {
    return problems;
  }

  Phase phase() {
    return phase;
  }

  /** How far a unit is. */
  enum Phase {
    READY("Ready", ""),
    BLOCKED("Blocked", ""),
    MISSING("Creating", "its child is being created"),
    GOING("Deleting", "its child is being deleted, and will be created again"),
    CHANGING("Changing", "its child is being changed"),
    STALLED("Stalled", ""),
    ROLLING("RollingOut", "its pods are being replaced"),
    UNAVAILABLE("NotAvailable", "");

    private final String reason;
    private final String message;

    Phase(String reason, String message) {
      this.reason = reason;
      this.message = message;
    }
  }

  private Phase found() {
    if (blocking().isPresent()) {
      return Phase.BLOCKED;
    }
    if (child.isEmpty()) {
      return Phase.MISSING;
    }
    if (child.get().deleting()) {
      return Phase.GOING;
    }
    return converged ? running(Availability.of(child.get())) : Phase.CHANGING;
  }

  private static Phase running(Availability availability) {
    if (availability.isReady()) {
      return Phase.READY;
    }
    if (availability.stalled()) {
      return Phase.STALLED;
    }
    return availability.available() ? Phase.ROLLING : Phase.UNAVAILABLE;
  }

  Optional<Problem> blocking() {
    return problems.stream().filter(Problem::blocking).findFirst();
  }

  /** One word in CamelCase about a unit that is not ready. */
  String reason() {
    return blocking().map(Problem::condition).orElse(phase.reason);
  }

  /** A sentence about a unit that is not ready; equal as long as nothing happens. */
  String message() {
    return switch (phase) {
      case BLOCKED -> blocking().map(Problem::message).orElse("");
      case STALLED, UNAVAILABLE -> child.map(this::unavailable).orElse("");
      default -> phase.message;
    };
  }

  private String unavailable(ObservedChild living) {
    return living.type().kind() + " " + living.name() + ": " + Availability.of(living).message();
  }
}

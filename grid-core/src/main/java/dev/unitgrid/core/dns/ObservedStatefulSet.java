/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.dns;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.naming.ChildIdentity;
import dev.unitgrid.core.topology.ServiceName;
import java.util.Optional;

/**
 * What names need to know of a StatefulSet, a grid's or not. Immutable.
 *
 * @param name its name; its namespace is that of {@code service}
 * @param service the Service below which its pods have names; one without a name if it says none
 * @param firstOrdinal the ordinal of its first pod
 * @param replicas how many pods it has when nothing is amiss
 * @param child whose it is; empty if no StatefulSetGrid controls it, or its unit cannot be said
 * @param mismatch why its unit cannot be said, if that is so
 */
public record ObservedStatefulSet(
    String name,
    ServiceName service,
    long firstOrdinal,
    long replicas,
    Optional<Child> child,
    Optional<String> mismatch) {
  /**
   * Of which grid and unit.
   *
   * @param grid the grid's name in full
   * @param unitKey the unit key that it was made for
   * @param unit its unit
   */
  public record Child(String grid, String unitKey, String unit) {}

  /** Reads a StatefulSet; what is not as it should be costs only itself. */
  public static ObservedStatefulSet read(Json statefulSet) {
    Optional<ChildIdentity.Owned> owned =
        ChildIdentity.ofOwned(GridKind.STATEFUL_SET_GRID, statefulSet);
    Json metadata = statefulSet.get("metadata");
    Json spec = statefulSet.get("spec");
    return new ObservedStatefulSet(
        metadata.get("name").asString(""),
        new ServiceName(
            metadata.get("namespace").asString(""), spec.get("serviceName").asString("")),
        spec.get("ordinals", "start").asLong(0),
        spec.get("replicas").asLong(1),
        owned.flatMap(ObservedStatefulSet::child),
        owned.flatMap(ObservedStatefulSet::mismatch));
  }

  private static Optional<Child> child(ChildIdentity.Owned owned) {
    return owned.identity() instanceof ChildIdentity.Ours ours
        ? Optional.of(new Child(owned.grid(), ours.unitKey(), ours.unit()))
        : Optional.empty();
  }

  private static Optional<String> mismatch(ChildIdentity.Owned owned) {
    return owned.identity() instanceof ChildIdentity.Mismatched mismatched
        ? Optional.of(mismatched.problem().message())
        : Optional.empty();
  }

  /** Its namespace. */
  public String namespace() {
    return service.namespace();
  }

  /** Whether it has a pod with this ordinal when nothing is amiss. */
  boolean has(long ordinal) {
    return ordinal >= firstOrdinal && ordinal < firstOrdinal + replicas;
  }

  /**
   * The ordinal of its pod {@code podName}; empty if that is no name of a pod of it. A
   * StatefulSet's controller names pods so, and no name of another one's pod has this form: an
   * ordinal has no dash.
   */
  Optional<Long> ordinalOf(String podName) {
    if (!podName.startsWith(name) || podName.length() <= name.length() + 1) {
      return Optional.empty();
    }
    return podName.charAt(name.length()) == '-'
        ? Ordinals.parse(podName.substring(name.length() + 1))
        : Optional.empty();
  }
}

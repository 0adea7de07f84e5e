/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import dev.unitgrid.node.serve.Refusal.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The parameters of a list or a watch, refused where the API server refuses them.
 *
 * @param limit 0 for none
 * @param sendInitialEvents empty if it is not said
 * @param timeoutSeconds empty for none
 */
record ListOptions(
    String resourceVersion,
    String match,
    long limit,
    String continueToken,
    boolean bookmarks,
    Optional<Boolean> sendInitialEvents,
    Optional<Long> timeoutSeconds) {
  private static final String MATCH = "resourceVersionMatch";
  private static final String SEND = "sendInitialEvents";
  static final String EXACT = "Exact";
  static final String NOT_OLDER = "NotOlderThan";

  /**
   * The options of {@code read}.
   *
   * @throws Refusal.Thrown a 400 or 422 for what cannot be read or does not go together
   */
  static ListOptions of(Read read) {
    ListOptions options =
        new ListOptions(
            read.query("resourceVersion"),
            read.query(MATCH),
            Math.max(0, number(read.query("limit")).orElse(0L)),
            read.query("continue"),
            read.isSet("allowWatchBookmarks"),
            read.query().containsKey(SEND) ? Optional.of(read.isSet(SEND)) : Optional.empty(),
            number(read.query("timeoutSeconds")));
    List<Cause> causes = read.watch() ? options.faultsOfWatch() : options.faultsOfList();
    if (!causes.isEmpty()) {
      throw Refusal.invalidOptions(causes).thrown();
    }
    return options;
  }

  private static Optional<Long> number(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Long.parseLong(text));
    } catch (NumberFormatException none) {
      throw Refusal.badRequest("strconv.ParseInt: parsing \"" + text + "\": invalid syntax")
          .thrown();
    }
  }

  private List<Cause> faultsOfList() {
    List<Cause> faults = new ArrayList<>();
    if (!match.isEmpty()) {
      if (resourceVersion.isEmpty()) {
        faults.add(
            Cause.forbidden(
                MATCH, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
      }
      if (!continueToken.isEmpty()) {
        faults.add(
            Cause.forbidden(MATCH, "resourceVersionMatch is forbidden when continue is provided"));
      }
      if (!match.equals(EXACT) && !match.equals(NOT_OLDER)) {
        faults.add(Cause.unsupported(MATCH, match, "\"Exact\", \"NotOlderThan\", \"\""));
      }
      if (match.equals(EXACT) && resourceVersion.equals("0")) {
        faults.add(
            Cause.forbidden(
                MATCH, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
      }
    }
    if (sendInitialEvents.isPresent()) {
      faults.add(Cause.forbidden(SEND, "sendInitialEvents is forbidden for list"));
    }
    return faults;
  }

  private List<Cause> faultsOfWatch() {
    List<Cause> faults = new ArrayList<>();
    if (sendInitialEvents.isPresent() && !match.equals(NOT_OLDER)) {
      faults.add(
          Cause.forbidden(
              MATCH, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
    }
    if (sendInitialEvents.isEmpty() && !match.isEmpty()) {
      faults.add(
          Cause.forbidden(
              MATCH,
              "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
    }
    if (!match.isEmpty() && !match.equals(NOT_OLDER)) {
      faults.add(Cause.unsupported(MATCH, match, "\"NotOlderThan\""));
    }
    if (!continueToken.isEmpty()) {
      faults.add(
          Cause.forbidden(MATCH, "resourceVersionMatch is forbidden when continue is provided"));
    }
    return faults;
  }

  boolean isOfAnyVersion() {
    return resourceVersion.isEmpty() || resourceVersion.equals("0");
  }
}

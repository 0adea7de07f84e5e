/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import dev.unitgrid.testkit.internal.api.StatusException.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a list or a watch asks for, checked as the real server checks it.
 *
 * @param limit at most so many items; 0 for all
 * @param sendInitialEvents empty if the query does not say
 * @param timeoutSeconds empty for the server's own
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
  private static final String NOT_OLDER = "NotOlderThan";

  /** The options of a list; 400 or 422 for what makes no sense together. */
  static ListOptions ofList(Call call) {
    ListOptions options = read(call);
    options.refuse(options.problemsOfList());
    return options;
  }

  /** The options of a watch; 400 or 422 for what makes no sense together. */
  static ListOptions ofWatch(Call call) {
    ListOptions options = read(call);
    options.refuse(options.problemsOfWatch());
    return options;
  }

  private static ListOptions read(Call call) {
    return new ListOptions(
        call.query("resourceVersion"),
        call.query(MATCH),
        Math.max(0, number(call, "limit").orElse(0L)),
        call.query("continue"),
        call.isSet("allowWatchBookmarks"),
        call.query().containsKey("sendInitialEvents")
            ? Optional.of(call.isSet("sendInitialEvents"))
            : Optional.empty(),
        number(call, "timeoutSeconds"));
  }

  private static Optional<Long> number(Call call, String name) {
    String text = call.query(name);
    return text.isEmpty() ? Optional.empty() : Optional.of(number(text));
  }

  /** The number that a parameter is; 400 if it is none. */
  static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException notANumber) {
      throw StatusException.badRequest(
          "strconv.ParseInt: parsing \"" + text + "\": invalid syntax");
    }
  }

  private List<Cause> problemsOfList() {
    List<Cause> causes = new ArrayList<>();
    if (!match.isEmpty()) {
      if (resourceVersion.isEmpty()) {
        causes.add(
            forbidden("resourceVersionMatch is forbidden unless resourceVersion is provided"));
      }
      if (!continueToken.isEmpty()) {
        causes.add(forbidden("resourceVersionMatch is forbidden when continue is provided"));
      }
      if (!match.equals("Exact") && !match.equals(NOT_OLDER)) {
        causes.add(
            Cause.unsupported(
                MATCH, "\"" + match + "\"", "\"Exact\", \"" + NOT_OLDER + "\", \"\""));
      }
      if (match.equals("Exact") && resourceVersion.equals("0")) {
        causes.add(
            forbidden("resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
      }
    }
    if (sendInitialEvents.isPresent()) {
      causes.add(Cause.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
    }
    return causes;
  }

  private List<Cause> problemsOfWatch() {
    List<Cause> causes = new ArrayList<>();
    if (sendInitialEvents.isPresent() && !match.equals(NOT_OLDER)) {
      causes.add(
          forbidden("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
    }
    if (!match.isEmpty() && sendInitialEvents.isEmpty()) {
      causes.add(
          forbidden(
              "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
    }
    if (!match.isEmpty() && !match.equals(NOT_OLDER)) {
      causes.add(Cause.unsupported(MATCH, "\"" + match + "\"", "\"" + NOT_OLDER + "\""));
    }
    if (!continueToken.isEmpty()) {
      causes.add(forbidden("resourceVersionMatch is forbidden when continue is provided"));
    }
    return causes;
  }

  private static Cause forbidden(String why) {
    return Cause.forbidden(MATCH, why);
  }

  private void refuse(List<Cause> causes) {
    if (!causes.isEmpty()) {
      throw StatusException.invalidOptions("ListOptions", causes);
    }
  }

  /** Whether the version says "any". */
  boolean isOfAnyVersion() {
    return resourceVersion.isEmpty() || resourceVersion.equals("0");
  }
}

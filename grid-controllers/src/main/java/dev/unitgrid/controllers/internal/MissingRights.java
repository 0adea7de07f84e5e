/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.internal;

import dev.unitgrid.runtime.codec.ApiStatus;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.transport.ApiRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Which rights the API server said we lack, seen in its answers: to ask for each in advance would
 * be requests in an idle cluster. What succeeds is no longer missing; what is not tried again is
 * forgotten, for its grid may be gone. Written on the loop, read by anybody.
 */
public final class MissingRights {
  /** Longer than the longest pause before a refused write is tried again. */
  private static final Duration BELIEVED_FOR = Duration.ofMinutes(10);

  /** Admission plugins, quotas and policies refuse with a 403, too, but in other words. */
  private static final Pattern BY_RBAC = Pattern.compile(" cannot [a-z]+ resource \"");

  /** A path of an object: all up to the plural, the name, and a subresource perhaps. */
  private static final Pattern NAME =
      Pattern.compile("^(.*/namespaces/[^/]+/[^/]+|/apis?/[^/]+/[^/]+/[^/]+)/[^/]+");

  private final Scheduler scheduler;
  private final Map<String, Missing> byRight = new ConcurrentHashMap<>();

  /** A refusal, and when it was heard last. */
  private record Missing(String sentence, Duration heard) {}

  public MissingRights(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** Learns from {@code answer} to {@code request}. */
  public void answered(ApiRequest request, Answer answer) {
    String right = right(request);
    if (answer instanceof Answer.Success) {
      byRight.remove(right);
      return;
    }
    answer
        .refusal()
        .filter(MissingRights::isMissingRight)
        .ifPresent(
            status -> byRight.put(right, new Missing(status.message(), scheduler.elapsed())));
  }

  private static boolean isMissingRight(ApiStatus status) {
    return status.code() == 403 && BY_RBAC.matcher(status.message()).find();
  }

  /** The API server's sentences, sorted. */
  public List<String> sentences() {
    Duration old = scheduler.elapsed().minus(BELIEVED_FOR);
    byRight.values().removeIf(missing -> missing.heard().compareTo(old) < 0);
    return byRight.values().stream().map(Missing::sentence).distinct().sorted().toList();
  }

  /** The method and the path without the object's name. */
  private static String right(ApiRequest request) {
    String path = request.path();
    boolean ofCollection = request.method().equals("POST");
    return request.method() + " " + (ofCollection ? path : NAME.matcher(path).replaceFirst("$1"));
  }
}

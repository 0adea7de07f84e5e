/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.naming;

import com.google.common.base.Ascii;
import com.google.common.base.CharMatcher;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.json.Digest;
import java.util.regex.Pattern;

/**
 * Which names are legal for a kind of child and for what its controller derives from them (RULE
 * 10). The answer must not depend on the version of the server: a name's form never changes.
 */
enum NameForm {
  /**
   * Names of ReplicaSets are the Deployment's, a dash and a hash of up to ten characters; newer
   * versions cut them to fit, older ones fail. Names of pods are cut by the API server.
   */
  DEPLOYMENT(
      253 - 11,
      Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"),
      CharMatcher.none()),
  /**
   * A pod's host name is the StatefulSet's, a dash and an ordinal, and may have no dot; the label
   * {@code controller-revision-hash} is the StatefulSet's name, a dash and a hash of up to ten
   * characters, and may have 63.
   */
  STATEFUL_SET(63 - 11, Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?"), CharMatcher.none()),
  /** Before Kubernetes allowed it, a Service's name could not begin with a digit. */
  SERVICE(63, Pattern.compile("[a-z]([a-z0-9-]*[a-z0-9])?"), CharMatcher.inRange('0', '9'));

  private static final int HASH = 8;
  private static final CharMatcher LETTERS_AND_DIGITS =
      CharMatcher.inRange('a', 'z').or(CharMatcher.inRange('0', '9'));

  private final int longest;
  private final Pattern legal;
  private final CharMatcher notFirst;

  NameForm(int longest, Pattern legal, CharMatcher notFirst) {
    this.longest = longest;
    this.legal = legal;
    this.notFirst = notFirst;
  }

  static NameForm of(GridKind kind) {
    return switch (kind) {
      case DEPLOYMENT_GRID -> DEPLOYMENT;
      case STATEFUL_SET_GRID -> STATEFUL_SET;
      case SERVICE_GRID -> SERVICE;
    };
  }

  /** The name that everybody expects, legal or not. */
  String plain(String grid, String unit) {
    return grid + "-" + (this == SERVICE ? "svc" : unit);
  }

  boolean isLegal(String name) {
    return name.length() <= longest && legal.matcher(name).matches();
  }

  /** A legal name that no other grid and unit of the namespace has. */
  String hashed(String grid, String unit) {
    String readable =
        LETTERS_AND_DIGITS.negate().collapseFrom(Ascii.toLowerCase(plain(grid, unit)), '-');
    String started = notFirst.or(CharMatcher.is('-')).trimLeadingFrom(readable);
    String cut = started.substring(0, Math.min(started.length(), longest - HASH - 1));
    return CharMatcher.is('-').trimTrailingFrom(cut) + "-" + Digest.of(grid + "\n" + unit, HASH);
  }
}

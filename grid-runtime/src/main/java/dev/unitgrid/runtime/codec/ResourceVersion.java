/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.codec;

/**
 * A version as the API server writes it. Decimal ones, which is what Kubernetes has, are ordered as
 * numbers of any length; others can only be equal.
 *
 * @param text as the server wrote it; empty for none
 */
public record ResourceVersion(String text) {
  /** No version: older than any decimal one. */
  public static final ResourceVersion NONE = new ResourceVersion("");

  /** Whether this is certainly older than {@code other}: never if one of them is not decimal. */
  public boolean isOlderThan(ResourceVersion other) {
    if (!isComparable() || !other.isComparable()) {
      return false;
    }
    String mine = significant();
    String theirs = other.significant();
    return mine.length() == theirs.length()
        ? mine.compareTo(theirs) < 0
        : mine.length() < theirs.length();
  }

  /** The later of both; {@code other} where they cannot be compared. */
  public ResourceVersion orLater(ResourceVersion other) {
    return other.isOlderThan(this) ? this : other;
  }

  /** Whether there is none. */
  public boolean isNone() {
    return text.isEmpty();
  }

  private boolean isComparable() {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private String significant() {
    int start = 0;
    while (start < text.length() && text.charAt(start) == '0') {
      start++;
    }
    return text.substring(start);
  }

  @Override
  public String toString() {
    return text;
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;

/** The lines of a unified diff with three lines of context; empty for equal texts. */
final class UnifiedDiff {
  private static final int CONTEXT = 3;

  private UnifiedDiff() {}

  /** One line with its sign, and its place in both texts. */
  private record Line(char sign, String text, int before, int after) {
    boolean isChange() {
      return sign != ' ';
    }
  }

  static ImmutableList<String> of(List<String> before, List<String> after) {
    List<Line> lines = lines(before, after);
    ImmutableList.Builder<String> diff = ImmutableList.builder();
    int next = 0;
    while (next < lines.size()) {
      int change = nextChange(lines, next);
      if (change == lines.size()) {
        break;
      }
      int start = Math.max(next, change - CONTEXT);
      int end = endOfHunk(lines, change);
      diff.add(header(lines.subList(start, end)));
      lines.subList(start, end).forEach(line -> diff.add(line.sign() + line.text()));
      next = end;
    }
    return diff.build();
  }

  private static int nextChange(List<Line> lines, int from) {
    int at = from;
    while (at < lines.size() && !lines.get(at).isChange()) {
      at++;
    }
    return at;
  }

  /** Changes whose contexts touch are one hunk. */
  private static int endOfHunk(List<Line> lines, int change) {
    int last = change;
    int next = nextChange(lines, change + 1);
    while (next < lines.size() && next - last <= 2 * CONTEXT) {
      last = next;
      next = nextChange(lines, next + 1);
    }
    return Math.min(lines.size(), last + CONTEXT + 1);
  }

  private static String header(List<Line> hunk) {
    long removed = hunk.stream().filter(line -> line.sign() != '+').count();
    long added = hunk.stream().filter(line -> line.sign() != '-').count();
    Line first = hunk.get(0);
    return "@@ -" + place(first.before(), removed) + " +" + place(first.after(), added) + " @@";
  }

  /** Of no lines, the place is that of the line before. */
  private static String place(int line, long count) {
    return (count == 0 ? line : line + 1) + (count == 1 ? "" : "," + count);
  }

  /** By the longest common subsequence; objects have some hundred lines at most. */
  private static List<Line> lines(List<String> before, List<String> after) {
    int[][] common = common(before, after);
    List<Line> lines = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < before.size() || j < after.size()) {
      boolean same = i < before.size() && j < after.size() && before.get(i).equals(after.get(j));
      if (same) {
        lines.add(new Line(' ', before.get(i), i, j));
        i++;
        j++;
      } else if (j == after.size() || (i < before.size() && common[i + 1][j] >= common[i][j + 1])) {
        lines.add(new Line('-', before.get(i), i, j));
        i++;
      } else {
        lines.add(new Line('+', after.get(j), i, j));
        j++;
      }
    }
    return lines;
  }

  private static int[][] common(List<String> before, List<String> after) {
    int[][] common = new int[before.size() + 1][after.size() + 1];
    for (int i = before.size() - 1; i >= 0; i--) {
      for (int j = after.size() - 1; j >= 0; j--) {
        common[i][j] =
            before.get(i).equals(after.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    return common;
  }
}

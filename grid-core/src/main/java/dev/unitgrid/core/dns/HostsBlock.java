/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.dns;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Our block of lines in a hosts file, between two lines that mark it. All other lines are kept as
 * they are, byte by byte. Immutable.
 */
public final class HostsBlock {
  private static final String BEGIN = "# BEGIN unitgrid";
  private static final String END = "# END unitgrid";
  private static final String EXPLAINED = BEGIN + " (written by unitgrid dns, do not edit)";

  private final Pattern ours;

  private HostsBlock(Pattern ours) {
    this.ours = ours;
  }

  /** A hosts file as it should be. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  public record Content(byte[] bytes, ImmutableList<String> repairs) {}

  /** The block with names below {@code clusterDomain}. */
  public static HostsBlock of(String clusterDomain) {
    return new HostsBlock(
        Pattern.compile(
            "[0-9a-fA-F:.]+ [^ \\t#]+\\.svc\\." + Pattern.quote(clusterDomain) + "\\r?\\n?"));
  }

  /**
   * The file {@code former} with {@code names} in its block, which keeps its place, or comes to the
   * end.
   *
   * <p>Of several blocks the first is kept. A block that lost one of its two marks was edited by
   * hand: of the lines beside the other mark those are taken for ours that are an address and one
   * name of the cluster.
   *
   * @param former empty for a file that does not exist
   * @return with what was repaired, in sentences
   */
  public Content in(byte[] former, Iterable<NameRecord> names) {
    Editing editing = new Editing(new String(former, ISO_8859_1));
    editing.cut();
    return new Content(
        editing.with(names).getBytes(ISO_8859_1), ImmutableList.copyOf(editing.repairs));
  }

  /**
   * One file, taken apart. It is as large as a unit has pods, and memory is scarce: lines are
   * places in the text until they are kept.
   */
  private final class Editing {
    private final String text;
    private final int[] starts;
    private final int lines;
    private final List<String> kept = new ArrayList<>();
    private final List<String> repairs = new ArrayList<>();
    private final String lineEnd;
    private int place = -1;

    Editing(String text) {
      this.text = text;
      this.starts = starts(text);
      this.lines = starts.length - 1;
      this.lineEnd = lines > 0 && line(0).endsWith("\r\n") ? "\r\n" : "\n";
    }

    /** Where each line starts, and the end of the text. */
    private static int[] starts(String text) {
      IntStream.Builder starts = IntStream.builder();
      int start = 0;
      while (start < text.length()) {
        starts.add(start);
        int end = text.indexOf('\n', start);
        start = end < 0 ? text.length() : end + 1;
      }
      return starts.add(start).build().toArray();
    }

    private String line(int number) {
      return text.substring(starts[number], starts[number + 1]);
    }

    private boolean isMark(int number, String mark) {
      int end = starts[number] + mark.length();
      return text.startsWith(mark, starts[number])
          && (end >= starts[number + 1] || text.charAt(end) <= ' ');
    }

    private boolean isOurs(int number) {
      return ours.matcher(text).region(starts[number], starts[number + 1]).matches();
    }

    void cut() {
      int at = 0;
      while (at < lines) {
        if (isMark(at, BEGIN)) {
          at = block(at);
        } else if (isMark(at, END)) {
          endWithoutBegin();
          at++;
        } else {
          kept.add(line(at));
          at++;
        }
      }
    }

    /** Leaves a block out; the place of the first line after it. */
    private int block(int begin) {
      if (place >= 0) {
        repairs.add("a second block was removed");
      }
      found();
      int next = begin + 1;
      while (next < lines && !isMark(next, BEGIN)) {
        if (isMark(next, END)) {
          return next + 1;
        }
        next++;
      }
      repairs.add("the end of the block was missing");
      int after = begin + 1;
      while (after < next && isOurs(after)) {
        after++;
      }
      return after;
    }

    private void endWithoutBegin() {
      repairs.add("the beginning of the block was missing");
      while (!kept.isEmpty() && ours.matcher(kept.get(kept.size() - 1)).matches()) {
        kept.remove(kept.size() - 1);
      }
      place = Math.min(place, kept.size());
      found();
    }

    private void found() {
      place = place < 0 ? kept.size() : place;
    }

    String with(Iterable<NameRecord> names) {
      if (place < 0) {
        place = kept.size();
      }
      StringBuilder whole = new StringBuilder(text.length() + text.length() / 8);
      kept.subList(0, place).forEach(whole::append);
      if (whole.length() > 0 && whole.charAt(whole.length() - 1) != '\n') {
        whole.append(lineEnd);
      }
      whole.append(EXPLAINED).append(lineEnd);
      for (NameRecord name : names) {
        for (String address : name.addresses()) {
          whole.append(address).append(' ').append(name.name()).append(lineEnd);
        }
      }
      whole.append(END).append(lineEnd);
      kept.subList(place, kept.size()).forEach(whole::append);
      return whole.toString();
    }
  }
}

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

  private static boolean isMark(String line, String mark) {
    return line.startsWith(mark)
        && (line.length() == mark.length() || line.charAt(mark.length()) <= ' ');
  }

  /** One file, taken apart. */
  private final class Editing {
    private final List<String> lines;
    private final List<String> kept = new ArrayList<>();
    private final List<String> repairs = new ArrayList<>();
    private final String lineEnd;
    private int place = -1;

    Editing(String text) {
      this.lines = lines(text);
      this.lineEnd = !lines.isEmpty() && lines.get(0).endsWith("\r\n") ? "\r\n" : "\n";
    }

    void cut() {
      int at = 0;
      while (at < lines.size()) {
        if (isMark(lines.get(at), BEGIN)) {
          at = block(at);
        } else if (isMark(lines.get(at), END)) {
          endWithoutBegin();
          at++;
        } else {
          kept.add(lines.get(at));
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
      while (next < lines.size() && !isMark(lines.get(next), BEGIN)) {
        if (isMark(lines.get(next), END)) {
          return next + 1;
        }
        next++;
      }
      repairs.add("the end of the block was missing");
      int after = begin + 1;
      while (after < next && ours.matcher(lines.get(after)).matches()) {
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
      StringBuilder text = new StringBuilder();
      kept.subList(0, place).forEach(text::append);
      if (text.length() > 0 && text.charAt(text.length() - 1) != '\n') {
        text.append(lineEnd);
      }
      text.append(EXPLAINED).append(lineEnd);
      for (NameRecord name : names) {
        for (String address : name.addresses()) {
          text.append(address).append(' ').append(name.name()).append(lineEnd);
        }
      }
      text.append(END).append(lineEnd);
      kept.subList(place, kept.size()).forEach(text::append);
      return text.toString();
    }

    private static List<String> lines(String text) {
      List<String> lines = new ArrayList<>();
      int start = 0;
      while (start < text.length()) {
        int end = text.indexOf('\n', start);
        int next = end < 0 ? text.length() : end + 1;
        lines.add(text.substring(start, next));
        start = next;
      }
      return lines;
    }
  }
}

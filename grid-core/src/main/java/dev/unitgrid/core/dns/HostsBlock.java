/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.dns;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
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
    Editing editing = new Editing(former);
    editing.cut();
    return new Content(editing.with(names), ImmutableList.copyOf(editing.repairs));
  }

  /**
   * One file, taken apart. It is as large as a unit has pods, with as many lines of others as they
   * like, and memory is scarce: lines are places in the bytes, and nothing is copied but into the
   * result.
   */
  private final class Editing {
    private final byte[] former;
    private final int[] starts;
    private final int lines;
    private final Matcher ourLine;
    private final BitSet kept = new BitSet();
    private final List<String> repairs = new ArrayList<>();
    private final String lineEnd;
    private int place = -1; // of the line before which the block comes

    Editing(byte[] former) {
      this.former = former;
      this.starts = starts(former);
      this.lines = starts.length - 1;
      this.ourLine = ours.matcher(new Latin1(former));
      this.lineEnd =
          lines > 0
                  && starts[1] > 1
                  && former[starts[1] - 2] == '\r'
                  && former[starts[1] - 1] == '\n'
              ? "\r\n"
              : "\n";
    }

    /** Where each line starts, and the end of the text. */
    private static int[] starts(byte[] text) {
      int[] starts = new int[64];
      int count = 1;
      for (int i = 1; i <= text.length; i++) {
        if (text[i - 1] == '\n' || i == text.length) {
          starts = count < starts.length ? starts : Arrays.copyOf(starts, count + count / 2);
          starts[count++] = i;
        }
      }
      return Arrays.copyOf(starts, count);
    }

    private boolean isMark(int number, String mark) {
      int end = starts[number] + mark.length();
      if (end > starts[number + 1]) {
        return false;
      }
      for (int i = 0; i < mark.length(); i++) {
        if (former[starts[number] + i] != mark.charAt(i)) {
          return false;
        }
      }
      return end == starts[number + 1] || (former[end] & 0xff) <= ' ';
    }

    private boolean isOurs(int number) {
      return ourLine.region(starts[number], starts[number + 1]).matches();
    }

    void cut() {
      int at = 0;
      while (at < lines) {
        if (isMark(at, BEGIN)) {
          at = block(at);
        } else if (isMark(at, END)) {
          endWithoutBegin(at);
          at++;
        } else {
          kept.set(at);
          at++;
        }
      }
      found(lines);
    }

    /** Leaves a block out; the place of the first line after it. */
    private int block(int begin) {
      if (place >= 0) {
        repairs.add("a second block was removed");
      }
      found(begin);
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

    private void endWithoutBegin(int end) {
      repairs.add("the beginning of the block was missing");
      int last = kept.previousSetBit(end);
      while (last >= 0 && isOurs(last)) {
        kept.clear(last);
        last = kept.previousSetBit(last);
      }
      found(end);
    }

    private void found(int line) {
      place = place < 0 ? line : place;
    }

    byte[] with(Iterable<NameRecord> names) {
      Text text = new Text(former.length + former.length / 8 + 256);
      keep(text, 0, place);
      if (text.length() > 0 && !text.endsLine()) {
        text.add(lineEnd);
      }
      text.add(EXPLAINED).add(lineEnd);
      for (NameRecord name : names) {
        for (String address : name.addresses()) {
          text.add(address).add(" ").add(name.name()).add(lineEnd);
        }
      }
      text.add(END).add(lineEnd);
      keep(text, place, lines);
      return text.bytes();
    }

    private void keep(Text text, int from, int to) {
      int line = kept.nextSetBit(from);
      while (line >= 0 && line < to) {
        int after = Math.min(kept.nextClearBit(line), to);
        text.add(former, starts[line], starts[after]);
        line = kept.nextSetBit(after);
      }
    }
  }

  /** Bytes as characters, without a copy of them. */
  @SuppressWarnings("ArrayRecordComponent") // read only, never compared
  private record Latin1(byte[] bytes) implements CharSequence {
    @Override
    public int length() {
      return bytes.length;
    }

    @Override
    public char charAt(int index) {
      return (char) (bytes[index] & 0xff);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new String(bytes, start, end - start, ISO_8859_1);
    }

    @Override
    public String toString() {
      return new String(bytes, ISO_8859_1);
    }
  }

  /** The bytes of a file to be. */
  private static final class Text {
    private byte[] bytes;
    private int length;

    Text(int expected) {
      this.bytes = new byte[expected];
    }

    int length() {
      return length;
    }

    boolean endsLine() {
      return bytes[length - 1] == '\n';
    }

    Text add(String text) {
      byte[] added = text.getBytes(ISO_8859_1);
      add(added, 0, added.length);
      return this;
    }

    void add(byte[] from, int start, int end) {
      if (end - start > bytes.length - length) {
        bytes = Arrays.copyOf(bytes, (length + end - start) * 5 / 4);
      }
      System.arraycopy(from, start, bytes, length, end - start);
      length += end - start;
    }

    byte[] bytes() {
      return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.dns;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class HostsBlockTest {
  private static final String BEGIN = "# BEGIN unitgrid (written by unitgrid dns, do not edit)\n";
  private static final String END = "# END unitgrid\n";
  private static final String OLD = "10.1.0.9 old-0.s.default.svc.cluster.local\n";
  private static final String NEW =
      "10.1.0.1 demo-0.s.default.svc.cluster.local\n"
          + "fd00::1 demo-0.s.default.svc.cluster.local\n";
  private static final List<NameRecord> NAMES =
      List.of(NameRecord.of("demo-0.s.default.svc.cluster.local", List.of("fd00::1", "10.1.0.1")));

  private static HostsBlock.Content written(String former) {
    return HostsBlock.of("cluster.local").in(former.getBytes(StandardCharsets.UTF_8), NAMES);
  }

  private static void rewritten(String former, String expected, String... repairs) {
    HostsBlock.Content content = written(former);
    assertThat(new String(content.bytes(), StandardCharsets.UTF_8)).isEqualTo(expected);
    assertThat(content.repairs()).containsExactly(repairs);
    assertThat(written(expected).bytes()).isEqualTo(content.bytes());
  }

  @Test
  void a_file_that_is_not_there_is_the_block_alone() {
    rewritten("", BEGIN + NEW + END);
  }

  @Test
  void the_block_keeps_its_place_and_foreign_lines_are_kept_as_they_are() {
    rewritten(
        "127.0.0.1 localhost\n" + BEGIN + OLD + END + "\n# é\t own\n10.0.0.1 x",
        "127.0.0.1 localhost\n" + BEGIN + NEW + END + "\n# é\t own\n10.0.0.1 x");
  }

  @Test
  void without_a_block_it_comes_to_the_end_after_a_whole_line() {
    rewritten("127.0.0.1 localhost", "127.0.0.1 localhost\n" + BEGIN + NEW + END);
  }

  @Test
  void a_file_with_carriage_returns_keeps_them_and_has_them_in_the_block() {
    rewritten(
        "127.0.0.1 localhost\r\n" + crlf(BEGIN + OLD + END) + "10.0.0.1 x\r\n",
        "127.0.0.1 localhost\r\n" + crlf(BEGIN + NEW + END) + "10.0.0.1 x\r\n");
  }

  @Test
  void of_two_blocks_the_first_is_kept() {
    rewritten(
        "a\n" + BEGIN + OLD + END + "b\n" + BEGIN + OLD + END + "c\n",
        "a\n" + BEGIN + NEW + END + "b\nc\n",
        "a second block was removed");
  }

  @Test
  void a_block_without_an_end_loses_our_lines_and_no_others() {
    rewritten(
        "a\n" + BEGIN + OLD + OLD + "10.0.0.1 router\n",
        "a\n" + BEGIN + NEW + END + "10.0.0.1 router\n",
        "the end of the block was missing");
    rewritten(
        BEGIN + OLD + "a\n" + BEGIN + OLD + END,
        BEGIN + NEW + END + "a\n",
        "the end of the block was missing",
        "a second block was removed");
  }

  @Test
  void a_block_without_a_beginning_loses_our_lines_and_no_others() {
    rewritten(
        "10.0.0.1 router\n" + OLD + OLD + END + "b\n",
        "10.0.0.1 router\n" + BEGIN + NEW + END + "b\n",
        "the beginning of the block was missing");
    rewritten(
        OLD + END + "a\n" + BEGIN + OLD + END,
        BEGIN + NEW + END + "a\n",
        "the beginning of the block was missing",
        "a second block was removed");
  }

  @Test
  void no_names_are_an_empty_block() {
    byte[] former = (BEGIN + OLD + END).getBytes(ISO_8859_1);

    assertThat(HostsBlock.of("cluster.local").in(former, List.of()).bytes())
        .isEqualTo((BEGIN + END).getBytes(ISO_8859_1));
  }

  @Property(tries = 300)
  void foreign_lines_survive_every_edit_and_one_whole_block_is_left(
      @ForAll("edited") List<String> pieces) {
    byte[] bytes = written(String.join("", pieces)).bytes();
    String text = new String(bytes, ISO_8859_1);

    List<String> left = new ArrayList<>(text.lines().map(line -> line + "\n").toList());
    int begin = left.indexOf(BEGIN);
    assertThat(left.subList(begin, begin + 4))
        .isEqualTo((BEGIN + NEW + END).lines().map(line -> line + "\n").toList());
    assertThat(left.stream().filter(line -> line.startsWith("#"))).hasSize(2);
    left.removeIf(line -> line.startsWith("#") || line.endsWith(".cluster.local\n"));
    assertThat(left).isEqualTo(foreignOutside(pieces));
    assertThat(written(text).bytes()).isEqualTo(bytes);
  }

  /** Lines that are in no whole block: what is between two marks is ours, whoever wrote it. */
  private static List<String> foreignOutside(List<String> pieces) {
    List<String> outside = new ArrayList<>();
    for (int i = 0; i < pieces.size(); i++) {
      if (pieces.get(i).equals(BEGIN)) {
        int end = i + 1;
        while (end < pieces.size() && !pieces.get(end).startsWith("#")) {
          end++;
        }
        if (end < pieces.size() && pieces.get(end).equals(END)) {
          i = end;
        }
      } else if (!pieces.get(i).startsWith("#") && !pieces.get(i).equals(OLD)) {
        outside.add(pieces.get(i));
      }
    }
    return outside;
  }

  @Provide
  Arbitrary<List<String>> edited() {
    return Arbitraries.of(BEGIN, END, OLD, "127.0.0.1 localhost\n", "10.0.0.1 a b\n", "\n")
        .list()
        .ofMaxSize(12);
  }

  private static String crlf(String text) {
    return text.replace("\n", "\r\n");
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.core.Rule;
import org.junit.jupiter.api.Test;

@Rule(30)
class ServedVersionsTest {
  private static final ServedVersions VERSIONS =
      ServedVersions.begin(0, 0, 1000, 0).next().next().next();

  @Test
  void they_begin_above_everything_that_was_served_before() {
    assertThat(ServedVersions.begin(5000, 100, 4000, 4000).start()).isEqualTo(5100);
    assertThat(ServedVersions.begin(5000, 100, 6000, 4000).start()).isEqualTo(6000);
    assertThat(ServedVersions.begin(5000, 100, 4000, 7000).start()).isEqualTo(7001);
    assertThat(ServedVersions.begin(5000, 100, 4000, 4000).current()).isEqualTo(5100);
  }

  @Test
  void each_change_has_the_next_one() {
    assertThat(VERSIONS).isEqualTo(new ServedVersions(1000, 1003));
  }

  @Test
  void a_watch_gets_what_came_after_its_version() {
    assertThat(VERSIONS.watch("1000", 1000)).isEqualTo(new ServedVersions.Answer.After(1000));
    assertThat(VERSIONS.watch("1003", 1000)).isEqualTo(new ServedVersions.Answer.After(1003));
    assertThat(VERSIONS.watch("1001", 1001)).isEqualTo(new ServedVersions.Answer.After(1001));
  }

  @Test
  void a_watch_from_no_version_gets_what_is_there() {
    assertThat(VERSIONS.watch("", 1000)).isEqualTo(new ServedVersions.Answer.Now());
    assertThat(VERSIONS.watch("0", 1000)).isEqualTo(new ServedVersions.Answer.Now());
    assertThat(VERSIONS.listNotOlderThan("")).isEqualTo(new ServedVersions.Answer.Now());
    assertThat(VERSIONS.listNotOlderThan("0")).isEqualTo(new ServedVersions.Answer.Now());
  }

  @Test
  void a_watch_from_before_this_process_or_from_the_future_must_list_again() {
    assertThat(VERSIONS.watch("999", 900))
        .isEqualTo(new ServedVersions.Answer.Expired("too old resource version: 999 (1003)"));
    assertThat(VERSIONS.watch("1004", 1000)).isInstanceOf(ServedVersions.Answer.Expired.class);
    assertThat(VERSIONS.watch("18446744073709551615", 1000))
        .isInstanceOf(ServedVersions.Answer.Expired.class);
  }

  @Test
  void a_watch_from_what_is_forgotten_must_list_again() {
    assertThat(VERSIONS.watch("1001", 1002)).isInstanceOf(ServedVersions.Answer.Expired.class);
  }

  @Test
  void a_list_of_the_future_is_told_to_try_again() {
    assertThat(VERSIONS.listNotOlderThan("1004"))
        .isEqualTo(
            new ServedVersions.Answer.TooLarge("Too large resource version: 1004, current: 1003"));
    assertThat(VERSIONS.listNotOlderThan("1003")).isEqualTo(new ServedVersions.Answer.Now());
    assertThat(VERSIONS.listNotOlderThan("1")).isEqualTo(new ServedVersions.Answer.Now());
  }

  @Test
  void only_the_newest_version_can_be_listed_exactly() {
    assertThat(VERSIONS.listExactly("1003")).isEqualTo(new ServedVersions.Answer.Now());
    assertThat(VERSIONS.listExactly("1002")).isInstanceOf(ServedVersions.Answer.Expired.class);
    assertThat(VERSIONS.listExactly("1004")).isInstanceOf(ServedVersions.Answer.TooLarge.class);
    assertThat(VERSIONS.listExactly("0")).isInstanceOf(ServedVersions.Answer.Invalid.class);
    assertThat(VERSIONS.listExactly("")).isInstanceOf(ServedVersions.Answer.Invalid.class);
  }

  @Test
  void what_is_no_number_is_no_version() {
    for (String odd : new String[] {"-1", "abc", "1 ", "1.5", "\u0661", "18446744073709551616"}) {
      assertThat(VERSIONS.watch(odd, 1000))
          .isEqualTo(new ServedVersions.Answer.Invalid("invalid resource version \"" + odd + "\""));
      assertThat(VERSIONS.listNotOlderThan(odd)).isInstanceOf(ServedVersions.Answer.Invalid.class);
      assertThat(VERSIONS.listExactly(odd)).isInstanceOf(ServedVersions.Answer.Invalid.class);
    }
  }
}

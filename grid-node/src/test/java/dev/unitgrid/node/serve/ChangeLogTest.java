/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ChangeLogTest {
  private final ChangeLog<String> log = new ChangeLog<>(3, 40);

  @Test
  void a_watch_goes_on_after_the_version_that_it_saw_last() {
    log.add(41, "a");
    log.add(45, "b");
    log.add(46, "c");
    assertThat(log.after(40)).containsExactly("a", "b", "c");
    assertThat(log.after(41)).containsExactly("b", "c");
    assertThat(log.after(44)).containsExactly("b", "c");
    assertThat(log.after(46)).isEmpty();
  }

  @Test
  void a_log_without_changes_serves_from_its_start() {
    assertThat(log.oldest()).isEqualTo(40);
    assertThat(log.after(40)).isEmpty();
    assertThatThrownBy(() -> log.after(39)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void the_oldest_changes_are_forgotten_and_nobody_goes_on_from_before_them() {
    for (int i = 41; i <= 45; i++) {
      log.add(i, "change " + i);
    }
    assertThat(log.oldest()).isEqualTo(42);
    assertThat(log.after(42)).containsExactly("change 43", "change 44", "change 45");
    assertThatThrownBy(() -> log.after(41))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("42");
  }

  @Test
  void versions_only_grow() {
    log.add(41, "a");
    assertThatThrownBy(() -> log.add(41, "b")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> log.add(40, "b")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ChangeLog<String>(0, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

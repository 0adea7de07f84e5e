/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DnsStateTest {
  @Test
  void while_the_first_writing_is_under_way_that_is_what_keeps_the_file_from_being_up_to_date() {
    assertThat(state(false).problems()).containsExactly("names: the hosts file is not written yet");
    assertThat(state(true).problems()).isEmpty();
  }

  private static DnsState state(boolean current) {
    return new DnsState("bj-1", current, true, true, 4, 0, Optional.empty(), List.of());
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.runtime.Rule;
import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NumericChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class ResourceVersionTest {
  @Property
  @Rule(2)
  void decimal_versions_of_any_length_are_ordered_as_numbers(
      @ForAll @NumericChars @StringLength(min = 1, max = 60) String a,
      @ForAll @NumericChars @StringLength(min = 1, max = 60) String b) {
    assertThat(new ResourceVersion(a).isOlderThan(new ResourceVersion(b)))
        .isEqualTo(new BigInteger(a).compareTo(new BigInteger(b)) < 0);
  }

  @Test
  void no_version_is_older_than_every_decimal_one() {
    assertThat(ResourceVersion.NONE.isOlderThan(new ResourceVersion("1"))).isTrue();
    assertThat(new ResourceVersion("1").isOlderThan(ResourceVersion.NONE)).isFalse();
    assertThat(ResourceVersion.NONE.isNone()).isTrue();
  }

  @Test
  void what_is_not_decimal_is_never_older() {
    ResourceVersion odd = new ResourceVersion("a7");

    assertThat(odd.isOlderThan(new ResourceVersion("9"))).isFalse();
    assertThat(new ResourceVersion("9").isOlderThan(odd)).isFalse();
    assertThat(odd.orLater(new ResourceVersion("9"))).isEqualTo(new ResourceVersion("9"));
  }

  @Test
  void the_later_of_two_is_the_greater_number() {
    ResourceVersion nine = new ResourceVersion("9");
    ResourceVersion ten = new ResourceVersion("10");

    assertThat(nine.orLater(ten)).isEqualTo(ten);
    assertThat(ten.orLater(nine)).isEqualTo(ten);
  }

  @Test
  void keys_are_sorted_by_namespace_then_name() {
    assertThat(new ObjectKey("a", "z")).isLessThan(new ObjectKey("b", "a"));
    assertThat(new ObjectKey("a", "a")).isLessThan(new ObjectKey("a", "b"));
    assertThat(new ObjectKey("", "node")).hasToString("node");
    assertThat(new ObjectKey("ns", "pod")).hasToString("ns/pod");
    assertThatThrownBy(() -> new ObjectKey("ns", "")).isInstanceOf(IllegalArgumentException.class);
  }
}

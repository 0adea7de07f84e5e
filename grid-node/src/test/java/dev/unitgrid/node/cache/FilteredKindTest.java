/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.core.topology.Shown;
import dev.unitgrid.core.topology.SliceRenderer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class FilteredKindTest {
  @Property(tries = 500)
  void objects_are_the_same_but_for_their_version_if_nothing_else_differs(
      @ForAll("slices") String one,
      @ForAll("slices") String other,
      @ForAll("versions") long before,
      @ForAll("versions") long more) {
    byte[] first = render(one, before);
    byte[] second = render(other, before + more);

    assertThat(FilteredKind.sameButVersion(first, second)).isEqualTo(one.equals(other));
    assertThat(FilteredKind.sameButVersion(first, render(one, before + more))).isTrue();
  }

  private static byte[] render(String slice, long version) {
    return SliceRenderer.render(slice.getBytes(UTF_8), Shown.unchanged(), Long.toString(version));
  }

  @Provide
  Arbitrary<Long> versions() {
    return Arbitraries.longs().between(1, 20_000);
  }

  @Provide
  Arbitrary<String> slices() {
    String target = "{\"targetRef\":{\"resourceVersion\":\"";
    return Arbitraries.of(
        "{\"metadata\":{\"name\":\"a\"}}",
        "{\"metadata\":{\"name\":\"b\"}}",
        "{\"metadata\":{\"name\":\"a\"},\"endpoints\":[]}",
        "{\"endpoints\":[" + target + "7\"}}],\"metadata\":{\"name\":\"a\"}}",
        "{\"endpoints\":[" + target + "8\"}}],\"metadata\":{\"name\":\"a\"}}",
        "{\"endpoints\":[" + target + "8\"}}],\"metadata\":{\"name\":\"a\"},\"x\":\"1\"}");
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever two managers do, in whatever order: the embedded server answers as a real one. */
@Tag("control-plane")
class TwoManagersTest {
  private static TwoServers servers;

  @BeforeContainer
  static void start() {
    servers = new TwoServers();
  }

  @AfterContainer
  static void stop() {
    servers.close();
  }

  @Provide
  Arbitrary<List<Operation>> sequences() {
    return Vocabulary.sequences();
  }

  @Property(tries = 500, seed = "3632833548285150182", edgeCases = EdgeCasesMode.NONE)
  void the_same_sequence_gives_the_same_answers_objects_and_owners(
      @ForAll("sequences") List<Operation> sequence) {
    assertThat(servers.difference(sequence)).isEmpty();
  }
}

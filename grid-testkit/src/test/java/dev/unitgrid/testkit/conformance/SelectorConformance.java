/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Label selectors in their grammar, and the fields that each kind can be selected by. */
abstract class SelectorConformance extends Conformance {
  @Test
  void label_selectors_have_their_full_grammar() {
    configMap("a", "{\"t\":\"1\",\"x\":\"1\"}");
    configMap("b", "{\"t\":\"1\",\"x\":\"2\"}");
    configMap("c", "{\"t\":\"1\"}");
    assertThat(names(api.get(configMaps + "?labelSelector=t=1,x==1"))).containsExactly("a");
    assertThat(names(api.get(configMaps + "?labelSelector=t,x!=1"))).containsExactly("b", "c");
    assertThat(names(api.get(configMaps + "?labelSelector=x in (1,2)"))).containsExactly("a", "b");
    assertThat(names(api.get(configMaps + "?labelSelector=t,x notin (2)")))
        .containsExactly("a", "c");
    assertThat(names(api.get(configMaps + "?labelSelector=t,!x"))).containsExactly("c");
    assertThat(api.get(configMaps + "?labelSelector=a in b").status()).isEqualTo(400);
  }

  @Test
  void field_selectors_know_names_and_refuse_others() {
    configMap("a", "{}");
    configMap("b", "{}");
    assertThat(names(api.get(configMaps + "?fieldSelector=metadata.name=a"))).containsExactly("a");
    assertThat(api.get(configMaps + "?fieldSelector=data.x=1").status()).isEqualTo(400);
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How an API server says no. */
abstract class RefusalConformance extends Conformance {
  @Test
  void an_unknown_path_is_404_and_a_wrong_method_405() {
    assertThat(api.get("/apis/apps/v1/namespaces/" + namespace + "/nothings").message())
        .isEqualTo("the server could not find the requested resource");
    assertThat(api.post(demo, "{}").status()).isEqualTo(405);
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import org.junit.jupiter.api.Test;

class OpenApiDocumentsTest {
  @Test
  void every_listed_document_is_there_and_describes_paths_of_its_group() {
    assertThat(OpenApiDocuments.all()).contains("api/v1", "apis/apps/v1", "apis/policy/v1");
    for (String path : OpenApiDocuments.all()) {
      JsonObject document =
          Trees.parse(OpenApiDocuments.document(path).orElseThrow()).getAsJsonObject();
      assertThat(Trees.string(document, "openapi")).isEqualTo("3.0.0");
      assertThat(OpenApiDocuments.KUBERNETES_VERSION)
          .startsWith("v" + Trees.string(document, "info", "version") + ".");
      assertThat(Trees.object(document, "paths").keySet())
          .allMatch(served -> served.startsWith("/" + path + "/"));
    }
  }

  @Test
  void a_path_that_was_not_captured_has_none() {
    assertThat(OpenApiDocuments.document("apis/apps/v1beta1")).isEmpty();
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.api.ResourceType;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FixturesTest {
  private static final ResourceType CONFIG_MAP =
      new ResourceType("", "v1", "ConfigMap", "configmaps", true);
  private static final String MISTYPED =
      "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{prot: 80}]}}";

  private TestCluster cluster;

  @BeforeEach
  void start() {
    cluster = TestCluster.start();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void a_field_that_the_kind_does_not_have_is_refused_by_its_name() {
    assertThatThrownBy(() -> cluster.create(MISTYPED))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("400 BadRequest: ")
        .hasMessageContaining("unknown field \"spec.ports[0].prot\"");
    assertThatThrownBy(() -> cluster.apply(MISTYPED)).hasMessageContaining("prot");
    assertThat(cluster.list(ResourceType.SERVICE, "default")).noneMatch(FixturesTest::isA);
  }

  private static boolean isA(dev.unitgrid.api.json.Json object) {
    return object.get("metadata", "name").asString("").equals("a");
  }

  @Test
  void a_field_that_the_kind_does_not_have_may_be_dropped() {
    cluster.dropUnknownFields();
    cluster.create("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, dada: {k: v}}");
    assertThat(cluster.get(CONFIG_MAP, "default", "a").has("dada")).isFalse();
  }

  @Test
  void a_manifest_without_an_object_is_refused() {
    for (String nothing : new String[] {"", "---\n# later\n", "{kind: List, items: []}"}) {
      assertThatThrownBy(() -> cluster.apply(nothing))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no object");
      assertThatThrownBy(() -> cluster.create(nothing))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> cluster.apply("just words"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not \"just words\"");
  }

  @Test
  void an_object_says_what_it_is_and_its_name() {
    V1ConfigMap model = new V1ConfigMap().metadata(new V1ObjectMeta().name("a"));
    assertThatThrownBy(() -> cluster.apply(model))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("apiVersion and kind");
    assertThatThrownBy(() -> cluster.apply("{apiVersion: v1, kind: ConfigMap, metadata: {}}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name");
    assertThatCode(() -> cluster.apply(model.apiVersion("v1").kind("ConfigMap")))
        .doesNotThrowAnyException();
  }

  @Test
  void a_closed_cluster_answers_nothing_but_its_log() {
    cluster.close();
    assertThatThrownBy(
            () -> cluster.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this cluster is closed");
    assertThatThrownBy(cluster::transport).hasMessage("this cluster is closed");
    assertThatThrownBy(cluster::apiClient).hasMessage("this cluster is closed");
    assertThatThrownBy(() -> cluster.list(CONFIG_MAP, "")).hasMessage("this cluster is closed");
    assertThat(cluster.log().isEmpty()).isTrue();
    assertThatCode(cluster::close).doesNotThrowAnyException();
  }
}

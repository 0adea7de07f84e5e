/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final ResourceType CONFIG_MAP =
      new ResourceType("", "v1", "ConfigMap", "configmaps", true);
  private static final ResourceType POD = new ResourceType("", "v1", "Pod", "pods", true);
  private static final String MAP = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}";

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
  void a_mutating_hook_changes_what_is_stored() {
    cluster
        .admission()
        .mutating(
            "configmaps",
            review -> review.object().withAt(List.of("data", "injected"), Json.of("yes")));
    cluster.apply(MAP);
    cluster.merge(CONFIG_MAP, "default", "a", Json.parse("{\"data\":{\"injected\":\"no\"}}"));
    assertThat(cluster.get(CONFIG_MAP, "default", "a").get("data", "injected"))
        .isEqualTo(Json.of("yes"));
  }

  @Test
  void what_a_hook_makes_is_read_as_if_a_client_had_sent_it() {
    cluster
        .admission()
        .mutating("configmaps", review -> review.object().with("data", Json.of("no map")));
    assertThatThrownBy(() -> cluster.apply(MAP))
        .hasMessageContaining("400")
        .hasMessageContaining("cannot unmarshal");
  }

  @Test
  void a_validating_hook_refuses_with_the_words_of_a_webhook() {
    cluster
        .admission()
        .validating(
            "configmaps",
            review ->
                review.operation() == Verb.DELETE ? Optional.of("it is kept") : Optional.empty());
    cluster.apply(MAP);
    assertThatThrownBy(() -> cluster.delete(CONFIG_MAP, "default", "a"))
        .hasMessageContaining(
            "400 admission webhook \"configmaps.testkit\" denied the request: it is kept");
    assertThat(cluster.find(CONFIG_MAP, "default", "a")).isPresent();
  }

  @Test
  void a_hook_sees_what_was_and_what_is_to_be() {
    List<String> seen = new ArrayList<>();
    cluster
        .admission()
        .validating(
            "configmaps",
            review -> {
              seen.add(
                  review.operation()
                      + " "
                      + review.namespace()
                      + "/"
                      + review.name()
                      + " "
                      + review.oldObject().get("data", "k").asString("-")
                      + ">"
                      + review.object().get("data", "k").asString("-"));
              return Optional.empty();
            });
    cluster.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: one}}");
    cluster.merge(CONFIG_MAP, "default", "a", Json.parse("{\"data\":{\"k\":\"two\"}}"));
    cluster.delete(CONFIG_MAP, "default", "a");
    assertThat(seen)
        .containsExactly(
            "CREATE default/a ->one", "UPDATE default/a one>two", "DELETE default/a two>-");
  }

  @Test
  void pods_of_the_simulated_controllers_pass_the_hooks_too() {
    cluster
        .admission()
        .mutating(
            "pods",
            review ->
                review
                    .object()
                    .withAt(List.of("metadata", "labels", "sidecar"), Json.of("injected")));
    cluster.nodes("location=beijing", "bj-1");
    cluster.apply(TestClusterTest.deployment("demo", 1, "beijing", "echo:1"));
    cluster.await().deployment("demo").isAvailable();
    assertThat(cluster.list(POD, "default"))
        .extracting(pod -> pod.get("metadata", "labels", "sidecar"))
        .containsExactly(Json.of("injected"));
  }

  @Test
  void hooks_are_forgotten() {
    cluster.admission().validating("configmaps", review -> Optional.of("never"));
    cluster.admission().clear();
    cluster.apply(MAP);
    assertThat(cluster.names(CONFIG_MAP, "default")).containsExactly("a");
  }

  @Test
  void a_hook_of_what_is_no_resource_is_refused() {
    assertThatThrownBy(() -> cluster.admission().mutating("pod", Admission.Review::object))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"pods\"");
  }
}

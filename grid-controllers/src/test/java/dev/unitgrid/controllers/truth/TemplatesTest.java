/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.truth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.Rule;
import java.util.Map;
import org.junit.jupiter.api.Test;

@RealControlPlane
class TemplatesTest {
  @Test
  @Rule(7)
  void what_kubectl_create_prints_passes(RealWorld world) {
    world.beijingAndGuangzhou();
    world.apply(
        Manifest.deploymentGrid("demo", world.key())
            .with("/spec/template/strategy", "{}")
            .with("/spec/template/template/metadata/creationTimestamp", "null")
            .containers("[{name: echo, image: 'echo:1', resources: {}}]"));
    world.start();
    world.settle("demo");
    assertThat(world.childWrites()).containsExactly("POST 201 deployments", "POST 201 deployments");
  }

  @Test
  @Rule(7)
  void fields_that_the_api_server_does_not_know_are_left_out_and_the_grid_says_so(RealWorld world) {
    world.beijingAndGuangzhou();
    world.apply(withUnknownFields(world, "echo:1"));
    world.start();
    world.settle("demo");
    assertThat(world.childWrites())
        .as("each unit is refused at most once, and written once")
        .containsExactly(
            "POST 201 deployments",
            "POST 201 deployments",
            "POST 400 deployments",
            "POST 400 deployments");
    assertThat(world.awaitCondition("demo", ConditionTypes.TEMPLATE_NORMALIZED))
        .startsWith("units beijing, guangzhou: left out, because the API server (1.")
        .contains(
            "unknown field \"spec.template.spec.selector\"",
            "unknown field \"spec.template.spec.containers[0].ports[0].stray\"");
    assertThat(condition(world, ConditionTypes.WRITE_FAILED)).isNotEqualTo("True");

    world.restart();
    world.settle("demo");
    assertThat(world.writes()).as("after a restart").isEmpty();

    world.restart();
    world.apply(withUnknownFields(world, "echo:2"));
    world.settle("demo");
    assertThat(world.childWrites())
        .containsExactly(
            "APPLY 200 deployments/demo-beijing", "APPLY 200 deployments/demo-guangzhou");
    assertThat(container(world).get("image").asString("")).isEqualTo("echo:2");

    world.apply(Manifest.deploymentGrid("demo", world.key()).image("echo:2"));
    world.settle("demo");
    assertThat(annotations(world)).doesNotContainKey("unitgrid.dev/unknown-fields");
    assertThat(condition(world, ConditionTypes.TEMPLATE_NORMALIZED)).isNotEqualTo("True");
  }

  @Test
  @Rule({7, 14})
  void unknown_fields_that_come_later_are_asked_for_once_and_the_rest_is_applied(RealWorld world) {
    world.beijingAndGuangzhou();
    world.apply(Manifest.deploymentGrid("demo", world.key()));
    world.start();
    world.settle("demo");
    world.forget();
    world.apply(withUnknownFields(world, "echo:2"));
    world.settle("demo");
    assertThat(container(world).get("image").asString("")).isEqualTo("echo:2");
    assertThat(world.childWrites().stream().filter(write -> write.startsWith("POST")))
        .as("asked, and nothing written")
        .containsOnly("POST 400 deployments");
    assertThat(world.childWrites().stream().filter(write -> write.startsWith("APPLY 200")))
        .hasSize(2);
    world.restart();
    world.settle("demo");
    assertThat(world.writes()).isEmpty();
  }

  private static Manifest withUnknownFields(RealWorld world, String image) {
    return Manifest.deploymentGrid("demo", world.key())
        .with("/spec/template/template/spec/selector", "{k8s-app: dns}")
        .containers(
            "[{name: echo, image: '" + image + "', ports: [{containerPort: 80, stray: 1}]}]");
  }

  private static Map<String, String> annotations(RealWorld world) {
    return world.deployment("demo-beijing").get("metadata", "annotations").asStrings();
  }

  private static String condition(RealWorld world, String type) {
    return RealWorld.condition(world.grid("demo"), type).get("status").asString("");
  }

  @Test
  @Rule({7, 16})
  void a_null_that_comes_or_goes_costs_no_apply(RealWorld world) {
    world.beijingAndGuangzhou();
    Manifest manifest = Manifest.deploymentGrid("demo", world.key());
    world.apply(manifest.with("/spec/template/template/metadata/creationTimestamp", "null"));
    world.start();
    world.settle("demo");
    world.forget();
    world.apply(manifest);
    world.settle("demo");
    assertThat(world.childWrites()).isEmpty();
  }

  @Test
  @Rule(8)
  void duplicates_are_merged_as_the_kubelet_would_and_the_grid_says_so(RealWorld world) {
    world.beijingAndGuangzhou();
    world.apply(Manifest.deploymentGrid("demo", world.key()).containers(duplicates("echo:1")));
    world.start();
    world.settle("demo");
    world.apply(Manifest.deploymentGrid("demo", world.key()).containers(duplicates("echo:2")));
    world.settle("demo");
    Json container = container(world);
    assertThat(container.get("image").asString("")).isEqualTo("echo:2");
    assertThat(container.get("env"))
        .isEqualTo(Manifest.json("[{name: B, value: '2'}, {name: A, value: '3'}]"));
    assertThat(container.get("ports").items()).hasSize(1);
    assertThat(world.awaitCondition("demo", ConditionTypes.TEMPLATE_NORMALIZED))
        .contains("env A of container echo", "ports 80/TCP of container echo");
  }

  private static String duplicates(String image) {
    return """
    - name: echo
      image: IMAGE
      env: [{name: A, value: '1'}, {name: B, value: '2'}, {name: A, value: '3'}]
      ports: [{containerPort: 80, name: web}, {containerPort: 80, name: web}]
    """
        .replace("IMAGE", image);
  }

  private static Json container(RealWorld world) {
    return world
        .deployment("demo-beijing")
        .get("spec", "template", "spec", "containers")
        .items()
        .get(0);
  }

  @Test
  @Rule(8)
  void duplicates_that_mean_something_are_a_problem_and_the_child_stays_as_it_is(RealWorld world) {
    world.beijingAndGuangzhou();
    world.apply(Manifest.deploymentGrid("demo", world.key()));
    world.start();
    world.settle("demo");
    Json before = world.deployment("demo-beijing").get("spec");
    world.apply(
        Manifest.deploymentGrid("demo", world.key())
            .containers(
                """
                - name: echo
                  image: echo:2
                  env: [{name: A, value: '1'}, {name: B, value: $(A)}, {name: A, value: '2'}]
                """));
    assertThat(world.awaitCondition("demo", ConditionTypes.INVALID_TEMPLATE)).contains("$(A)");
    assertThat(world.deployment("demo-beijing").get("spec")).isEqualTo(before);
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.unitgrid.api.Condition;
import dev.unitgrid.api.EmptyUnitPolicy;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.Rule;
import dev.unitgrid.api.json.Json;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1DeploymentSpec;
import io.kubernetes.client.openapi.models.V1DeploymentSpecBuilder;
import io.kubernetes.client.openapi.models.V1EmptyDirVolumeSource;
import io.kubernetes.client.openapi.models.V1LabelSelectorBuilder;
import io.kubernetes.client.openapi.models.V1ServiceSpecBuilder;
import io.kubernetes.client.openapi.models.V1StatefulSetSpecBuilder;
import io.kubernetes.client.util.generic.GenericKubernetesApi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GridModelsTest {
  private static final String NEWER_THAN_THE_MODELS =
      "{\"apiVersion\":\"superedge.io/v1\",\"kind\":\"DeploymentGrid\",\"metadata\":{\"name\":\"demo\"},"
          + "\"spec\":{\"gridUniqKey\":\"location\",\"invented\":{\"deep\":[1,{\"x\":1.50}]},"
          + "\"template\":{\"fieldOf2040\":\"yes\",\"replicas\":2,\"strategy\":{},"
          + "\"template\":{\"spec\":{\"containers\":[{\"name\":\"echo\",\"quantum\":true}]}}}},"
          + "\"status\":{\"units\":2,\"readyUnits\":1,\"emptyUnits\":1,\"unknown\":7,"
          + "\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\"}],"
          + "\"states\":{\"beijing\":{\"replicas\":2}}}}";

  @Test
  @Rule(7)
  void a_field_that_no_model_knows_survives_reading_and_writing() {
    DeploymentGrid grid = JSON.deserialize(NEWER_THAN_THE_MODELS, DeploymentGrid.class);
    Json written = Json.parse(JSON.serialize(grid));
    Json given = Json.parse(NEWER_THAN_THE_MODELS);
    assertThat(written.get("spec")).isEqualTo(given.get("spec"));
    assertThat(written.get("status")).isEqualTo(given.get("status"));
    assertThat(written.get("metadata", "name")).isEqualTo(Json.of("demo"));
  }

  @Test
  @Rule(25)
  void the_status_is_handed_out_as_a_value() {
    DeploymentGrid grid = JSON.deserialize(NEWER_THAN_THE_MODELS, DeploymentGrid.class);
    assertThat(grid.getStatus().units()).isEqualTo(2);
    assertThat(grid.getStatus().readyUnits()).isEqualTo(1);
    assertThat(grid.getStatus().emptyUnits()).isEqualTo(1);
    assertThat(grid.getStatus().states()).containsOnlyKeys("beijing");
    assertThat(grid.getStatus().condition("Ready"))
        .map(Condition::status)
        .contains(Condition.Status.FALSE);
    assertThat(new DeploymentGrid().getStatus().units()).isZero();
  }

  @Test
  void a_builder_takes_what_a_fluent_builder_made_and_drops_what_says_nothing() {
    DeploymentGrid grid =
        DeploymentGrid.builder()
            .name("deploymentgrid-demo")
            .namespace("default")
            .label("team", "edge")
            .annotation("a", "b")
            .gridUniqKey("zone")
            .template(deployment("superedge/echoserver:2.2"))
            .poolTemplate("test2", deployment("superedge/echoserver:2.3"))
            .unitTemplate("zone2", "test2")
            .defaultTemplateName("default")
            .autoDeleteUnusedTemplate(true)
            .selectUnits("zone1", "zone2")
            .selectUnitsWithNode(
                new V1LabelSelectorBuilder().addToMatchLabels("edge", "yes").build())
            .emptyUnitPolicy(EmptyUnitPolicy.SCALE_TO_ZERO)
            .emptyUnitGracePeriod(Duration.ofMinutes(2))
            .build();
    assertThat(grid.toJson().get("spec", "template"))
        .isEqualTo(
            Json.parse(
                "{\"replicas\":2,\"selector\":{\"matchLabels\":{\"appGrid\":\"echo\"}},\"template\":{"
                    + "\"metadata\":{\"labels\":{\"appGrid\":\"echo\"}},\"spec\":{\"containers\":["
                    + "{\"name\":\"echo\",\"image\":\"superedge/echoserver:2.2\","
                    + "\"ports\":[{\"containerPort\":8080}]}],"
                    + "\"volumes\":[{\"name\":\"tmp\",\"emptyDir\":{}}]}}}"));
    assertThat(grid.getSpec().problems()).isEmpty();
    assertThat(grid.getSpec().templatePool()).containsOnlyKeys("test2");
    assertThat(grid.getSpec().templates()).containsEntry("zone2", "test2");
    assertThat(grid.getSpec().unitSelector().orElseThrow().names())
        .containsExactlyInAnyOrder("zone1", "zone2");
    assertThat(grid.getSpec().emptyUnitGracePeriod()).isEqualTo(Duration.ofMinutes(2));
    assertThat(grid.getSpec().emptyUnitPolicy()).isEqualTo(EmptyUnitPolicy.SCALE_TO_ZERO);
    assertThat(grid.toGrid().labels()).containsEntry("team", "edge");
    assertThat(grid.toGrid().kind()).isEqualTo(GridKind.DEPLOYMENT_GRID);
  }

  @Test
  void the_other_two_kinds_are_built_alike() {
    StatefulSetGrid stateful =
        StatefulSetGrid.builder()
            .name("s")
            .gridUniqKey("location")
            .template(new V1StatefulSetSpecBuilder().withServiceName("x").withReplicas(3).build())
            .build();
    assertThat(stateful.getSpecJson().get("template").toString())
        .isEqualTo("{\"replicas\":3,\"serviceName\":\"x\"}");
    ServiceGrid service =
        ServiceGrid.builder()
            .name("s")
            .gridUniqKey("location")
            .template(
                new V1ServiceSpecBuilder()
                    .addToSelector("appGrid", "echo")
                    .addNewPort()
                    .withPort(80)
                    .withNewTargetPort(8080)
                    .endPort()
                    .build())
            .build();
    assertThat(service.getSpecJson().get("template").toString())
        .isEqualTo(
            "{\"ports\":[{\"port\":80,\"targetPort\":8080}],\"selector\":{\"appGrid\":\"echo\"}}");
    assertThat(service.getKind()).isEqualTo("ServiceGrid");
    assertThat(stateful.getApiVersion()).isEqualTo("superedge.io/v1");
  }

  @Test
  @Rule(9)
  void what_was_built_shares_nothing_with_its_builder_or_its_template() {
    V1DeploymentSpec template = deployment("a");
    DeploymentGrid.Builder builder =
        DeploymentGrid.builder().name("one").gridUniqKey("l").template(template);
    DeploymentGrid one = builder.build();
    String before = one.toString();
    template.setReplicas(9);
    builder.name("two").label("x", "y").gridUniqKey("m");
    one.getSpecJson().toJsonObject().addProperty("gridUniqKey", "z");
    assertThat(one).hasToString(before);
    assertThat(builder.build()).isNotEqualTo(one);
  }

  @Test
  void a_template_may_be_given_as_json_for_fields_newer_than_the_models() {
    Json template = Json.parse("{\"replicas\":1,\"fieldOf2040\":[]}");
    assertThat(DeploymentGrid.builder().template(template).build().getSpecJson().get("template"))
        .isEqualTo(template);
  }

  @Test
  void equal_grids_are_equal_and_kinds_differ() {
    DeploymentGrid one = JSON.deserialize(NEWER_THAN_THE_MODELS, DeploymentGrid.class);
    DeploymentGrid same = JSON.deserialize(NEWER_THAN_THE_MODELS, DeploymentGrid.class);
    assertThat(one).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(one).isNotEqualTo(new StatefulSetGrid());
  }

  @Test
  void the_generic_client_of_client_java_creates_gets_and_lists_grids() throws IOException {
    List<String> requests = new ArrayList<>();
    String list =
        "{\"apiVersion\":\"superedge.io/v1\",\"kind\":\"DeploymentGridList\","
            + "\"metadata\":{\"resourceVersion\":\"7\"},\"items\":["
            + NEWER_THAN_THE_MODELS
            + "]}";
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
          boolean one = exchange.getRequestURI().getPath().endsWith("/demo");
          byte[] answer =
              (body.isEmpty() ? (one ? NEWER_THAN_THE_MODELS : list) : body)
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    try {
      ApiClient client =
          new ApiClient().setBasePath("http://127.0.0.1:" + server.getAddress().getPort());
      GenericKubernetesApi<DeploymentGrid, DeploymentGridList> api =
          new GenericKubernetesApi<>(
              DeploymentGrid.class,
              DeploymentGridList.class,
              "superedge.io",
              "v1",
              "deploymentgrids",
              client);
      DeploymentGrid grid = JSON.deserialize(NEWER_THAN_THE_MODELS, DeploymentGrid.class);
      grid.getMetadata().setNamespace("default");
      assertThat(api.create(grid).getObject()).isEqualTo(grid);
      assertThat(api.get("default", "demo").getObject().getSpecJson())
          .isEqualTo(grid.getSpecJson());
      DeploymentGridList found = api.list("default").getObject();
      assertThat(found.getMetadata().getResourceVersion()).isEqualTo("7");
      assertThat(found.getItems())
          .singleElement()
          .extracting(DeploymentGrid::getSpecJson)
          .isEqualTo(grid.getSpecJson());
      assertThat(requests)
          .containsExactly(
              "POST /apis/superedge.io/v1/namespaces/default/deploymentgrids",
              "GET /apis/superedge.io/v1/namespaces/default/deploymentgrids/demo",
              "GET /apis/superedge.io/v1/namespaces/default/deploymentgrids");
    } finally {
      server.stop(0);
    }
  }

  private static V1DeploymentSpec deployment(String image) {
    return new V1DeploymentSpecBuilder()
        .withReplicas(2)
        .withNewSelector()
        .addToMatchLabels("appGrid", "echo")
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .addToLabels("appGrid", "echo")
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("echo")
        .withImage(image)
        .addNewPort()
        .withContainerPort(8080)
        .endPort()
        .endContainer()
        .addNewVolume()
        .withName("tmp")
        .withEmptyDir(new V1EmptyDirVolumeSource())
        .endVolume()
        .endSpec()
        .endTemplate()
        .build();
  }
}

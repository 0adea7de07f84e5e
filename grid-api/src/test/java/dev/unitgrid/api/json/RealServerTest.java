/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Crds;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.Rule;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What this module says about the API server, asked of one. */
@Tag("control-plane")
class RealServerTest {
  private static KubeApiServer server;

  @BeforeAll
  static void start() throws IOException, GeneralSecurityException, InterruptedException {
    server = KubeApiServer.start();
    for (GridKind kind : GridKind.values()) {
      assertThat(server.postYaml(CRDS, Crds.of(kind)).status()).as(kind.name()).isEqualTo(201);
      awaitServed(kind);
    }
  }

  @AfterAll
  static void stop() throws IOException, InterruptedException {
    if (server != null) {
      server.close();
    }
  }

  private static final String CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

  private static void awaitServed(GridKind kind) {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (server.get(kind.type().path()).status() != 200) {
      assertThat(System.nanoTime()).as("deadline for " + kind).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  // The server's schema

  @Test
  @Rule(16)
  void the_schema_says_what_the_server_says_about_every_field_of_a_child() {
    Json known = SchemaReading.document().get("types");
    List<String> differences = new ArrayList<>();
    for (OpenApi api : served()) {
      api.types()
          .forEach((type, fields) -> differences.addAll(differences(api, type, fields, known)));
    }
    assertThat(differences).isEmpty();
  }

  private static List<OpenApi> served() {
    Json apps = server.get("/openapi/v3/apis/apps/v1").body();
    Json core = server.get("/openapi/v3/api/v1").body();
    return List.of(
        OpenApi.of(apps, "io.k8s.api.apps.v1.Deployment", "io.k8s.api.apps.v1.StatefulSet"),
        OpenApi.of(core, "io.k8s.api.core.v1.Service"));
  }

  /** A newer server may know fields that we do not; an older one may lack some of ours. */
  private static List<String> differences(
      OpenApi api, String type, Map<String, Json> fields, Json known) {
    List<String> differences = new ArrayList<>();
    if (known.get(type, "atomic").asBoolean(false) != api.isAtomic(type)) {
      differences.add(type + " is atomic: " + api.isAtomic(type));
    }
    fields.forEach(
        (field, says) -> {
          Json ours = known.get(type, "fields", field).without("defaults");
          if (!ours.equals(relevant(says, known))) {
            differences.add(type + "." + field + ": " + ours + ", the server says " + says);
          }
        });
    return differences;
  }

  /** References to types of which nothing is to be known are left out of schema.json. */
  private static Json relevant(Json says, Json known) {
    if (says.isString()) {
      return isKnown(says, known) ? says : Json.ofNull();
    }
    Json node = says;
    if (says.has("item") && says.get("item").isString() && !isKnown(says.get("item"), known)) {
      node = node.without("item");
    }
    if (says.get("map").isString() && !isKnown(says.get("map"), known)) {
      node = node.with("map", Json.of("any"));
    }
    return node;
  }

  private static boolean isKnown(Json name, Json known) {
    return Set.of("quantity", "int-or-string", "scalar", "any").contains(name.asString(""))
        || known.has(name.asString(""));
  }

  // Comparison and paths

  static Stream<LiveObject> objects() {
    return LiveObject.all().filter(object -> object.version().equals("1.34"));
  }

  @ParameterizedTest
  @MethodSource("objects")
  @Rule(16)
  void a_fresh_post_is_covered(LiveObject object) {
    Json rendered = named(object.rendered(), object.name());
    KubeApiServer.Answer created = server.post(path(rendered) + "?fieldManager=unitgrid", rendered);
    assertThat(created.status()).as(created.body().toString()).isEqualTo(201);
    Json live = server.get(path(rendered) + "/" + object.name()).body();
    assertThat(object.schema().differences(live, rendered)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("objects")
  @Rule(14)
  void an_apply_owns_the_paths_that_we_compute(LiveObject object) {
    Json rendered = named(object.rendered(), object.name() + "-applied");
    Json applied = apply(rendered);
    assertThat(entry(applied, "Apply").get("fieldsV1")).isEqualTo(object.schema().fields(rendered));
    assertThat(object.schema().covers(applied, rendered)).isTrue();
  }

  @Test
  @Rule(16)
  void an_apply_restores_the_order_of_the_items_that_it_names() {
    Json rendered = named(deployment(), "order");
    apply(rendered);
    Json swapped =
        Json.array(
            Json.parse(
                "{\"op\":\"replace\",\"path\":\"/spec/template/spec/initContainers\",\"value\":"
                    + "[{\"name\":\"b\",\"image\":\"i\"},{\"name\":\"x\",\"image\":\"i\"},{\"name\":\"a\",\"image\":\"i\"}]}"));
    Json drifted = server.patch(path(rendered) + "/order", swapped).body();
    assertThat(Schema.deployment().differences(drifted, rendered)).hasSize(1);
    assertThat(Schema.deployment().differences(apply(rendered), rendered)).isEmpty();
  }

  // Managed fields

  static Stream<Arguments> dropped() {
    return Stream.of(
        Arguments.of("deployment-walkthrough", List.of("spec", "minReadySeconds"), Json.of(5)),
        Arguments.of("statefulset-walkthrough", List.of("spec", "minReadySeconds"), Json.of(5)),
        Arguments.of(
            "service-walkthrough", List.of("spec", "publishNotReadyAddresses"), Json.of(true)));
  }

  @ParameterizedTest
  @MethodSource("dropped")
  @Rule({14, 15, 19})
  void the_merge_changes_nothing_and_lets_the_next_apply_drop_a_path(
      String fixture, List<String> path, Json value) {
    LiveObject object = LiveObject.of(fixture, "1.34");
    Json rendered = named(object.rendered(), "merged-" + object.name());
    server.post(path(rendered) + "?fieldManager=unitgrid", rendered.withAt(path, value));
    String child = path(rendered) + "/" + name(rendered);
    Json posted = server.get(child).body();

    ManagedFields merged = ManagedFields.ofObject(posted).merged("unitgrid", Set.of());
    Json changed =
        server
            .patch(
                child + "?fieldManager=unitgrid",
                Json.array(
                    operation(
                        "test",
                        "/metadata/resourceVersion",
                        posted.get("metadata", "resourceVersion")),
                    operation("replace", "/metadata/managedFields", merged.toJson())))
            .body();
    assertThat(changed.get("spec")).isEqualTo(posted.get("spec"));
    assertThat(changed.get("metadata", "generation"))
        .isEqualTo(posted.get("metadata", "generation"));
    assertThat(ManagedFields.ofObject(changed).needsMerge("unitgrid", Set.of())).isFalse();

    Json applied = apply(rendered);
    assertThat(applied.get(path.toArray(String[]::new)).isZero()).isTrue();
    assertThat(applied.get("spec", "clusterIP")).isEqualTo(posted.get("spec", "clusterIP"));
  }

  // The definitions of the grids

  static Stream<Arguments> slips() {
    return Stream.of(
        slip(
            "spec.gridUniqKey is missing: name the node label",
            spec -> spec.without("gridUniqKey")),
        slip("spec.gridUniqKey is missing", spec -> spec.with("gridUniqKey", Json.of(""))),
        slip(
            "spec.gridUniqKey is no key of a node label",
            spec -> spec.with("gridUniqKey", Json.of("my label"))),
        slip("spec.template is missing", spec -> spec.without("template")),
        slip("replicas belong into spec.template", spec -> spec.with("replicas", Json.of(2))),
        slip(
            "selector belongs into spec.template",
            spec -> spec.with("selector", Json.emptyObject())),
        slip(
            "strategy belongs into spec.template",
            spec -> spec.with("strategy", Json.emptyObject())),
        slip(
            "the pod template (metadata, spec) belongs into its field template",
            spec -> spec.with("template", spec.get("template", "template"))),
        slip(
            "containers belong into its template.spec",
            spec -> spec.with("template", spec.get("template", "template", "spec"))),
        slip(
            "a template of spec.templatePool is a whole DeploymentSpec",
            spec -> spec.withAt(List.of("templatePool", "a"), spec.get("template", "template"))),
        slip(
            "supported values: \"Delete\", \"Retain\", \"ScaleToZero\"",
            spec -> spec.with("emptyUnitPolicy", Json.of("Keep"))),
        slip(
            "greater than or equal to 0",
            spec -> spec.with("emptyUnitGracePeriodSeconds", Json.of(-1))),
        slip(
            "spec.unitSelector selects nothing",
            spec -> spec.with("unitSelector", Json.object("names", List.of()))));
  }

  private static Arguments slip(String sentence, UnaryOperator<Json> change) {
    return Arguments.of(sentence, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("slips")
  void a_slip_is_answered_with_a_sentence(String sentence, UnaryOperator<Json> change) {
    Json grid = grid(GridKind.DEPLOYMENT_GRID, "slip", change.apply(DEPLOYMENT_GRID_SPEC));
    KubeApiServer.Answer answer =
        server.post(GridKind.DEPLOYMENT_GRID.type().path("default"), grid);
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body().get("message").asString("")).contains(sentence);
  }

  @Test
  void a_service_grid_with_its_ports_at_a_wrong_level_is_answered_with_a_sentence() {
    Json spec =
        Json.parse("{\"gridUniqKey\":\"location\",\"template\":{},\"ports\":[{\"port\":80}]}");
    KubeApiServer.Answer answer =
        server.post(
            GridKind.SERVICE_GRID.type().path("default"),
            grid(GridKind.SERVICE_GRID, "slip", spec));
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body().get("message").asString(""))
        .contains("ports belong into spec.template");
  }

  static Stream<Arguments> accepted() {
    return Stream.of(
        slip("as-it-is", spec -> spec),
        slip("zone-key", spec -> spec.with("gridUniqKey", Json.of("topology.kubernetes.io/zone"))),
        slip(
            "null-maps",
            spec -> spec.with("templates", Json.ofNull()).with("templatePool", Json.ofNull())),
        slip(
            "pool-only",
            spec ->
                spec.without("template")
                    .withAt(List.of("templatePool", "a"), spec.get("template"))),
        slip(
            "new-field",
            spec ->
                spec.withAt(List.of("template", "brandNew"), Json.parse("{\"a\":[1,2.5,null]}"))),
        slip(
            "ours",
            spec ->
                spec.with("emptyUnitPolicy", Json.of("ScaleToZero"))
                    .with("emptyUnitGracePeriodSeconds", Json.of(0))
                    .with(
                        "unitSelector",
                        Json.parse("{\"names\":[\"a\",\"a\"],\"nodeSelector\":{}}"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("accepted")
  @Rule(7)
  void what_superedge_takes_passes_and_is_not_edited(String name, UnaryOperator<Json> change) {
    Json grid = grid(GridKind.DEPLOYMENT_GRID, name, change.apply(DEPLOYMENT_GRID_SPEC));
    KubeApiServer.Answer answer =
        server.post(
            GridKind.DEPLOYMENT_GRID.type().path("default") + "?fieldValidation=Strict", grid);
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(201);
    assertThat(answer.body().get("spec")).isEqualTo(grid.get("spec"));
  }

  @Test
  @Rule(6)
  void each_template_of_the_pool_has_an_owner_of_its_own() {
    String grids = GridKind.DEPLOYMENT_GRID.type().path("default");
    server.post(grids, grid(GridKind.DEPLOYMENT_GRID, "owners", DEPLOYMENT_GRID_SPEC));
    Json theirs = Json.object("templatePool", Json.object("test2", Json.object("replicas", 3)));
    Json live =
        server
            .apply(
                grids + "/owners?fieldManager=gitops&force=true",
                grid(GridKind.DEPLOYMENT_GRID, "owners", theirs))
            .body();
    assertThat(ManagedFields.ofObject(live).owners("f:spec", "f:templatePool", "f:test2"))
        .containsExactly("gitops");
  }

  private static final Json DEPLOYMENT_GRID_SPEC =
      Json.parse(
          "{\"gridUniqKey\":\"location\",\"template\":{\"replicas\":2,\"selector\":{\"matchLabels\":{\"appGrid\":\"echo\"}},"
              + "\"strategy\":{},\"template\":{\"metadata\":{\"creationTimestamp\":null,\"labels\":{\"appGrid\":\"echo\"}},"
              + "\"spec\":{\"containers\":[{\"name\":\"echo\",\"image\":\"e\",\"resources\":{}}]}}}}");

  private static Json grid(GridKind kind, String name, Json spec) {
    return Json.object(
        "apiVersion", kind.type().apiVersion(),
        "kind", kind.type().kind(),
        "metadata", Json.object("name", name, "namespace", "default"),
        "spec", spec);
  }

  private static Json deployment() {
    return Json.parse(
        "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"namespace\":\"default\"},\"spec\":{"
            + "\"selector\":{\"matchLabels\":{\"a\":\"b\"}},\"template\":{\"metadata\":{\"labels\":{\"a\":\"b\"}},"
            + "\"spec\":{\"initContainers\":[{\"name\":\"a\",\"image\":\"i\"},{\"name\":\"b\",\"image\":\"i\"}],"
            + "\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}}}");
  }

  private static Json apply(Json rendered) {
    KubeApiServer.Answer answer =
        server.apply(
            path(rendered) + "/" + name(rendered) + "?fieldManager=unitgrid&force=true", rendered);
    assertThat(answer.status()).as(answer.body().toString()).isIn(200, 201);
    return answer.body();
  }

  private static Json entry(Json live, String operation) {
    return live.get("metadata", "managedFields").items().stream()
        .filter(entry -> entry.get("manager").equals(Json.of("unitgrid")))
        .filter(entry -> entry.get("operation").equals(Json.of(operation)))
        .findFirst()
        .orElseThrow();
  }

  private static Json operation(String op, String path, Json value) {
    return Json.object("op", op, "path", path, "value", value);
  }

  private static Json named(Json object, String name) {
    return object.withAt(List.of("metadata", "name"), Json.of(name));
  }

  private static String name(Json object) {
    return object.get("metadata", "name").asString("");
  }

  private static String path(Json object) {
    return switch (object.get("kind").asString("")) {
      case "Deployment" -> ResourceType.DEPLOYMENT.path("default");
      case "StatefulSet" -> ResourceType.STATEFUL_SET.path("default");
      default -> ResourceType.SERVICE.path("default");
    };
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.yaml.snakeyaml.Yaml;

class CrdsTest {
  /** A value for every field of a workload grid's spec, each unlike what an absent one means. */
  private static final Map<String, Json> SAMPLES = samples();

  private static final Json BASE = Json.parse("{\"gridUniqKey\":\"a\",\"template\":{\"x\":1}}");

  private static Map<String, Json> samples() {
    Map<String, Json> samples = new LinkedHashMap<>();
    samples.put("gridUniqKey", Json.of("location"));
    samples.put("template", Json.parse("{\"x\":2}"));
    samples.put("templatePool", Json.parse("{\"test1\":{\"x\":1}}"));
    samples.put("templates", Json.parse("{\"zone1\":\"test1\"}"));
    samples.put("defaultTemplateName", Json.of("test1"));
    samples.put("autoDeleteUnusedTemplate", Json.of(true));
    samples.put(
        "unitSelector",
        Json.parse(
            "{\"names\":[\"a\"],\"nodeSelector\":{\"matchLabels\":{\"a\":\"b\"},"
                + "\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"In\",\"values\":[\"b\"]}]}}"));
    samples.put("emptyUnitPolicy", Json.of("Retain"));
    samples.put("emptyUnitGracePeriodSeconds", Json.of(7));
    return samples;
  }

  @ParameterizedTest
  @EnumSource(GridKind.class)
  void a_definition_has_the_names_of_its_kind(GridKind kind) {
    Json spec = definition(kind).get("spec");
    assertThat(definition(kind).get("metadata", "name").asString(""))
        .isEqualTo(kind.type().plural() + "." + GridKind.GROUP);
    assertThat(spec.get("group").asString("")).isEqualTo(GridKind.GROUP);
    assertThat(spec.get("names", "kind").asString("")).isEqualTo(kind.type().kind());
    assertThat(spec.get("names", "plural").asString("")).isEqualTo(kind.type().plural());
    assertThat(spec.get("names", "shortNames").items()).containsExactly(Json.of(kind.shortName()));
    assertThat(version(kind).get("name").asString("")).isEqualTo(kind.type().version());
    assertThat(version(kind).get("subresources").has("status")).isTrue();
    assertThat(version(kind).get("additionalPrinterColumns").items())
        .extracting(column -> column.get("name").asString(""))
        .containsExactly("Units", "Ready", "Age");
  }

  @Test
  void the_schema_of_a_workload_grid_and_the_java_value_have_the_same_fields() {
    for (GridKind kind : List.of(GridKind.DEPLOYMENT_GRID, GridKind.STATEFUL_SET_GRID)) {
      assertThat(implemented(properties(kind, "spec"))).isEqualTo(SAMPLES.keySet());
    }
    assertThat(GridSpec.class.getRecordComponents()).hasSize(SAMPLES.size() + 1);
    GridSpec base = GridSpec.parse(BASE);
    SAMPLES.forEach(
        (name, value) ->
            assertThat(GridSpec.parse(BASE.with(name, value))).as(name).isNotEqualTo(base));
    SAMPLES.forEach(
        (name, value) ->
            assertThat(GridSpec.parse(BASE.with(name, value)).problems()).as(name).isEmpty());
  }

  @Test
  void the_schema_of_a_service_grid_has_the_fields_that_superedge_has() {
    assertThat(implemented(properties(GridKind.SERVICE_GRID, "spec")))
        .containsExactlyInAnyOrder("gridUniqKey", "template");
  }

  @Test
  @Rule(4)
  void the_schema_of_a_unit_selector_has_all_that_is_read() {
    Json selector = properties(GridKind.DEPLOYMENT_GRID, "spec").get("unitSelector");
    assertThat(shape(selector)).isEqualTo(names("", SAMPLES.get("unitSelector")));
  }

  @Test
  @Rule(25)
  void the_schema_of_a_status_and_the_java_value_have_the_same_fields() {
    GridStatus full =
        new GridStatus(
            1,
            1,
            1,
            1,
            List.of(new Condition("Ready", Condition.Status.TRUE, "r", "m", Instant.EPOCH, 1)),
            List.of(new GridStatus.WorstUnit("u", "r", "m")),
            List.of(new GridStatus.RecentlyDeleted("u", "c", "i", Instant.EPOCH)),
            Optional.of(UnitSelector.parse(SAMPLES.get("unitSelector"))),
            List.of(new GridStatus.Cluster("c", 1, 1, 1, true, Instant.EPOCH)),
            Map.of("u", Json.object("replicas", 1)));
    Json written = full.toJson().without(GridStatus.STATES);
    for (GridKind kind : List.of(GridKind.DEPLOYMENT_GRID, GridKind.STATEFUL_SET_GRID)) {
      Json status = schema(kind).get("properties", "status");
      assertThat(status.get("properties", GridStatus.STATES, "x-kubernetes-map-type"))
          .isEqualTo(Json.of("atomic"));
      Set<String> shape = shape(status);
      shape.remove(GridStatus.STATES);
      assertThat(shape).isEqualTo(names("", written));
    }
    Set<String> shape = shape(schema(GridKind.SERVICE_GRID).get("properties", "status"));
    shape.remove("loadBalancer");
    assertThat(shape)
        .isEqualTo(
            names(
                "",
                without(written, GridStatus.RECENTLY_DELETED, GridStatus.OBSERVED_UNIT_SELECTOR)));
  }

  @Test
  void the_policies_of_the_schema_are_those_of_java() {
    assertThat(properties(GridKind.DEPLOYMENT_GRID, "spec").get("emptyUnitPolicy", "enum").items())
        .containsExactlyElementsOf(
            Arrays.stream(EmptyUnitPolicy.values())
                .map(policy -> Json.of(policy.value()))
                .toList());
  }

  @ParameterizedTest
  @EnumSource(GridKind.class)
  void nothing_is_defaulted_because_the_grid_is_the_users(GridKind kind) {
    assertThat(Crds.of(kind)).doesNotContain("default:");
  }

  @ParameterizedTest
  @EnumSource(GridKind.class)
  void every_refused_field_has_a_rule_with_a_sentence(GridKind kind) {
    for (String level : List.of("spec", "spec.template")) {
      Json object = schema(kind).get("properties", "spec");
      object = level.equals("spec") ? object : object.get("properties", "template");
      Set<String> refused = new TreeSet<>(object.get("properties").fields().keySet());
      refused.removeAll(implemented(object.get("properties")));
      List<String> rules = new ArrayList<>();
      object
          .get("x-kubernetes-validations")
          .items()
          .forEach(rule -> rules.add(rule.get("rule").asString("")));
      assertThat(refused).isNotEmpty();
      assertThat(refused)
          .allSatisfy(
              field ->
                  assertThat(rules).anyMatch(rule -> rule.contains("!has(self." + field + ")")));
    }
  }

  @Test
  void the_three_come_as_one_stream() {
    List<Object> documents = new ArrayList<>();
    new Yaml().loadAll(Crds.yaml()).forEach(documents::add);
    assertThat(documents).hasSize(3);
  }

  private static Json without(Json object, String first, String second) {
    return object.without(first).without(second);
  }

  private static Json definition(GridKind kind) {
    return Json.from(new Yaml().<Object>load(Crds.of(kind)));
  }

  private static Json version(GridKind kind) {
    return definition(kind).get("spec", "versions").items().get(0);
  }

  private static Json schema(GridKind kind) {
    return version(kind).get("schema", "openAPIV3Schema");
  }

  private static Json properties(GridKind kind, String field) {
    return schema(kind).get("properties", field, "properties");
  }

  /** The fields that are not there only to be refused. */
  private static Set<String> implemented(Json properties) {
    Set<String> names = new TreeSet<>();
    properties
        .fields()
        .forEach(
            (name, says) -> {
              if (!says.get("description").asString("").startsWith("Refused")) {
                names.add(name);
              }
            });
    return names;
  }

  /** The paths of all fields that a schema names, down through lists. */
  private static Set<String> shape(Json schema) {
    Set<String> shape = new TreeSet<>();
    collect("", schema, shape);
    return shape;
  }

  private static void collect(String prefix, Json schema, Set<String> shape) {
    Json properties =
        schema.has("items") ? schema.get("items", "properties") : schema.get("properties");
    properties
        .fields()
        .forEach(
            (name, says) -> {
              shape.add(prefix + name);
              collect(prefix + name + ".", says, shape);
            });
  }

  /** The paths of all fields of a value; the labels of a selector are the user's, not ours. */
  private static Set<String> names(String prefix, Json value) {
    Set<String> names = new TreeSet<>();
    Json object = value.isArray() ? value.items().get(0) : value;
    object
        .fields()
        .forEach(
            (name, inside) -> {
              names.add(prefix + name);
              if (!name.equals("matchLabels")) {
                names.addAll(
                    names(
                        prefix + name + ".",
                        inside.isArray() && !inside.items().get(0).isObject()
                            ? Json.ofNull()
                            : inside));
              }
            });
    return names;
  }
}

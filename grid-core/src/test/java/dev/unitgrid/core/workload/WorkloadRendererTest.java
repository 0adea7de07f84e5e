/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.workload;

import static dev.unitgrid.core.Grids.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Children;
import dev.unitgrid.core.Grids;
import dev.unitgrid.core.Rule;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.Problem;
import dev.unitgrid.core.child.Rendering;
import dev.unitgrid.core.child.Rendering.Impossible;
import dev.unitgrid.core.child.Rendering.Rendered;
import dev.unitgrid.core.template.UnknownFields;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadRendererTest {
  private static final List<String> CREATION = List.of("template", "metadata", "creationTimestamp");

  @Test
  @Rule({7, 9, 10, 11, 13})
  void a_deployment_is_the_template_on_the_nodes_of_its_unit_with_its_labels() {
    Rendered rendered = render(Grids.deploymentGrid(), "beijing");
    assertThat(rendered.notes()).isEmpty();
    assertThat(rendered.body())
        .isEqualTo(
            json(
                """
                {'apiVersion':'apps/v1','kind':'Deployment',
                 'metadata':{'name':'deploymentgrid-demo-beijing','namespace':'default',
                   'labels':{'superedge.io/grid-selector':'deploymentgrid-demo',
                     'superedge.io/grid-uniq-key':'location'},
                   'annotations':{'unitgrid.dev/grid':'deploymentgrid-demo',
                     'unitgrid.dev/unit-key':'location','unitgrid.dev/unit':'beijing',
                     'unitgrid.dev/render':'RENDER','unitgrid.dev/hash':'HASH'},
                   'ownerReferences':[{'apiVersion':'superedge.io/v1','kind':'DeploymentGrid',
                     'name':'deploymentgrid-demo','uid':'5a4f0a2e-6d3c-4a57-9d3f-000000000001',
                     'controller':true,'blockOwnerDeletion':true}]},
                 'spec':{'replicas':2,
                   'selector':{'matchLabels':{'appGrid':'echo',
                     'unitgrid.dev/grid':'deploymentgrid-demo','unitgrid.dev/unit':'beijing'}},
                   'strategy':{},
                   'template':{'metadata':{'labels':{'appGrid':'echo',
                       'unitgrid.dev/grid':'deploymentgrid-demo','unitgrid.dev/unit':'beijing'}},
                     'spec':{'nodeSelector':{'location':'beijing'},
                       'containers':[{'image':'superedge/echoserver:2.2','name':'echo',
                         'ports':[{'containerPort':8080,'protocol':'TCP'}],
                         'env':[{'name':'NODE_NAME',
                           'valueFrom':{'fieldRef':{'fieldPath':'spec.nodeName'}}}],
                         'resources':{}}]}}}}
                """
                    .replace("RENDER", annotation(rendered, "unitgrid.dev/render"))
                    .replace("HASH", rendered.hash())));
  }

  @Test
  void a_statefulset_is_the_other_value_of_the_same_kind() {
    Json body = render(Grids.statefulSetGrid(), "guangzhou").body();
    assertThat(body.get("apiVersion")).isEqualTo(Json.of("apps/v1"));
    assertThat(body.get("kind")).isEqualTo(Json.of("StatefulSet"));
    assertThat(body.get("spec", "serviceName")).isEqualTo(Json.of("servicegrid-demo-svc"));
    assertThat(body.get("spec", "selector", "matchLabels", "unitgrid.dev/unit"))
        .isEqualTo(Json.of("guangzhou"));
    assertThat(body.get("spec", "template", "spec", "nodeSelector"))
        .isEqualTo(json("{'location':'guangzhou'}"));
  }

  @Test
  @Rule(19)
  void a_new_child_carries_the_current_version_of_the_rendering() {
    assertThat(annotation(render(Grids.deploymentGrid(), "beijing"), "unitgrid.dev/render"))
        .matches("1\\.[a-z2-7]{16}");
  }

  @Test
  @Rule(7)
  void a_field_that_no_model_knows_reaches_the_child() {
    Json template =
        Grids.deployment()
            .with("newField", json("{'a':[1]}"))
            .withAt(List.of("template", "spec", "newerField"), Json.of(0));
    Json spec = render(grid(template), "a").body().get("spec");
    assertThat(spec.get("newField")).isEqualTo(json("{'a':[1]}"));
    assertThat(spec.get("template", "spec", "newerField")).isEqualTo(Json.of(0));
  }

  @Test
  @Rule({7, 16})
  void a_null_is_what_no_field_is_and_everything_else_stays() {
    Json bare = Grids.deployment().withoutAt(CREATION);
    Json nulls =
        bare.withAt(CREATION, Json.ofNull())
            .with("progressDeadlineSeconds", Json.ofNull())
            .with("fieldOfTomorrow", Json.ofNull())
            .withAt(List.of("template", "spec", "volumes"), Json.ofNull());
    assertThat(render(grid(nulls), "a")).isEqualTo(render(grid(bare), "a"));
    Json zeros =
        bare.with("minReadySeconds", Json.of(0))
            .with("strategy", Json.emptyObject())
            .withAt(List.of("template", "spec", "volumes"), Json.emptyArray())
            .withAt(List.of("template", "metadata", "labels", "empty"), Json.ofNull());
    Json spec = render(grid(zeros), "a").body().get("spec");
    assertThat(spec.get("minReadySeconds")).isEqualTo(Json.of(0));
    assertThat(spec.get("strategy")).isEqualTo(Json.emptyObject());
    assertThat(spec.get("template", "spec", "volumes")).isEqualTo(Json.emptyArray());
    assertThat(spec.get("template", "metadata", "labels").has("empty"))
        .as("the API server makes an empty text of it")
        .isTrue();
  }

  @Test
  @Rule(7)
  void a_field_that_the_api_server_refused_is_left_out_and_said_so() {
    Json template =
        Grids.deployment()
            .withAt(List.of("template", "spec", "selector"), json("{'k8s-app':'dns'}"))
            .withAt(List.of("template", "spec", "newerField"), Json.of(1));
    UnknownFields unknown =
        UnknownFields.refused(template, "unknown field \"spec.template.spec.selector\"")
            .ofServer("1.34");
    Rendered rendered =
        (Rendered) WorkloadRenderer.render(grid(template), "a", "g-a", Optional.empty(), unknown);
    assertThat(rendered.body().get("spec", "template", "spec").has("selector")).isFalse();
    assertThat(rendered.body().get("spec", "template", "spec", "newerField")).isEqualTo(Json.of(1));
    assertThat(annotation(rendered, "unitgrid.dev/unknown-fields"))
        .isEqualTo("{\"1.34\":[\"spec.template.spec.selector\"]}");
    assertThat(rendered.notes())
        .containsExactly(
            Problem.note(
                "a",
                ConditionTypes.TEMPLATE_NORMALIZED,
                "left out, because the API server (1.34) refuses it: unknown field"
                    + " \"spec.template.spec.selector\""));
    assertThat(render(grid(Grids.deployment()), "a").body().toString())
        .doesNotContain("unknown-fields");
  }

  @Test
  @Rule(7)
  void a_child_remembers_what_was_left_out_of_it() {
    Json template = Grids.deployment().with("bogus", Json.of(1));
    UnknownFields unknown =
        UnknownFields.refused(template, "unknown field \"spec.bogus\"").ofServer("1.34");
    Rendered first =
        (Rendered) WorkloadRenderer.render(grid(template), "a", "g-a", Optional.empty(), unknown);
    Optional<ObservedChild> living = Optional.of(Children.living(ResourceType.DEPLOYMENT, first));
    assertThat(WorkloadRenderer.render(grid(template), "a", "g-a", living)).isEqualTo(first);
    Rendered upgraded =
        (Rendered)
            WorkloadRenderer.render(
                grid(template), "a", "g-a", living, UnknownFields.NONE.ofServer("1.35"));
    assertThat(upgraded.body().get("spec", "bogus")).isEqualTo(Json.of(1));
    assertThat(annotation(upgraded, "unitgrid.dev/unknown-fields")).isEmpty();
  }

  @Test
  @Rule(7)
  void a_status_in_a_template_is_dropped() {
    Json template =
        Grids.deployment()
            .with("status", json("{'replicas':7}"))
            .withAt(List.of("template", "status"), json("{'phase':'Running'}"));
    assertThat(render(grid(template), "a").body())
        .isEqualTo(render(grid(Grids.deployment()), "a").body());
  }

  @Test
  @Rule(9)
  void the_units_entry_is_added_to_the_templates_own_node_selector() {
    Json template =
        Grids.deployment()
            .withAt(List.of("template", "spec", "nodeSelector"), json("{'disk':'ssd'}"));
    Rendered rendered = render(grid(template), "beijing");
    assertThat(rendered.body().get("spec", "template", "spec", "nodeSelector"))
        .isEqualTo(json("{'disk':'ssd','location':'beijing'}"));
    assertThat(rendered.notes()).isEmpty();
  }

  @Test
  @Rule(9)
  void another_value_for_the_key_is_overruled_and_said_so() {
    Json template =
        Grids.deployment()
            .withAt(List.of("template", "spec", "nodeSelector"), json("{'location':'shanghai'}"));
    Rendered rendered = render(grid(template), "beijing");
    assertThat(rendered.body().get("spec", "template", "spec", "nodeSelector"))
        .isEqualTo(json("{'location':'beijing'}"));
    assertThat(rendered.notes())
        .containsExactly(
            Problem.note(
                "beijing",
                ConditionTypes.TEMPLATE_NORMALIZED,
                "the template's node selector location=shanghai is overruled by the unit's"));
    assertThat(render(grid(template), "shanghai").notes()).isEmpty();
  }

  @Test
  @Rule(11)
  void names_that_are_no_label_values_are_hashed_in_labels_and_full_in_annotations() {
    Grid grid =
        Grids.of(
            GridKind.DEPLOYMENT_GRID,
            "g".repeat(70),
            Grids.spec("topology.kubernetes.io/zone", Grids.deployment()));
    Json metadata = render(grid, "a").body().get("metadata");
    assertThat(metadata.get("labels", "superedge.io/grid-selector").asString(""))
        .matches("g{54}-[a-z2-7]{8}");
    assertThat(metadata.get("labels", "superedge.io/grid-uniq-key").asString(""))
        .matches("topology.kubernetes.io-zone-[a-z2-7]{8}");
    assertThat(metadata.get("annotations", "unitgrid.dev/grid")).isEqualTo(Json.of("g".repeat(70)));
    assertThat(metadata.get("annotations", "unitgrid.dev/unit-key"))
        .isEqualTo(Json.of("topology.kubernetes.io/zone"));
    assertThat(
            render(grid, "a")
                .body()
                .get("spec", "template", "metadata", "labels", "unitgrid.dev/grid"))
        .isEqualTo(metadata.get("labels", "superedge.io/grid-selector"));
  }

  @ParameterizedTest
  @Rule(13)
  @CsvSource({
    "app, true",
    "team.example.com/owner, true",
    "superedge.io/other, true",
    "notkapp.k14s.io/app, true",
    "toolkit.fluxcd.io/name, true",
    "argocd.argoproj.io, true",
    "applyset.kubernetes.io/part-of, false",
    "argocd.argoproj.io/instance, false",
    "kustomize.toolkit.fluxcd.io/name, false",
    "helm.toolkit.fluxcd.io/name, false",
    "kapp.k14s.io/app, false",
    "superedge.io/fed, false",
    "superedge.io/dis, false",
    "superedge.io/target-namespace, false"
  })
  void a_child_carries_the_labels_of_its_grid_save_those_of_tools(String label, boolean carried) {
    Grid grid =
        Grids.of(
            GridKind.DEPLOYMENT_GRID,
            Json.object("name", "g", "labels", Json.object(label, "x")),
            Grids.spec("location", Grids.deployment()));
    assertThat(render(grid, "a").body().get("metadata", "labels").has(label)).isEqualTo(carried);
  }

  @Test
  @Rule(13)
  void the_grids_annotations_stay_on_the_grid() {
    Grid grid =
        Grids.of(
            GridKind.DEPLOYMENT_GRID,
            json("{'name':'g','annotations':{'unitgrid.dev/paused':'true','x':'y'}}"),
            Grids.spec("location", Grids.deployment()));
    assertThat(render(grid, "a").body().get("metadata", "annotations").fields())
        .containsOnlyKeys(
            "unitgrid.dev/grid",
            "unitgrid.dev/unit",
            "unitgrid.dev/unit-key",
            "unitgrid.dev/render",
            "unitgrid.dev/hash");
  }

  @ParameterizedTest
  @Rule(13)
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'template':{'metadata':{'labels':{'unitgrid.dev/unit':'x'}}}}",
        "{'selector':{'matchLabels':{'unitgrid.dev/unit':'x'}}}",
        "{'selector':{'matchExpressions':[{'key':'unitgrid.dev/unit','operator':'Exists'}]}}"
      })
  void a_template_that_uses_our_labels_itself_is_a_problem(String template) {
    assertThat(problem(grid(json(template))))
        .isEqualTo(
            Problem.blocking(
                "a",
                ConditionTypes.INVALID_TEMPLATE,
                "the template uses the label unitgrid.dev/unit: labels of unitgrid.dev are added to"
                    + " pods and selectors for you"));
  }

  @Test
  @Rule(13)
  void a_selector_by_expressions_selects_by_the_units_labels_too() {
    Json expressions = json("[{'key':'appGrid','operator':'Exists'}]");
    Json template =
        Grids.deployment().with("selector", Json.object("matchExpressions", expressions));
    assertThat(render(grid(template), "a").body().get("spec", "selector"))
        .isEqualTo(
            Json.object(
                "matchExpressions",
                expressions,
                "matchLabels",
                json("{'unitgrid.dev/grid':'g','unitgrid.dev/unit':'a'}")));
  }

  @Test
  void a_missing_or_empty_selector_is_left_to_the_words_of_the_api_server() {
    assertThat(render(grid(Grids.deployment().without("selector")), "a").body().get("spec"))
        .matches(spec -> !spec.has("selector"));
    Json empty = Grids.deployment().with("selector", Json.emptyObject());
    assertThat(render(grid(empty), "a").body().get("spec", "selector"))
        .isEqualTo(Json.emptyObject());
  }

  @Test
  @Rule(15)
  void absent_replicas_are_never_rendered() {
    Json absent = Grids.deployment().without("replicas");
    assertThat(render(grid(absent), "a").body().get("spec").has("replicas")).isFalse();
    Json nothing = Grids.deployment().with("replicas", Json.ofNull());
    assertThat(render(grid(nothing), "a").body().get("spec").has("replicas")).isFalse();
    Json zero = Grids.deployment().with("replicas", Json.of(0));
    assertThat(render(grid(zero), "a").body().get("spec", "replicas")).isEqualTo(Json.of(0));
  }

  @Test
  @Rule(5)
  void an_unknown_template_is_no_rendering() {
    Grid grid =
        Grids.of(
            GridKind.DEPLOYMENT_GRID,
            "g",
            Grids.spec("location", Grids.deployment())
                .with("defaultTemplateName", Json.of("gone")));
    assertThat(problem(grid).condition()).isEqualTo(ConditionTypes.UNKNOWN_TEMPLATE);
  }

  @Test
  @Rule(8)
  void merged_duplicates_are_said() {
    Json env = json("[{'name':'A','value':'1'},{'name':'A','value':'2'}]");
    Rendered rendered = render(grid(withEnv(env)), "a");
    assertThat(
            rendered.body().get("spec", "template", "spec", "containers").items().get(0).get("env"))
        .isEqualTo(json("[{'name':'A','value':'2'}]"));
    assertThat(rendered.notes())
        .containsExactly(
            Problem.note(
                "a",
                ConditionTypes.TEMPLATE_NORMALIZED,
                "the last of equal ones is used: env A of container echo"));
  }

  @Test
  @Rule(8)
  void other_duplicates_are_no_rendering() {
    Json env = json("[{'name':'A','value':'1'},{'name':'A','value':'$(A)'}]");
    assertThat(problem(grid(withEnv(env))).condition()).isEqualTo(ConditionTypes.INVALID_TEMPLATE);
  }

  @Property(tries = 100)
  @Rule(9)
  void a_units_rendered_content_does_not_depend_on_other_units(
      @ForAll @AlphaChars @StringLength(min = 1, max = 8) String other) {
    Json pool = Json.object("test2", Grids.deployment().with("replicas", Json.of(7)));
    Json spec = Grids.spec("location", Grids.deployment()).with("templatePool", pool);
    Grid before = Grids.of(GridKind.DEPLOYMENT_GRID, "g", spec);
    Grid after =
        Grids.of(
            GridKind.DEPLOYMENT_GRID,
            "g",
            spec.with("templates", Json.object("x" + other, "test2")));
    Rendered first = render(before, "a");
    render(before, "x" + other);
    render(after, "x" + other);
    assertThat(render(before, "a")).isEqualTo(first);
    assertThat(render(after, "a")).isEqualTo(first);
  }

  @Property(tries = 100)
  @Rule(9)
  void nothing_of_a_template_changes_when_it_is_rendered(
      @ForAll @AlphaChars @StringLength(min = 1, max = 8) String unit) {
    Grid grid = Grids.statefulSetGrid();
    String before = grid.spec().template().toString();
    render(grid, unit);
    assertThat(grid.spec().template()).hasToString(before);
  }

  @Property(tries = 100)
  @Rule({9, 19})
  void a_child_rendered_again_is_what_it_was(
      @ForAll("kinds") GridKind kind, @ForAll("templates") Json template) {
    Grid grid = Grids.of(kind, "g", Grids.spec("location", template));
    Rendered first = render(grid, "a");
    assertThat(
            WorkloadRenderer.render(
                grid, "a", "g-a", Optional.of(Children.living(kind.childType(), first))))
        .isEqualTo(first);
  }

  @Provide
  Arbitrary<GridKind> kinds() {
    return Arbitraries.of(GridKind.DEPLOYMENT_GRID, GridKind.STATEFUL_SET_GRID);
  }

  @Provide
  Arbitrary<Json> templates() {
    Arbitrary<Integer> replicas = Arbitraries.integers().between(0, 3);
    Arbitrary<Json> envs =
        Arbitraries.of(
            json("[]"),
            json("null"),
            json("[{'name':'A','value':''}]"),
            json("[{'name':'A','value':'1'},{'name':'A','value':'2'}]"));
    return Combinators.combine(replicas, envs)
        .as((count, env) -> withEnv(env).with("replicas", Json.of(count)));
  }

  private static Json withEnv(Json env) {
    Json template = Grids.deployment();
    Json container = template.get("template", "spec", "containers").items().get(0);
    return template.withAt(
        List.of("template", "spec", "containers"), Json.array(container.with("env", env)));
  }

  private static Grid grid(Json template) {
    return Grids.of(GridKind.DEPLOYMENT_GRID, "g", Grids.spec("location", template));
  }

  private static Rendered render(Grid grid, String unit) {
    return (Rendered)
        WorkloadRenderer.render(grid, unit, grid.name() + "-" + unit, Optional.empty());
  }

  private static Problem problem(Grid grid) {
    Rendering rendering = WorkloadRenderer.render(grid, "a", "g-a", Optional.empty());
    return ((Impossible) rendering).problem();
  }

  private static String annotation(Rendered rendered, String name) {
    return rendered.body().get("metadata", "annotations", name).asString("");
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.workload;

import static dev.unitgrid.core.Grids.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.Schema;
import dev.unitgrid.core.Children;
import dev.unitgrid.core.Grids;
import dev.unitgrid.core.Rule;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.Problem;
import dev.unitgrid.core.child.Rendering.Impossible;
import dev.unitgrid.core.child.Rendering.Rendered;
import dev.unitgrid.core.template.UnknownFields;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a living child keeps: children of SuperEdge, of this version, and of others. */
@Rule(19)
class LivingChildTest {
  private static final List<String> IMAGE_OWNER = List.of("template", "spec", "containers");
  private static final List<String> UNKNOWN = List.of("template", "spec", "bogus");
  private static final String HASH = Labels.SUPEREDGE_TEMPLATE_HASH;

  @Test
  @Rule({13, 19})
  void a_child_of_superedge_is_rendered_as_it_lives() {
    Grid grid = grid(Grids.deployment());
    Json live = Children.bySuperEdge(grid, "a");
    Rendered rendered = render(grid, live);
    assertThat(rendered.body().get("spec")).isEqualTo(live.get("spec"));
    assertThat(stamp(rendered)).startsWith("0.");
    assertThat(rendered.notes())
        .containsExactly(
            Problem.note(
                "a",
                ConditionTypes.SHARED_SELECTOR,
                "g-a keeps the selector it was made with, which other units share"));
  }

  @Test
  void a_child_of_an_older_superedge_is_rendered_as_it_lives() {
    Grid grid = grid(Grids.deployment());
    Json newer = Children.bySuperEdge(grid, "a");
    List<String> labels = List.of("spec", "template", "metadata", "labels");
    Json live =
        newer.withAt(
            labels,
            newer
                .get("spec", "template", "metadata", "labels")
                .without(HASH)
                .with(Labels.SUPEREDGE_OLDER_TEMPLATE_HASH, Json.of("7")));
    Rendered rendered = render(grid, live);
    assertThat(rendered.body().get("spec")).isEqualTo(live.get("spec"));
    assertThat(stamp(rendered)).startsWith("0.");
  }

  @Test
  @Rule({7, 19})
  void a_child_of_superedge_lacks_what_the_api_server_does_not_know_and_is_rendered_as_it_lives() {
    Grid grid = grid(Grids.deployment().withAt(UNKNOWN, Json.of(1)));
    Json live = Children.bySuperEdge(grid(Grids.deployment()), "a");
    UnknownFields unknown =
        UnknownFields.refused(grid.spec().template(), "unknown field \"spec.template.spec.bogus\"");
    Rendered rendered =
        (Rendered) WorkloadRenderer.render(grid, "a", "g-a", Optional.of(observed(live)), unknown);
    assertThat(rendered.body().get("spec")).isEqualTo(live.get("spec"));
    assertThat(stamp(rendered)).startsWith("0.");
  }

  @Test
  void what_the_server_defaulted_and_others_injected_changes_nothing() {
    Grid grid = grid(Grids.deployment());
    Json live =
        Children.bySuperEdge(grid, "a")
            .withAt(List.of("spec", "template", "spec", "dnsPolicy"), Json.of("ClusterFirst"))
            .withAt(List.of("spec", "template", "metadata", "annotations"), json("{'x':'y'}"));
    Json sidecar =
        Json.array(
            live.get("spec", "template", "spec", "containers").items().get(0),
            json("{'name':'proxy','image':'p'}"));
    Rendered rendered =
        render(grid, live.withAt(List.of("spec", "template", "spec", "containers"), sidecar));
    assertThat(stamp(rendered)).startsWith("0.");
    assertThat(podLabels(rendered)).isEqualTo(Json.object("appGrid", "echo", HASH, "1234567"));
  }

  @Test
  void after_the_takeover_it_stays_so_when_anything_but_its_pod_template_changes() {
    Grid grid = grid(Grids.deployment());
    Rendered taken = render(grid, Children.bySuperEdge(grid, "a"));
    Grid scaled = grid(Grids.deployment().with("replicas", Json.of(5)));
    Rendered rendered = render(scaled, taken.body());
    assertThat(rendered.body().get("spec", "replicas")).isEqualTo(Json.of(5));
    assertThat(rendered.body().get("spec", "template"))
        .isEqualTo(taken.body().get("spec", "template"));
    assertThat(stamp(rendered)).isEqualTo(stamp(taken));
    assertThat(render(grid, taken.body())).isEqualTo(taken);
  }

  @Test
  void a_changed_template_brings_the_labels_of_the_unit_and_the_selector_stays() {
    Grid grid = grid(Grids.deployment());
    Rendered taken = render(grid, Children.bySuperEdge(grid, "a"));
    Grid changed = grid(withImage("new"));
    for (Json live : List.of(Children.bySuperEdge(grid, "a"), taken.body())) {
      Rendered rendered = render(changed, live);
      assertThat(podLabels(rendered))
          .isEqualTo(json("{'appGrid':'echo','unitgrid.dev/grid':'g','unitgrid.dev/unit':'a'}"));
      assertThat(rendered.body().get("spec", "selector"))
          .isEqualTo(json("{'matchLabels':{'appGrid':'echo'}}"));
      assertThat(stamp(rendered)).startsWith("1.");
      assertThat(rendered.notes())
          .extracting(Problem::condition)
          .containsExactly(ConditionTypes.SHARED_SELECTOR);
    }
  }

  @Test
  void a_node_selector_that_superedge_replaced_comes_with_the_next_change_of_the_template() {
    List<String> selector = List.of("template", "spec", "nodeSelector");
    Json replaced = json("{'disk':'ssd'}");
    Grid grid = grid(Grids.deployment().withAt(selector, replaced));
    Json onlyTheUnit = Json.object(grid.spec().gridUniqKey(), "a");
    Json live =
        Children.bySuperEdge(grid, "a")
            .withAt(List.of("spec", "template", "spec", "nodeSelector"), onlyTheUnit);
    Rendered taken = render(grid, live);
    assertThat(taken.body().get("spec")).isEqualTo(live.get("spec"));
    assertThat(render(grid, taken.body())).isEqualTo(taken);
    Rendered changed = render(grid(withImage("new").withAt(selector, replaced)), taken.body());
    assertThat(changed.body().get("spec", "template", "spec", "nodeSelector"))
        .isEqualTo(onlyTheUnit.with("disk", Json.of("ssd")));
  }

  @Test
  void a_taken_over_child_that_drifted_is_corrected_without_new_labels() {
    Grid grid = grid(Grids.deployment());
    Rendered taken = render(grid, Children.bySuperEdge(grid, "a"));
    Json drifted =
        taken
            .body()
            .withAt(
                List.of("spec", "template", "spec", "containers"),
                json("[{'name':'echo','image':'x'}]"));
    assertThat(render(grid, drifted)).isEqualTo(taken);
  }

  @Test
  void a_field_removed_from_the_template_of_a_taken_over_child_is_dropped() {
    Grid grid = grid(Grids.deployment());
    Rendered taken = render(grid, Children.bySuperEdge(grid, "a"));
    Json container = Grids.deployment().get("template", "spec", "containers").items().get(0);
    Grid less =
        grid(
            Grids.deployment()
                .withAt(IMAGE_OWNER, Json.array(container.without("env").without("resources"))));
    Rendered rendered = render(less, taken.body());
    assertThat(
            rendered.body().get("spec", "template", "spec", "containers").items().get(0).has("env"))
        .isFalse();
    assertThat(stamp(rendered)).as("a change is a change").startsWith("1.");
    assertThat(podLabels(rendered))
        .isEqualTo(json("{'appGrid':'echo','unitgrid.dev/grid':'g','unitgrid.dev/unit':'a'}"));
    assertThat(Schema.deployment().pathsDigest(rendered.body()))
        .isNotEqualTo(Schema.deployment().pathsDigest(taken.body()));
    assertThat(render(less, rendered.body())).isEqualTo(rendered);
  }

  @Test
  void a_hash_label_that_superedge_wrote_into_the_grid_is_the_templates() {
    Json template =
        Grids.deployment().withAt(List.of("template", "metadata", "labels", HASH), Json.of("42"));
    Grid grid = grid(template);
    Json live =
        Children.bySuperEdge(grid, "a")
            .withAt(List.of("spec", "template", "metadata", "labels", HASH), Json.of("42"));
    Rendered rendered = render(grid, live);
    assertThat(podLabels(rendered)).isEqualTo(Json.object("appGrid", "echo", HASH, "42"));
    assertThat(stamp(rendered)).startsWith("0.");
  }

  @Test
  void a_hash_label_in_the_template_that_differs_from_the_live_one_is_a_change() {
    Json template =
        Grids.deployment().withAt(List.of("template", "metadata", "labels", HASH), Json.of("42"));
    Rendered rendered = render(grid(template), Children.bySuperEdge(grid(template), "a"));
    assertThat(podLabels(rendered).get(HASH)).isEqualTo(Json.of("42"));
    assertThat(stamp(rendered)).startsWith("1.");
  }

  @Test
  void a_child_of_ours_whose_annotations_were_lost_is_known_by_its_pods() {
    Grid grid = grid(Grids.deployment());
    Rendered first = fresh(grid);
    Json live = first.body().withoutAt(List.of("metadata", "annotations", Annotations.RENDER));
    assertThat(render(grid, live)).isEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"9.abcdefgh", "x", "1", "1.", "1.A", "99999999999.a"})
  void a_stamp_that_says_nothing_here_counts_as_none(String stamp) {
    Grid grid = grid(Grids.deployment());
    Rendered first = fresh(grid);
    Json live =
        first.body().withAt(List.of("metadata", "annotations", Annotations.RENDER), Json.of(stamp));
    assertThat(render(grid, live)).isEqualTo(first);
  }

  @Test
  void a_child_of_ours_has_no_shared_selector() {
    Grid grid = grid(Grids.deployment());
    Rendered again = render(grid, fresh(grid).body());
    assertThat(again.notes()).isEmpty();
    assertThat(again.body().get("spec", "selector", "matchLabels").fields()).hasSize(3);
  }

  @Test
  @Rule(18)
  void a_changed_selector_is_rendered_as_wanted_and_is_for_the_planner_to_hold_back() {
    Grid grid = grid(Grids.deployment());
    Grid changed =
        grid(Grids.deployment().with("selector", json("{'matchLabels':{'app':'other'}}")));
    Json wanted =
        json("{'matchLabels':{'app':'other','unitgrid.dev/grid':'g','unitgrid.dev/unit':'a'}}");
    for (Json live : List.of(fresh(grid).body(), Children.bySuperEdge(grid, "a"))) {
      assertThat(render(changed, live).body().get("spec", "selector")).isEqualTo(wanted);
    }
  }

  @Test
  void selectors_that_differ_by_empty_fields_only_are_one() {
    Grid grid =
        grid(
            Grids.deployment()
                .with(
                    "selector", json("{'matchLabels':{'appGrid':'echo'},'matchExpressions':[]}")));
    Json live =
        Children.bySuperEdge(grid, "a")
            .withAt(List.of("spec", "selector"), json("{'matchLabels':{'appGrid':'echo'}}"));
    assertThat(render(grid, live).body().get("spec", "selector"))
        .isEqualTo(json("{'matchLabels':{'appGrid':'echo'}}"));
  }

  @Test
  void a_selector_by_expressions_of_a_taken_over_child_stays() {
    Json selector = json("{'matchExpressions':[{'key':'appGrid','operator':'Exists'}]}");
    Grid grid = grid(Grids.deployment().with("selector", selector));
    assertThat(render(grid, Children.bySuperEdge(grid, "a")).body().get("spec", "selector"))
        .isEqualTo(selector);
  }

  @Test
  @Rule(8)
  void a_taken_over_child_with_duplicates_waits_for_the_next_change() {
    Grid grid = grid(withDuplicates("old"));
    ObservedChild living = observed(Children.bySuperEdge(grid, "a"));
    assertThat(WorkloadRenderer.render(grid, "a", "g-a", Optional.of(living)))
        .isEqualTo(
            new Impossible(
                Problem.note(
                    "a",
                    ConditionTypes.TEMPLATE_NORMALIZED,
                    "g-a stays as it is until its template changes, because merging duplicates"
                        + " would restart its pods: env A of container echo")));
  }

  @Test
  @Rule(8)
  void the_next_change_merges_them() {
    Json live = Children.bySuperEdge(grid(withDuplicates("old")), "a");
    Rendered rendered = render(grid(withDuplicates("new")), live);
    Json container = rendered.body().get("spec", "template", "spec", "containers").items().get(0);
    assertThat(container.get("env").items()).hasSize(1);
    assertThat(container.get("image")).isEqualTo(Json.of("new"));
  }

  @Test
  @Rule(8)
  void a_child_that_we_made_does_not_wait() {
    Grid grid = grid(withDuplicates("old"));
    Rendered first = fresh(grid);
    assertThat(render(grid, first.body())).isEqualTo(first);
  }

  @Test
  @Rule(22)
  void a_change_of_the_unit_key_in_place_is_a_change_of_the_template() {
    Grid grid = grid(Grids.deployment());
    Grid zones = Grids.of(GridKind.DEPLOYMENT_GRID, "g", Grids.spec("zone", Grids.deployment()));
    Rendered rendered = render(zones, Children.bySuperEdge(grid, "a"));
    assertThat(stamp(rendered)).startsWith("1.");
    assertThat(rendered.body().get("spec", "template", "spec", "nodeSelector"))
        .isEqualTo(json("{'zone':'a'}"));
  }

  @Test
  void a_statefulset_of_superedge_is_rendered_as_it_lives() {
    Grid grid = Grids.statefulSetGrid();
    Json live = Children.bySuperEdge(grid, "a");
    Rendered rendered =
        (Rendered)
            WorkloadRenderer.render(
                grid,
                "a",
                "statefulsetgrid-demo-a",
                Optional.of(Children.observed(ResourceType.STATEFUL_SET, live)));
    assertThat(rendered.body().get("spec")).isEqualTo(live.get("spec"));
  }

  private static Json withImage(String image) {
    Json container = Grids.deployment().get("template", "spec", "containers").items().get(0);
    return Grids.deployment()
        .withAt(IMAGE_OWNER, Json.array(container.with("image", Json.of(image))));
  }

  private static Json withDuplicates(String image) {
    Json template = withImage(image);
    Json container = template.get("template", "spec", "containers").items().get(0);
    Json env = json("[{'name':'A','value':'1'},{'name':'A','value':'2'}]");
    return template.withAt(IMAGE_OWNER, Json.array(container.with("env", env)));
  }

  private static Grid grid(Json template) {
    return Grids.of(GridKind.DEPLOYMENT_GRID, "g", Grids.spec("location", template));
  }

  private static Rendered fresh(Grid grid) {
    return (Rendered) WorkloadRenderer.render(grid, "a", "g-a", Optional.empty());
  }

  private static Rendered render(Grid grid, Json live) {
    return (Rendered) WorkloadRenderer.render(grid, "a", "g-a", Optional.of(observed(live)));
  }

  private static ObservedChild observed(Json live) {
    return Children.observed(ResourceType.DEPLOYMENT, live);
  }

  private static Json podLabels(Rendered rendered) {
    return rendered.body().get("spec", "template", "metadata", "labels");
  }

  private static String stamp(Rendered rendered) {
    return rendered.body().get("metadata", "annotations", Annotations.RENDER).asString("");
  }
}

/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import static dev.unitgrid.core.plan.World.aDeploymentGrid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PreviewTest {
  @Test
  void what_is_made_is_a_line_each_and_a_summary() {
    World world = aDeploymentGrid().withNodes("beijing", "bj-1").withNodes("guangzhou", "gz-1");
    assertThat(Preview.text(world.plan()))
        .isEqualTo(
            """
            + Deployment/demo-beijing unit beijing: the unit has none
            + Deployment/demo-guangzhou unit guangzhou: the unit has none
            2 to create, 0 to change (0 with restarts of pods), 0 to delete, 0 unchanged, 0 problems
            """);
  }

  @Test
  void a_change_shows_a_diff_and_whether_it_restarts_pods() {
    World world = aDeploymentGrid().withUnits(1).settled().image("echo:2");
    assertThat(Preview.text(world.plan()))
        .isEqualTo(
            """
            ~ Deployment/demo-u0 unit u0: the grid changed (restarts pods)
                @@ -29,6 +29,6 @@
                     spec:
                       containers:
                       - name: echo
                -        image: echo:1
                +        image: echo:2
                       nodeSelector:
                         location: u0
            0 to create, 1 to change (1 with restarts of pods), 0 to delete, 0 unchanged, 0 problems
            """);
  }

  @Test
  void a_change_in_place_says_so_and_a_dropped_field_is_seen_to_go() {
    World world = aDeploymentGrid();
    world.spec = world.spec.withAt(List.of("template", "minReadySeconds"), Json.of(7));
    world.withUnits(1).settled();
    world.spec = world.spec.withoutAt(List.of("template", "minReadySeconds"));
    assertThat(Preview.text(world.plan()))
        .contains("the grid changed (in place)")
        .contains("\n    -  minReadySeconds: 7\n")
        .contains("1 to change (0 with restarts of pods)");
  }

  @Test
  void what_others_added_is_not_in_the_diff_of_a_changed_value() {
    World world = aDeploymentGrid().withUnits(1).settled();
    world.child("u0").change(List.of("spec", "template", "spec", "injected"), Json.of(true));
    assertThat(Preview.text(world.image("echo:2").plan())).doesNotContain("injected");
  }

  @Test
  void deletions_and_problems_are_told() {
    World world = aDeploymentGrid().withUnits(3).grace(0).settled();
    world.unlabel("node-0").unlabel("node-1").spec("templates", Json.object("u2", "missing"));
    assertThat(Preview.text(world.plan()))
        .contains("- Deployment/demo-u0 unit u0: the unit has no node\n")
        .contains("! UnknownTemplate unit u2: spec.templates.u2 names the template \"missing\"")
        .contains("! DeletionBlocked: 1 empty unit (u1) would lose its child")
        .endsWith(
            "0 to create, 1 to change (0 with restarts of pods), 1 to delete, 1 unchanged,"
                + " 2 problems\n");
  }

  @Test
  void a_problem_alone_is_not_well_and_a_notice_is() {
    World paused = aDeploymentGrid().withUnits(1).settled();
    paused.annotated("unitgrid.dev/paused", "true");
    assertThat(Preview.text(paused.plan()))
        .contains("# Paused: ")
        .endsWith("0 problems, 1 notice\n");
    assertThat(Preview.isWell(paused.plan())).isTrue();

    World unknown = aDeploymentGrid().withUnits(1).settled();
    unknown.spec("defaultTemplateName", Json.of("missing"));
    assertThat(unknown.plan().isEmpty()).isTrue();
    assertThat(Preview.isWell(unknown.plan())).isFalse();
  }

  @Test
  void unused_templates_are_a_change_of_the_grid() {
    World world = aDeploymentGrid().withUnits(1);
    world.spec("templatePool", Json.object("old", World.deploymentTemplate(1, "b"))).settled();
    world.spec("autoDeleteUnusedTemplate", Json.of(true));
    assertThat(Preview.text(world.plan()))
        .isEqualTo(
            """
            ~ spec.templatePool of old: no unit uses old (in place)
            0 to create, 1 to change (0 with restarts of pods), 0 to delete, 1 unchanged, 0 problems
            """);
  }

  @Test
  void the_same_as_json() {
    World world = aDeploymentGrid().withUnits(2).settled().image("echo:2");
    world.withNodes("u7", "node-7").spec("templates", Json.object("u1", "missing"));
    Json json = Preview.json(world.plan());
    assertThat(json.get("summary"))
        .isEqualTo(
            Json.object(
                "create", 1,
                "change", 1,
                "restartPods", 1,
                "delete", 0,
                "problems", 1,
                "notices", 0,
                "unchanged", 1));
    List<Json> changes = json.get("changes").items();
    assertThat(changes).hasSize(3);
    assertThat(changes.get(0).without("diff"))
        .isEqualTo(
            Json.object(
                "sign", "~",
                "object", "Deployment/demo-u0",
                "unit", "u0",
                "reason", "the grid changed",
                "restartsPods", true));
    assertThat(changes.get(0).get("diff").items()).hasSize(8);
    assertThat(changes.get(1).get("sign")).isEqualTo(Json.of("!"));
    assertThat(changes.get(2))
        .isEqualTo(
            Json.object(
                "sign", "+",
                "object", "Deployment/demo-u7",
                "unit", "u7",
                "reason", "the unit has none"));
  }

  @Test
  void a_mark_is_a_change_in_place_without_a_diff() {
    World world = aDeploymentGrid().withUnits(2).settled().unlabel("node-0");
    assertThat(Preview.text(world.plan()))
        .startsWith("~ Deployment/demo-u0 unit u0: the unit has no node (in place)\n0 to")
        .doesNotContain("@@");
  }

  @Test
  void values_read_like_yaml() {
    assertThat(
            YamlText.lines(
                Json.parse(
                    ("{'a':{'b':'c','on':'yes','n':1.5,'t':true,'e':{},'l':[]},'image':'echo:2',"
                            + "'url':'a: b','list':['x',{'p':1,'q':['y']},{}],'z':null,'':''}")
                        .replace('\'', '"'))))
        .containsExactly(
            "a:",
            "  b: c",
            "  \"on\": \"yes\"",
            "  \"n\": 1.5",
            "  t: true",
            "  e: {}",
            "  l: []",
            "image: echo:2",
            "url: \"a: b\"",
            "list:",
            "- x",
            "- p: 1",
            "  q:",
            "  - \"y\"",
            "- {}",
            "z: null",
            "\"\": \"\"");
  }

  @Test
  void equal_texts_have_no_diff() {
    assertThat(UnifiedDiff.of(lines(1, 9), lines(1, 9))).isEmpty();
    assertThat(UnifiedDiff.of(List.of(), List.of())).isEmpty();
  }

  @Test
  void a_diff_is_what_patch_would_take() {
    List<String> before = lines(1, 20);
    List<String> after = new ArrayList<>(before);
    after.set(1, "two");
    after.remove(10);
    after.add(18, "more");
    assertThat(UnifiedDiff.of(before, after))
        .containsExactly(
            "@@ -1,5 +1,5 @@",
            " 1",
            "-2",
            "+two",
            " 3",
            " 4",
            " 5",
            "@@ -8,7 +8,6 @@",
            " 8",
            " 9",
            " 10",
            "-11",
            " 12",
            " 13",
            " 14",
            "@@ -17,4 +16,5 @@",
            " 17",
            " 18",
            " 19",
            "+more",
            " 20");
  }

  @Test
  void hunks_that_are_seven_lines_apart_are_two_and_closer_ones_are_one() {
    List<String> before = lines(1, 20);
    assertThat(changed(before, 4, 12)).filteredOn(line -> line.startsWith("@@")).hasSize(2);
    assertThat(changed(before, 4, 10)).filteredOn(line -> line.startsWith("@@")).hasSize(1);
  }

  @Test
  void texts_without_lines_have_places_too() {
    assertThat(UnifiedDiff.of(List.of(), List.of("a"))).containsExactly("@@ -0,0 +1 @@", "+a");
    assertThat(UnifiedDiff.of(List.of("a"), List.of())).containsExactly("@@ -1 +0,0 @@", "-a");
  }

  @Test
  void items_are_matched_by_what_names_them_and_foreign_ones_are_left_out() {
    Json live =
        Json.parse(
            "[{\"name\":\"side\"},{\"name\":\"echo\",\"image\":\"1\",\"imagePullPolicy\":\"Always\"}]");
    Json rendered = Json.parse("[{\"name\":\"echo\",\"image\":\"2\"}]");
    assertThat(new Projection(false).of(live, rendered))
        .isEqualTo(Json.parse("[{\"name\":\"echo\",\"image\":\"1\"}]"));
    assertThat(new Projection(true).of(live, rendered))
        .isEqualTo(Json.parse("[{\"name\":\"echo\",\"image\":\"1\"},{\"name\":\"side\"}]"));
  }

  @Test
  void lists_that_share_no_item_are_seen_whole() {
    Json live = Json.parse("[\"a\",\"b\"]");
    assertThat(new Projection(false).of(live, Json.parse("[\"c\"]"))).isEqualTo(live);
    assertThat(new Projection(false).of(live, Json.parse("[\"b\"]")))
        .isEqualTo(Json.parse("[\"b\"]"));
    assertThat(new Projection(false).of(Json.of(1), Json.of(2))).isEqualTo(Json.of(1));
  }

  private static List<String> changed(List<String> before, int... places) {
    List<String> after = new ArrayList<>(before);
    for (int place : places) {
      after.set(place, "changed");
    }
    return UnifiedDiff.of(before, after);
  }

  private static List<String> lines(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
  }
}

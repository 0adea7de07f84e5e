/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.service;

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
import dev.unitgrid.core.child.Rendering.Rendered;
import dev.unitgrid.core.template.UnknownFields;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import org.junit.jupiter.api.Test;

class ServiceRendererTest {
  @Test
  @Rule({7, 10, 11})
  void the_service_of_the_walkthrough() {
    Rendered rendered = render(Grids.serviceGrid());
    assertThat(rendered.notes()).isEmpty();
    assertThat(rendered.body())
        .isEqualTo(
            json("""
                {'apiVersion':'v1','kind':'Service',
                 'metadata':{'name':'servicegrid-demo-svc','namespace':'default',
                   'labels':{'superedge.io/grid-selector':'servicegrid-demo',
                     'superedge.io/grid-uniq-key':'location'},
                   'annotations':{'unitgrid.dev/grid':'servicegrid-demo',
                     'unitgrid.dev/unit-key':'location',
                     'unitgrid.dev/hash':'HASH'},
                   'ownerReferences':[{'apiVersion':'superedge.io/v1','kind':'ServiceGrid',
                     'name':'servicegrid-demo','uid':'5a4f0a2e-6d3c-4a57-9d3f-000000000001',
                     'controller':true,'blockOwnerDeletion':true}]},
                 'spec':{'selector':{'appGrid':'echo'},
                   'ports':[{'protocol':'TCP','port':80,'targetPort':8080}]}}
                """
                    .replace("HASH", rendered.hash()))
                .withAt(
                    List.of("metadata", "annotations", "topologyKeys"), Json.of("[\"location\"]")));
  }

  @Test
  @Rule(7)
  void a_headless_service_with_a_new_field_and_a_status_keeps_all_but_the_status() {
    Json template = json("{'clusterIP':'None','newField':[1],'status':{'loadBalancer':{}}}");
    Grid grid = Grids.of(GridKind.SERVICE_GRID, "g", Grids.spec("location", template));
    assertThat(render(grid).body().get("spec"))
        .isEqualTo(json("{'clusterIP':'None','newField':[1]}"));
  }

  @Test
  @Rule(13)
  void labels_of_tools_stay_on_the_grid() {
    Grid grid =
        Grids.of(
            GridKind.SERVICE_GRID,
            json("{'name':'g','labels':{'app':'x','kapp.k14s.io/app':'1'}}"),
            Grids.spec("location", json("{'ports':[]}")));
    assertThat(render(grid).body().get("metadata", "labels").fields())
        .containsOnlyKeys("app", "superedge.io/grid-selector", "superedge.io/grid-uniq-key");
  }

  @Test
  @Rule(5)
  void a_grid_without_a_template_has_no_service() {
    Grid grid = Grids.of(GridKind.SERVICE_GRID, "g", json("{'gridUniqKey':'location'}"));
    assertThat(ServiceRenderer.render(grid, "g-svc", Optional.empty()))
        .isEqualTo(
            new Rendering.Impossible(
                Problem.blocking(
                    "",
                    ConditionTypes.UNKNOWN_TEMPLATE,
                    "spec.template is missing: it is the spec of the Service")));
  }

  @Test
  @Rule(7)
  void a_field_that_the_api_server_refused_is_left_out_and_remembered() {
    Grid grid =
        Grids.of(
            GridKind.SERVICE_GRID,
            "g",
            Grids.spec("location", json("{'ports':[{'port':80,'bogus':1}],'clusterIP':null}")));
    UnknownFields unknown =
        UnknownFields.refused(grid.spec().template(), "unknown field \"spec.ports[0].bogus\"")
            .ofServer("1.34");
    Rendered rendered = (Rendered) ServiceRenderer.render(grid, "g-svc", Optional.empty(), unknown);
    assertThat(rendered.body().get("spec")).isEqualTo(json("{'ports':[{'port':80}]}"));
    assertThat(rendered.body().get("metadata", "annotations").asStrings())
        .containsEntry("unitgrid.dev/unknown-fields", "{\"1.34\":[\"spec.ports[].bogus\"]}")
        .containsEntry("topologyKeys", "[\"location\"]");
    assertThat(rendered.notes())
        .containsExactly(
            Problem.note(
                "",
                ConditionTypes.TEMPLATE_NORMALIZED,
                "left out, because the API server (1.34) refuses it: unknown field"
                    + " \"spec.ports[0].bogus\""));
    Optional<ObservedChild> living = Optional.of(Children.living(ResourceType.SERVICE, rendered));
    assertThat(ServiceRenderer.render(grid, "g-svc", living)).isEqualTo(rendered);
  }

  @Property(tries = 100)
  @Rule(16)
  void a_service_rendered_again_is_what_it_was(@ForAll @AlphaChars String key) {
    Grid grid = Grids.of(GridKind.SERVICE_GRID, "g", Grids.spec("k" + key, json("{'ports':[]}")));
    Rendered first = render(grid);
    assertThat(
            ServiceRenderer.render(
                grid, "g-svc", Optional.of(Children.living(ResourceType.SERVICE, first))))
        .isEqualTo(first);
  }

  private static Rendered render(Grid grid) {
    return (Rendered) ServiceRenderer.render(grid, grid.name() + "-svc", Optional.empty());
  }
}

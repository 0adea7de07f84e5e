/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.template;

import static dev.unitgrid.core.Grids.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.GridSpec;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Rule;
import dev.unitgrid.core.child.Problem;
import dev.unitgrid.core.template.ResolvedTemplate.Found;
import dev.unitgrid.core.template.ResolvedTemplate.Unknown;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import org.junit.jupiter.api.Test;

class TemplatesTest {
  private static final GridSpec CANARY =
      spec(
          """
          {'gridUniqKey':'zone','template':{'replicas':1},'defaultTemplateName':'test1',
           'templatePool':{'test1':{'replicas':2},'test2':{'replicas':3},'test3':{'replicas':4}},
           'templates':{'zone2':'test2','zone3':'default','zone4':'','zone5':'gone'},
           'autoDeleteUnusedTemplate':true}
          """);

  @Test
  @Rule(5)
  void a_unit_uses_the_template_that_is_named_for_it() {
    assertThat(Templates.resolve(CANARY, "zone2"))
        .isEqualTo(new Found("test2", json("{'replicas':3}")));
  }

  @Test
  @Rule(5)
  void a_unit_that_is_not_named_uses_the_default_template() {
    assertThat(Templates.resolve(CANARY, "zone1"))
        .isEqualTo(new Found("test1", json("{'replicas':2}")));
  }

  @Test
  @Rule(5)
  void default_and_the_empty_name_mean_the_template_of_the_spec() {
    Found template = new Found("default", json("{'replicas':1}"));
    assertThat(Templates.resolve(CANARY, "zone3")).isEqualTo(template);
    assertThat(Templates.resolve(CANARY, "zone4")).isEqualTo(template);
    assertThat(Templates.resolve(spec("{'template':{'replicas':1}}"), "any")).isEqualTo(template);
  }

  @Test
  @Rule(5)
  void an_unknown_name_is_a_problem_of_the_units_that_use_it() {
    assertThat(Templates.resolve(CANARY, "zone5"))
        .isEqualTo(
            new Unknown(
                Problem.blocking(
                    "zone5",
                    ConditionTypes.UNKNOWN_TEMPLATE,
                    "spec.templates.zone5 names the template \"gone\", which spec.templatePool does"
                        + " not have")));
    assertThat(Templates.resolve(CANARY, "zone2")).isInstanceOf(Found.class);
  }

  @Test
  @Rule(5)
  void an_unknown_default_says_so() {
    GridSpec spec = spec("{'template':{},'defaultTemplateName':'gone','templatePool':{'gone':7}}");
    assertThat(Templates.resolve(spec, "a"))
        .isInstanceOfSatisfying(
            Unknown.class,
            unknown ->
                assertThat(unknown.problem().message())
                    .startsWith("spec.defaultTemplateName names the template \"gone\""));
  }

  @Test
  @Rule(5)
  void a_grid_may_live_of_its_pool_as_long_as_its_units_name_a_template() {
    GridSpec spec = spec("{'templatePool':{'test1':{}},'templates':{'zone1':'test1'}}");
    assertThat(Templates.resolve(spec, "zone1")).isInstanceOf(Found.class);
    assertThat(Templates.resolve(spec, "zone2"))
        .isInstanceOfSatisfying(
            Unknown.class,
            unknown ->
                assertThat(unknown.problem().message()).startsWith("spec.template is missing"));
  }

  @Test
  @Rule(6)
  void what_nothing_names_is_unused() {
    assertThat(Templates.unused(CANARY)).containsExactly("test3");
  }

  @Test
  @Rule(6)
  void nothing_is_unused_unless_the_grid_says_that_it_goes() {
    assertThat(Templates.unused(spec("{'template':{},'templatePool':{'test1':{},'test2':{}}}")))
        .isEmpty();
  }

  @Property(tries = 200)
  @Rule({5, 6})
  void no_unit_uses_what_is_unused(@ForAll @AlphaChars String unit) {
    if (Templates.resolve(CANARY, unit) instanceof Found found) {
      assertThat(Templates.unused(CANARY)).doesNotContain(found.name());
    }
  }

  @Property(tries = 200)
  @Rule(5)
  void what_is_named_for_other_units_is_irrelevant(@ForAll @AlphaChars String other) {
    GridSpec changed =
        GridSpec.parse(
            Json.object(
                "template", Json.object("replicas", 1),
                "templatePool", Json.object("test2", Json.object("replicas", 3)),
                "templates", Json.strings(Map.of("unit-1", "test2", "x" + other, "gone"))));
    assertThat(Templates.resolve(changed, "unit-1"))
        .isEqualTo(new Found("test2", json("{'replicas':3}")));
  }

  private static GridSpec spec(String text) {
    return GridSpec.parse(json(text));
  }
}
